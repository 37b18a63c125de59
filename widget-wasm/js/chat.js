// A conversation of the page: what `Visavis.init` returns. Everything called before the module is there waits for it.

import { told } from './console.js';
import { load } from './module.js';

/** A page that replaces its content puts the next element in within this time. */
const GRACE = 1000;

const SHARED = ['backend', 'baseUrl', 'tenantId', 'publicKey', 'orgId', 'configId'];

/** What a chat says of itself, and what it says as long as the module is not there. */
const SAID = { unreadCount: 0, botTyping: false, rings: false, connection: 'idle', messages: [] };
/** What can be done at any time: it is done once the module is there. */
const ACTS = ['open', 'close', 'toggle', 'retry', 'discard'];
/** What is answered. */
const ASKED = ['sendMessage', 'identify'];

const chats = new Map();

/** The chat that elements with these options share. */
export function chatFor(options, source) {
  const key = SHARED.map((name) => options[name]).join('\n');
  if (!chats.has(key)) chats.set(key, begun(options, source, () => chats.delete(key)));
  return chats.get(key);
}

function begun(options, source, forget) {
  const owned = [];
  const listeners = {};
  const elements = new Set();
  let core;
  let styles;
  let loading;
  let ending;
  let isOver;

  async function begin() {
    const module = await load(source, options);
    const made = await module.connect(options, tell, chat).catch((error) => {
      throw told(error?.message ?? String(error), error?.kind);
    });
    if (isOver) {
      made.end();
      made.free();
      return loading;
    }
    core = made;
    styles = module.styles;
    for (const element of elements) element.draw(core, styles);
    tell('ready', {});
  }

  async function ready() {
    await chat.load();
    return core;
  }

  function soon(act) {
    if (core) act(core);
    // What went wrong is told by the elements and the console.
    else ready().then(act, () => {});
  }

  function disown(element) {
    const place = owned.indexOf(element);
    if (place < 0) return;
    owned.splice(place, 1);
    if (owned.includes(element)) return;
    element.release();
    element.remove();
    if (!owned[0] && !elements.size) chat.destroy();
  }

  function tell(name, detail) {
    for (const listener of listeners[name] ?? []) {
      try {
        listener(detail);
      } catch (error) {
        reportError(error);
      }
    }
    for (const element of elements) element.dispatchEvent(new CustomEvent(`visavis:${name}`, { detail, bubbles: true, composed: true }));
  }

  const chat = {
    /** Calls `listener` with the detail of every such event. Returns a function that ends that. */
    on(name, listener) {
      (listeners[name] ??= new Set()).add(listener);
      return () => listeners[name].delete(listener);
    },

    /** Disconnects and removes the elements. What was not sent is sent on the next visit. */
    destroy() {
      forget();
      for (const element of [...elements]) element.release();
      for (const element of owned.splice(0)) element.remove();
      clearTimeout(ending);
      const ended = core;
      core = null;
      isOver = true;
      loading = Promise.reject(new Error('this chat was destroyed'));
      loading.catch(() => {});
      ended?.end();
      ended?.free();
    },

    /** An element takes part: it hears events, and its `draw` is called once there is something to draw, and the styles for it. */
    attach(element) {
      clearTimeout(ending);
      elements.add(element);
      if (core) element.draw(core, styles);
    },

    /** An element left. When no other comes in its place, a chat that nobody holds ends. */
    detach(element) {
      elements.delete(element);
      if (!owned[0] && !elements.size) ending = setTimeout(chat.destroy, GRACE);
    },

    /**
     * The page asked for this chat and this element: the chat outlives its elements, the element does not outlive the chat. What is returned is
     * the chat as this one who asked holds it: `destroy` takes back the asking, and when nobody is left the chat ends.
     */
    own(element) {
      clearTimeout(ending);
      owned.push(element);
      const ends = [];
      return {
        __proto__: chat,
        on: (name, listener) => (ends[ends.length] = chat.on(name, listener)),
        destroy() {
          ends.map((end) => end());
          disown(element);
          element = null;
        },
      };
    },

    /** What was asked for, once for each time it was. */
    owned,

    /** Brings the module and the conversation. A failure shows in every element; the next call tries again. */
    load: () =>
      (loading ??= begin().catch((error) => {
        if (!isOver) loading = null;
        for (const element of elements) element.refuse(error);
        throw error;
      })),
  };
  for (const name in SAID) Object.defineProperty(chat, name, { get: () => core?.[name] ?? SAID[name] });
  for (const name of ACTS) chat[name] = (given) => soon((core) => core[name](given));
  for (const name of ASKED) chat[name] = async (given) => (await ready())[name](String(given));
  return chat;
}
