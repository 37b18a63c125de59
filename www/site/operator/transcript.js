import { attachments } from './files.js';
import { make } from './inbox.js';
import { markdown, plain } from './markdown.js';
import { author, clock, day, midnight } from './words.js';

/** Closer than this to the end counts as being at the end, in pixels. */
const NEAR_END = 80;
/** Messages of one author within this time stand together. */
const TOGETHER_MS = 3 * 60_000;

/** The messages of the chosen conversation. */
export class Transcript {
  #scroll;
  #log;
  #newer;
  #id = null;
  #shown = [];
  /** Whether the end stays in view when the box changes its size. */
  #stick = true;

  constructor(scroll, log, newer) {
    this.#scroll = scroll;
    this.#log = log;
    this.#newer = newer;
    newer.addEventListener('click', () => this.#toEnd());
    scroll.addEventListener('scroll', () => {
      this.#stick = this.#isAtEnd;
      if (this.#stick) newer.hidden = true;
    });
    new ResizeObserver(() => this.settle()).observe(scroll);
    // A picture takes its room only once it is there.
    log.addEventListener('load', () => this.settle(), true);
  }

  get #isAtEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroll;
    return scrollHeight - scrollTop - clientHeight < NEAR_END;
  }

  #toEnd() {
    this.#scroll.scrollTop = this.#scroll.scrollHeight;
    this.#newer.hidden = true;
  }

  /** Shows `messages` of conversation `id`; `null` while they are being read. */
  show(id, messages) {
    const isOther = id !== this.#id;
    if (isOther) this.#clear(id);
    if (!messages || messages === this.#shown) return;
    const wasAtEnd = this.#isAtEnd;
    const isFirst = this.#shown.length === 0;
    const grown = this.#shown.every((message, place) => message === messages[place]);
    if (!grown) this.#clear(id);
    const fresh = messages.slice(this.#shown.length);
    let previous = this.#shown.at(-1);
    for (const message of fresh) {
      this.#log.append(...entries(message, previous));
      previous = message;
    }
    this.#shown = messages;
    if (wasAtEnd || isFirst || !grown) this.#toEnd();
    else if (fresh.some(({ author }) => author === 'visitor')) this.#newer.hidden = false;
  }

  /** Keeps the end in view when something below the messages appears. */
  settle() {
    if (this.#stick) this.#toEnd();
  }

  #clear(id) {
    this.#id = id;
    this.#shown = [];
    this.#stick = true;
    this.#newer.hidden = true;
    this.#log.replaceChildren();
  }
}

function entries(message, previous) {
  const nodes = [];
  if (!previous || midnight(previous.sent_at) !== midnight(message.sent_at)) {
    nodes.push(make('li', 'day', day(message.sent_at)));
  }
  nodes.push(entry(message, nodes.length === 0 && belongTogether(previous, message)));
  return nodes;
}

function belongTogether(previous, message) {
  return (
    previous?.author === message.author &&
    previous.name === message.name &&
    message.sent_at - previous.sent_at < TOGETHER_MS
  );
}

function entry(message, continues) {
  const item = make('li', `message ${message.author}`);
  item.toggleAttribute('data-continues', continues);
  item.dataset.id = message.id;
  const title = author(message);
  if (title && !continues) item.append(make('p', 'message-author', title));
  const bubble = make('div', 'bubble');
  if (message.text) bubble.append(message.author === 'visitor' ? plain(message.text) : markdown(message.text));
  bubble.append(...attachments(message.files));
  const time = make('time', '', clock(message.sent_at));
  time.dateTime = new Date(message.sent_at).toISOString();
  item.append(bubble, time);
  return item;
}
