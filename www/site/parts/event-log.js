const NAMES = [
  'ready', 'connection', 'message', 'message-status', 'typing', 'unread', 'open', 'close', 'agent', 'queue', 'presence',
  'stream', 'engage', 'broadcast', 'registration', 'upload', 'command', 'status', 'session', 'gap', 'error',
];

/** How many lines are kept. */
const KEPT = 200;

/** Calls `hear(name, detail)` for each `visavis:*` event that reaches the document. */
export function hearEvents(hear) {
  for (const name of NAMES) {
    document.addEventListener(`visavis:${name}`, (event) => hear(name, event.detail));
  }
}

/** A list of events, newest first. */
export class EventLog {
  #list;
  #count = 0;
  #onCount;

  constructor(list, onCount) {
    this.#list = list;
    this.#onCount = onCount;
  }

  add(name, detail) {
    this.#list.prepend(line(name, detail));
    while (this.#list.childElementCount > KEPT) this.#list.lastElementChild.remove();
    this.#onCount(++this.#count);
  }

  clear() {
    this.#list.replaceChildren();
    this.#count = 0;
    this.#onCount(0);
  }
}

function line(name, detail) {
  const now = new Date();
  const time = document.createElement('time');
  time.dateTime = now.toISOString();
  time.textContent = now.toTimeString().slice(0, 8) + '.' + String(now.getMilliseconds()).padStart(3, '0');
  const title = document.createElement('b');
  title.textContent = name;
  const body = document.createElement('code');
  body.textContent = written(detail);
  const item = document.createElement('li');
  item.append(time, title, body);
  return item;
}

function written(detail) {
  if (detail === undefined || detail === null) return '';
  try {
    return JSON.stringify(detail);
  } catch {
    return String(detail);
  }
}
