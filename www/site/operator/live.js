const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 15_000;
const OPENING_LIMIT_MS = 8_000;

/**
 * The relay's stream of events, which comes back by itself.
 *
 * `onOpen()` after each connect: what was known before may be stale. `onEvent(event)` for each event.
 * `onState(state, retryInMs)` with `connecting`, `live` or `waiting`.
 */
export class Live {
  #url;
  #hear;
  #socket = null;
  #timer = 0;
  #attempt = 0;

  constructor(url, hear) {
    this.#url = url;
    this.#hear = hear;
    addEventListener('online', () => this.retryNow());
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) this.retryNow();
    });
  }

  get isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  start() {
    clearTimeout(this.#timer);
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    this.#hear.onState('connecting', 0);
    this.#timer = setTimeout(() => this.drop(), OPENING_LIMIT_MS);
    socket.onopen = () => {
      clearTimeout(this.#timer);
      this.#attempt = 0;
      this.#hear.onState('live', 0);
      this.#hear.onOpen();
    };
    socket.onmessage = ({ data }) => {
      const event = parsed(data);
      if (event) this.#hear.onEvent(event);
    };
    socket.onclose = () => {
      if (socket === this.#socket) this.#wait();
    };
  }

  /** Connects without waiting any longer, if it is waiting. */
  retryNow() {
    if (!this.#socket) this.start();
  }

  /** Gives the connection up, as when it turned out to be dead. */
  drop() {
    const socket = this.#socket;
    if (!socket) return;
    this.#wait();
    socket.close();
  }

  #wait() {
    clearTimeout(this.#timer);
    this.#socket = null;
    const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** this.#attempt);
    const delay = ceiling * (0.5 + Math.random() / 2);
    this.#attempt += 1;
    this.#timer = setTimeout(() => this.start(), delay);
    this.#hear.onState('waiting', delay);
  }
}

function parsed(text) {
  try {
    const event = JSON.parse(text);
    return typeof event?.type === 'string' ? event : null;
  } catch {
    return null;
  }
}
