/** The gateway as a test sees it: its counts, its transcripts, its operators, its settings and its faults. */
export class Gateway {
  /** What a field of the chat's settings was before a test changed it. */
  #changed = new Map();

  constructor({ base_url: url, org_id: orgId, config_id: configId }) {
    this.url = url;
    /** The widget's options for this gateway. */
    this.options = { backend: 'appengine', baseUrl: url, orgId, configId, locale: 'en' };
  }

  /** The one beside a demo's site. */
  static async of(site) {
    const { appengine } = await (await fetch(`${site}/config.json`)).json();
    return new Gateway(appengine);
  }

  /** Breaks or changes something: a command of the gateway's control surface with its fields. */
  command(name, fields = {}) {
    return this.#call(`/control/${name}`, fields);
  }

  counts() {
    return this.#call('/control/counts');
  }

  chats() {
    return this.#call('/control/chats');
  }

  contactForms() {
    return this.#call('/control/contact-forms');
  }

  transcript(chat) {
    return this.#call(`/control/transcript/${encodeURIComponent(chat)}`);
  }

  /** Sets a field of the chat's settings until the test is over; `was` is what it is by default. */
  async set(name, value, was) {
    this.#changed.set(name, was);
    await this.command('config', { name, value });
  }

  /** What an operator's console would do: take, leave, close, reply, typing, transfer, engage. */
  operate(chat, action, fields = {}) {
    return this.#call(`/operator/api/conversations/${encodeURIComponent(chat)}/${action}`, { operator: 'jane@x.io', ...fields });
  }

  async conversations() {
    return this.#call('/operator/api/conversations');
  }

  async conversation(chat) {
    return (await this.#call(`/operator/api/conversations/${encodeURIComponent(chat)}`)).conversation;
  }

  /** The widget's options for a visitor who is known already, and who that is. */
  async known(name) {
    const email = `${name}@visitor.example`;
    const token = await this.mintToken(email, name);
    return { email, chat: `customer::${email}`, options: { ...this.options, user: JSON.stringify({ email, name }), token } };
  }

  /** A token of a customer who is signed in at the site. */
  async mintToken(email, name) {
    return (await this.command('mint-tokens', { email, name, standing: 'customer' })).token;
  }

  presence(agent, presence) {
    return this.command('presence', { agent, presence });
  }

  /** Heals everything, and puts the settings back. */
  async heal() {
    await this.command('clear-faults');
    for (const [name, value] of this.#changed) await this.command('config', { name, value });
    this.#changed.clear();
  }

  async #call(path, body) {
    const request = body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const answer = await fetch(`${this.url}${path}`, request);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${text}`);
    return text ? JSON.parse(text) : null;
  }
}
