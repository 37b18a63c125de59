import { Backends } from './operator/backends.js';
import { Composer } from './operator/composer.js';
import { Desk } from './operator/desk.js';
import { Attach } from './operator/files.js';
import { Floor } from './operator/floor.js';
import { Inbox, make, set } from './operator/inbox.js';
import { Live } from './operator/live.js';
import { People } from './operator/people.js';
import { Transcript } from './operator/transcript.js';
import { charge, face, initials } from './operator/words.js';
import { backendUrls } from './parts/config.js';

const TITLE = document.title;
const NAME_KEY = 'visavis-operator';
const EMPTY = {
  open: 'No open conversations. Write something in the shop’s chat, and it appears here.',
  waiting: 'Nobody waits for a person.',
  closed: 'No conversation was closed yet.',
};

const find = (id) => document.getElementById(id);
const filters = document.querySelectorAll('input[name="filter"]');
const baseUrls = await backendUrls();
const api = Backends.at(baseUrls);

/** Events wait here while lists are being read: an older list must not overwrite a newer event. */
let waiting = null;
let isStale = false;
let countdown = 0;
let peopleOf = '';

const operator = nameField(find('operator'));
const inbox = new Inbox(find('conversations'));
const transcript = new Transcript(find('scroll'), find('log'), find('newer'));
const desk = new Desk(soon(render), () => !document.hidden && document.hasFocus());
const composer = new Composer(find('reply-form'), {
  send: (id, text) => act(id, 'reply', { text }),
  // Nobody misses a lost word about typing.
  typing: (id, state) => act(id, 'typing', { state }).catch(() => {}),
  failed: showError,
});
const attach = new Attach(find('attach'), find('files'), {
  send: async (files) => {
    const id = desk.chosen;
    await act(id, 'reply', { text: '', files: await api.upload(id, files) });
  },
  failed: showError,
});
const people = new People(new Floor(baseUrls.at(-1)), { act: (action, body) => act(desk.chosen, action, body), operator });
const links = baseUrls.map(() => ({ state: 'connecting', retryInMs: 0 }));
const lines = baseUrls.map(
  (baseUrl, place) =>
    new Live(`${baseUrl.replace(/^http/, 'ws')}/operator/ws`, {
      onOpen: synchronise,
      onEvent: (event) => hear(event, place),
      onState: (state, retryInMs) => {
        links[place] = { state, retryInMs };
        showLink(worst(links));
      },
    }),
);

for (const radio of filters) radio.addEventListener('change', render);
for (const button of document.querySelectorAll('[data-action]')) {
  button.addEventListener('click', () => act(desk.chosen, button.dataset.action).then(() => showError(null), showError));
}
find('facts-toggle').addEventListener('click', () => {
  const isOpen = document.body.toggleAttribute('data-facts');
  find('facts-toggle').setAttribute('aria-expanded', isOpen);
});
find('link-retry').addEventListener('click', () => lines.forEach((line) => line.retryNow()));
find('conversations').addEventListener('click', (event) => {
  const isPointer = event.detail > 0;
  if (isPointer && event.target.closest('a') && matchMedia('(min-width: 56rem)').matches) setTimeout(() => composer.focus());
});
document.querySelector('[data-skip]').addEventListener('click', (event) => {
  event.preventDefault();
  if (desk.chosen) composer.focus();
  else find('conversations').querySelector('a')?.focus();
});
addEventListener('hashchange', choose);
addEventListener('focus', () => desk.look());
addEventListener('online', () => check());
document.addEventListener('visibilitychange', () => {
  desk.look();
  if (!document.hidden) check();
});
choose();
for (const line of lines) line.start();

function hear(event, place) {
  api.own(event.conversation?.id ?? event.conversation_id, place);
  if (waiting) waiting.push(event);
  else desk.take(event);
}

/** Reads everything again; once more if the line came back while it was being read. */
async function synchronise() {
  isStale = true;
  if (waiting) return;
  waiting = [];
  while (isStale) {
    isStale = false;
    const { summaries, away } = await api.conversations();
    desk.takeList(summaries);
    // A line whose other end does not answer is dead.
    for (const place of away) lines[place].drop();
    await readChosen();
  }
  const heard = waiting;
  waiting = null;
  for (const event of heard) desk.take(event);
}

/** After a sleep a connection may look open and be dead. */
async function check() {
  if (lines.some((line) => line.isOpen)) await synchronise();
}

async function readChosen() {
  const id = desk.chosen;
  if (!id) return;
  try {
    desk.takeMessages(await api.conversation(id));
  } catch (error) {
    if (desk.chosen === id) showError(error);
  }
}

async function act(id, action, body = {}) {
  const summary = await api.act(id, action, { operator: operator(), ...body });
  // While the stream is down nothing else would show it.
  if (!lines.every((line) => line.isOpen)) {
    desk.take({ type: 'conversation', conversation: summary });
    if (id === desk.chosen) await readChosen();
  }
}

