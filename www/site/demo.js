import { widgetOptions } from './parts/config.js';
import { EventLog, hearEvents } from './parts/event-log.js';
import { loadVisavis } from './parts/widget.js';

const TARGETS = { launcher: undefined, docked: '#dock', thread: '#thread-slot' };
const STATES = {
  idle: 'Not connected', connecting: 'Connecting…', live: 'Connected', backoff: 'Reconnecting…', paused: 'Paused',
  suspended: 'Asleep', failed: 'Failed', closed: 'Closed',
};

const find = (selector) => document.querySelector(selector);
const modes = document.querySelectorAll('input[name="mode"]');

showEvents();
fillBag();
startChat();

function showEvents() {
  const log = new EventLog(find('#event-log'), (count) => {
    find('#event-count').textContent = count;
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

async function startChat() {
  const Visavis = await loadVisavis();
  const asks = document.querySelectorAll('[data-ask], [data-mode]');
  if (!Visavis) {
    for (const control of [...asks, ...modes]) control.disabled = true;
    return;
  }
  const chat = switchable(Visavis, await widgetOptions());
  for (const radio of modes) radio.addEventListener('change', () => chat.show(radio.value));
  for (const button of asks) {
    button.addEventListener('click', () => {
      if (button.dataset.mode) chat.show(button.dataset.mode);
      else chat.ask(button.dataset.ask);
    });
  }
  const wanted = new URLSearchParams(location.search).get('mode');
  await chat.show(wanted in TARGETS ? wanted : 'launcher');
}

/** One chat that can be shown in any of the three modes. Steps are taken one after the other. */
function switchable(Visavis, options) {
  let chat = null;
  let shown = null;
  let last = Promise.resolve();

  const step = (work) => {
    last = last.then(work).catch((error) => console.error(error));
    return last;
  };

  const show = async (mode) => {
    if (mode === shown) return;
    chat?.destroy();
    shown = mode;
    document.body.dataset.chat = mode;
    for (const radio of modes) radio.checked = radio.value === mode;
    rememberMode(mode);
    chat = await Visavis.init({ ...options, mode, target: TARGETS[mode] });
    if (mode === 'thread') find('#help').scrollIntoView();
  };

  return {
    show: (mode) => step(() => show(mode)),
    ask: (question) =>
      step(async () => {
        chat.open();
        if (shown === 'thread') find('#help').scrollIntoView();
        if (question) await chat.sendMessage(question);
      }),
  };
}

/** A reload shows the same mode. */
function rememberMode(mode) {
  const url = new URL(location.href);
  if (mode === 'launcher') url.searchParams.delete('mode');
  else url.searchParams.set('mode', mode);
  history.replaceState(null, '', url);
}
