import { backendsHere, setOptions, widgetOptions } from './parts/config.js';
import { EventLog, hearEvents } from './parts/event-log.js';
import { loadVisavis } from './parts/widget.js';

/** By mode: the element, and where it is put. */
const MODES = {
  launcher: ['visavis-launcher', 'body'],
  docked: ['visavis-panel', '#dock'],
  thread: ['visavis-thread', '#thread-slot'],
};
/** What answers: the relay's bot; unless the page's address says otherwise. */
const FIRST_BACKEND = 'bloonio';
const STATES = {
  idle: 'Not connected', connecting: 'Connecting…', live: 'Connected', backoff: 'Reconnecting…', paused: 'Paused',
  suspended: 'Asleep', failed: 'Failed', closed: 'Closed',
};

const find = (selector) => document.querySelector(selector);
const modes = document.querySelectorAll('input[name="mode"]');
const backends = document.querySelectorAll('input[name="backend"]');

showEvents();
fillBag();
startChat();

function showEvents() {
  const log = new EventLog(find('#event-log'), (count) => {
    find('#event-count').textContent = count === 1 ? '1 event' : `${count} events`;
    find('#event-none').hidden = count > 0;
  });
  hearEvents((name, detail) => {
    log.add(name, detail);
    if (name === 'connection') showConnection(detail?.state ?? 'idle');
  });
  find('#events-clear').addEventListener('click', () => log.clear());
}

function showConnection(state) {
  const place = find('#connection');
  place.dataset.state = state;
  place.textContent = STATES[state] ?? state;
}

function fillBag() {
  for (const button of document.querySelectorAll('[data-bag]')) {
    button.addEventListener('click', () => {
      find('#bag').value = Number(find('#bag').value) + 1;
    });
  }
}

/** The site's own chat tells those who answer who is signed in here. */
async function offerLogin() {
  const button = find('#login button');
  const show = (login) => {
    button.textContent = login ? `Sign out ${login.name}` : 'Sign in as Ada';
    button.dataset.signedIn = Boolean(login);
  };
  button.addEventListener('click', async () => {
    const out = button.dataset.signedIn === 'true';
    const ada = { name: 'Ada', email: 'ada@shop.example' };
    const request = out ? { method: 'DELETE' } : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(ada) };
    const answer = await fetch('/login', request);
    if (answer.ok) show(out ? null : ada);
  });
  show(await (await fetch('/login')).json());
}

/** Who presses a button while the widget is still on its way gets what the button promises once it is there. */
function startChat() {
  const ready = bringChat();
  const asks = document.querySelectorAll('[data-ask], [data-mode]');
  ready.then((chat) => {
    if (!chat) for (const control of [...asks, ...modes, ...backends]) control.disabled = true;
  });
  const press = (use) => ready.then((chat) => chat && use(chat)).catch((error) => console.error(error));
  for (const radio of modes) radio.addEventListener('change', () => press((chat) => chat.show(radio.value)));
  for (const radio of backends) radio.addEventListener('change', () => press((chat) => chat.speak(radio.value)));
  for (const button of asks) {
    const { ask, mode } = button.dataset;
    button.addEventListener('click', () => press((chat) => (mode ? chat.show(mode) : chat.ask(ask))));
  }
}

/** The conversation that the page's address asks for; `null` when there is no widget. */
async function bringChat() {
  if (!(await loadVisavis())) return null;
  offerLogin().catch((error) => console.error(error));
  const chat = switchable();
  const wanted = new URLSearchParams(location.search);
  const here = await backendsHere();
  for (const radio of backends) radio.closest('label').hidden = !here.includes(radio.value);
  await chat.speak(here.includes(wanted.get('backend')) ? wanted.get('backend') : FIRST_BACKEND);
  chat.show(Object.hasOwn(MODES, wanted.get('mode')) ? wanted.get('mode') : 'launcher');
  return chat;
}

/** One conversation that can be shown in any of the three modes: a new element takes the session over from the old one. */
function switchable() {
  let options = null;
  let element = null;
  let shown = null;

  /** Another back end is another conversation, in an element of its own. */
  const speak = async (backend) => {
    for (const radio of backends) radio.checked = radio.value === backend;
    remember('backend', backend, FIRST_BACKEND);
    find('#login').hidden = backend !== 'mailoo';
    options = await widgetOptions(backend);
    const mode = shown;
    shown = null;
    if (mode) show(mode);
  };

  const show = (mode) => {
    if (mode === shown) return;
    shown = mode;
    document.body.dataset.chat = mode;
    for (const radio of modes) radio.checked = radio.value === mode;
    remember('mode', mode, 'launcher');
    const [name, place] = MODES[mode];
    element?.remove();
    element = document.createElement(name);
    if (mode === 'docked') element.setAttribute('mode', mode);
    setOptions(element, options);
    find(place).append(element);
    if (mode === 'thread') find('#help').scrollIntoView();
  };

  const ask = async (question) => {
    if (shown === 'launcher') element.chat.open();
    if (shown === 'thread') find('#help').scrollIntoView();
    if (question) await element.chat.sendMessage(question);
  };

  return { show, speak, ask };
}

/** A reload shows the same. */
function remember(name, value, usual) {
  const url = new URL(location.href);
  if (value === usual) url.searchParams.delete(name);
  else url.searchParams.set(name, value);
  history.replaceState(null, '', url);
}