/** The address names the conversation: reload and the browser's back button work. */
function choose() {
  const id = decodeURIComponent(location.hash.slice(1)) || null;
  showError(null);
  desk.choose(id);
  composer.turnTo(id);
  document.body.dataset.view = id ? 'case' : 'list';
  if (!id) return;
  readChosen();
  if (!matchMedia('(min-width: 56rem)').matches) find('case-title').focus();
}

function render() {
  const filter = [...filters].find(({ checked }) => checked).value;
  const summaries = desk.list(filter);
  inbox.show(summaries, desk);
  for (const place of document.querySelectorAll('[data-count]')) set(place, String(desk.count(place.dataset.count)));
  find('none').hidden = summaries.length > 0;
  set(find('none'), EMPTY[filter]);
  document.title = desk.calls ? `(${desk.calls}) ${TITLE}` : TITLE;
  renderCase(desk.conversations.get(desk.chosen));
}

function renderCase(summary) {
  find('case').hidden = !summary;
  find('facts').hidden = !summary;
  find('nobody').hidden = Boolean(summary);
  if (!summary) {
    set(find('nobody-title'), desk.chosen ? 'No longer here' : 'Nobody chosen yet');
    return;
  }
  const { id, title, online, mode, status, agent } = summary;
  set(find('case-title'), title);
  set(find('case-state'), `${online ? 'Online' : 'Away'} · ${charge(summary, operator())}`);
  const picture = find('case-face');
  picture.className = `face ${face(id)}`;
  picture.toggleAttribute('data-online', online);
  set(picture, initials(title));
  const isMine = mode === 'human' && agent === operator() && status !== 'closed';
  show('take', !isMine);
  show('release', mode === 'human' && status !== 'closed');
  show('close', status !== 'closed');
  set(find('reply-hint'), hint(summary, isMine));
  attach.offer(Boolean(summary.takes_files));
  offerPeople(summary);
  transcript.show(id, desk.messages);
  const typing = desk.isTyping(id);
  if (find('visitor-types').hidden === typing) {
    find('visitor-types').hidden = !typing;
    transcript.settle();
  }
  renderFacts(summary);
}

/** Once for each conversation and each change of who has it. */
function offerPeople(summary) {
  const offered = [summary.id, summary.agent, operator()].join(' ');
  if (offered === peopleOf) return;
  peopleOf = offered;
  people.offer(summary);
}

function show(action, isUseful) {
  document.querySelector(`[data-action="${action}"]`).hidden = !isUseful;
}

function hint({ status, mode, agent }, isMine) {
  if (status === 'closed') return 'A reply opens the conversation again.';
  if (isMine) return 'Enter sends, Shift+Enter breaks the line.';
  if (mode === 'bot') return 'Your reply takes the conversation over from the bot.';
  return agent ? `Your reply takes the conversation over from ${agent}.` : 'Your reply takes the conversation.';
}

function renderFacts(summary) {
  const facts = [
    ['Session', summary.id],
    ['User', summary.user_id],
    ['Language', summary.locale],
    ['Page', summary.origin],
    ['Queue', summary.routing_key],
    ['Back end', summary.backend],
  ].filter(([, value]) => value);
  const written = JSON.stringify(facts);
  const list = find('facts-list');
  if (list.dataset.written === written) return;
  list.dataset.written = written;
  list.replaceChildren(
    ...facts.map(([name, value]) => {
      const group = make('div');
      group.append(make('dt', '', name), make('dd', '', value));
      return group;
    }),
  );
}

function showLink({ state, retryInMs }) {
  clearInterval(countdown);
  find('link').dataset.state = state;
  find('link-retry').hidden = state !== 'waiting';
  if (state !== 'waiting') {
    set(find('link-text'), state === 'live' ? 'Live' : 'Connecting…');
    return;
  }
  const until = performance.now() + retryInMs;
  const tell = () => set(find('link-text'), `Offline, again in ${Math.max(1, Math.ceil((until - performance.now()) / 1000))} s`);
  tell();
  countdown = setInterval(tell, 1000);
}

/** The link that needs the most attention: one that waits, else one that connects. */
function worst(all) {
  return all.find(({ state }) => state === 'waiting') ?? all.find(({ state }) => state !== 'live') ?? all[0];
}

function showError(error) {
  find('reply-error').hidden = !error;
  set(find('reply-error'), error?.message ?? '');
}

/** The operator's name, remembered; returns what reads it. */
function nameField(field) {
  field.value = recall(NAME_KEY) || 'Sam';
  field.addEventListener('change', () => {
    field.value = field.value.trim() || 'Sam';
    remember(NAME_KEY, field.value);
    render();
  });
  return () => field.value.trim() || 'Sam';
}

function recall(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function remember(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // A browser that refuses storage forgets the name, that is all.
  }
}

/** Many changes of one moment are one drawing. A hidden tab draws too: its title counts. */
function soon(draw) {
  let isDue = false;
  return () => {
    if (isDue) return;
    isDue = true;
    queueMicrotask(() => {
      isDue = false;
      draw();
    });
  };
}
