import { make, set } from './inbox.js';

const find = (id) => document.getElementById(id);

/**
 * The controls for people: presence and broadcasts for the whole desk, hand-over and a nudge for the chosen conversation.
 *
 * `act(action, body)` does something with the chosen conversation, `operator()` is who acts.
 */
export class People {
  #floor;
  #operator;
  #written = '';

  constructor(floor, { act, operator }) {
    this.#floor = floor;
    this.#operator = operator;
    find('presence').addEventListener('change', ({ target }) => {
      const { value, selectedOptions } = target;
      this.#tell('floor-said', () => floor.setPresence(operator(), value), `You are ${selectedOptions[0].label.toLowerCase()}.`);
    });
    this.#form('broadcast', 'floor-said', (fields) => floor.beginBroadcast(fields), 'The broadcast has begun.');
    find('broadcast-end').addEventListener('click', () => {
      this.#tell('floor-said', () => floor.endBroadcast(), 'The broadcast has ended.');
    });
    this.#form('transfer', 'people-said', (fields) => act('transfer', fields), 'Handed over.');
    this.#form('engage', 'people-said', (engage) => act('engage', { engage }), 'The visitor sees it.');
  }

  /** Offers what the chosen conversation's back end can do. */
  async offer(summary) {
    const has = summary?.backend === 'appengine';
    find('people').hidden = !has;
    if (has) await this.#listAgents();
  }

  async #listAgents() {
    // Without the list there is nobody to choose, which the field says by itself.
    const agents = await this.#floor.agents().catch(() => []);
    const others = agents.filter(({ name, email }) => ![name, email].includes(this.#operator()));
    const written = JSON.stringify(others.map(({ name, email, status }) => [name, email, status]));
    if (written === this.#written) return;
    this.#written = written;
    const field = find('transfer').elements.to;
    const chosen = field.value;
    field.replaceChildren(...others.map(({ name, email, status }) => {
      const option = make('option', '', `${name} · ${status}`);
      option.value = email;
      return option;
    }));
    if (others.some(({ email }) => email === chosen)) field.value = chosen;
  }

  /** Sends a form's fields; what was left empty is left out. */
  #form(id, place, send, done) {
    const form = find(id);
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      const fields = Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== ''));
      if (await this.#tell(place, () => send(fields), done)) form.reset();
    });
  }

  async #tell(place, act, done) {
    set(find(place), '');
    try {
      await act();
      set(find(place), done);
      return true;
    } catch (error) {
      set(find(place), error.message);
      return false;
    }
  }
}
