// A conversation of the page: what `Visavis.init` returns. Everything called before the module is there waits for it.

import { complain } from './console.js';
import { load } from './module.js';

/** A page that replaces its content puts the next element in within this time. */
const GRACE = 1000;

const chats = new Map();
const key = ({ backend, baseUrl, tenantId, publicKey, orgId, configId }) => [backend, baseUrl, tenantId, publicKey, orgId, configId].join('\n');

/** The chat that elements with these options share. */
export function chatFor(options, source) {
  const name = key(options);
  if (!chats.has(name)) chats.set(name, new Chat(options, source, () => chats.delete(name)));
  return chats.get(name);
}

export class Chat {
  #options;
  #source;
  #forget;
  #core = null;
  #loading;
  #ending;
  #ended = false;
  #listeners = new Map();
  #elements = new Set();

  /** What the page asked for by `init`, once for each time it did. */
  owned = [];

  constructor(options, source, forget) {
    this.#options = options;
    this.#source = source;
    this.#forget = forget;
  }

  /** Messages that nobody has looked at. */
  get unreadCount() {
    return this.#core?.unreadCount ?? 0;
  }

  /** Whether the other side types. */
  get botTyping() {
    return this.#core?.botTyping ?? false;
  }

  /** `idle`, `connecting`, `live`, `backoff`, `paused`, `suspended`, `failed` or `closed`. */
  get connection() {
    return this.#core?.connection ?? 'idle';
  }

  /** The conversation, oldest first. */
  get messages() {
    return this.#core?.messages ?? [];
  }

  open() {
    this.#soon((core) => core.open());
  }

  close() {
    this.#soon((core) => core.close());
  }

  toggle() {
    this.#soon((core) => core.toggle());
  }

  /** Resolves to `{ id }` when the message is safely queued. */
  async sendMessage(text) {
    return (await this.#ready()).sendMessage(String(text));
  }

  /** Sends a failed, uncertain or expired message again. */
  retry(id) {
    this.#soon((core) => core.retry(id));
  }

  /** Removes a failed, uncertain or expired message. */
  discard(id) {
    this.#soon((core) => core.discard(id));
  }

  /** Links the conversation to a user of the site: `userId:signature`, both from your server. */
  async identify(identity) {
    return (await this.#ready()).identify(String(identity));
  }

  /** Calls `listener` with the detail of every such event. Returns a function that ends that. */
  on(name, listener) {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /** Disconnects and removes the elements. What was not sent is sent on the next visit. */
  destroy() {
    this.#forget();
    for (const element of [...this.#elements]) element.release();
    for (const element of this.owned.splice(0)) element.remove();
    clearTimeout(this.#ending);
    const core = this.#core;
    this.#core = null;
    this.#ended = true;
    this.#loading = Promise.reject(new Error('this chat was destroyed'));
    this.#loading.catch(() => {});
    core?.end();
    core?.free();
  }

  /** An element takes part: it hears events, and its `draw` is called once there is something to draw. */
  attach(element) {
    clearTimeout(this.#ending);
    this.#elements.add(element);
    if (this.#core) element.draw(this.#core, this.#loading);
  }

  /** An element left. When no other comes in its place, a chat that nobody holds ends. */
  detach(element) {
    this.#elements.delete(element);
    if (this.#elements.size > 0 || this.owned.length > 0) return;
    this.#ending = setTimeout(() => this.destroy(), GRACE);
  }

  /**
   * The page asked for this chat and this element: the chat outlives its elements, the element does not outlive the chat. What is returned is
   * the chat as this one who asked holds it: `destroy` takes back the asking, and when nobody is left the chat ends.
   */
  own(element) {
    clearTimeout(this.#ending);
    this.owned.push(element);
    const ends = [];
    const own = {
      on: (...given) => (ends[ends.length] = this.on(...given)),
      destroy: () => {
        for (const end of ends.splice(0)) end();
        this.#disown(element);
        element = null;
      },
    };
    return new Proxy(this, {
      get: (_, name) => {
        const value = own[name] ?? this[name];
        return value?.bind?.(this) ?? value;
      },
    });
  }

  #disown(element) {
    const place = this.owned.indexOf(element);
    if (place < 0) return;
    this.owned.splice(place, 1);
    if (this.owned.includes(element)) return;
    element.release();
    element.remove();
    if (this.owned.length + this.#elements.size === 0) this.destroy();
  }

  /** Brings the module and the conversation. A failure shows in every element; the next call tries again. */
  load() {
    this.#loading ??= this.#begin().catch((error) => {
      if (!this.#ended) this.#loading = undefined;
      for (const element of this.#elements) element.refuse(error);
      throw error;
    });
    return this.#loading;
  }

  async #begin() {
    const module = await load(this.#source, this.#options.backend);
    const core = await module.connect(this.#options, (name, detail) => this.#tell(name, detail)).catch((error) => {
      complain(error?.message ?? String(error));
      throw Object.assign(new Error(error?.message ?? String(error)), { kind: error?.kind });
    });
    if (this.#ended) {
      core.end();
      core.free();
      return this.#loading;
    }
    this.#core = core;
    for (const element of this.#elements) element.draw(core, module);
    this.#tell('ready', {});
    return module;
  }

  async #ready() {
    await this.load();
    return this.#core;
  }

  #soon(act) {
    if (this.#core) act(this.#core);
    // What went wrong is told by the elements and the console.
    else this.#ready().then(act, () => {});
  }

  #tell(name, detail) {
    for (const listener of this.#listeners.get(name) ?? []) {
      try {
        listener(detail);
      } catch (error) {
        reportError(error);
      }
    }
    for (const element of this.#elements) {
      element.dispatchEvent(new CustomEvent(`visavis:${name}`, { detail, bubbles: true, composed: true }));
    }
  }
}
