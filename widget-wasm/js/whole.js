// A conversation of the module, some of whose calls wait until all of the module is there.

import { Chat, connect as connected } from 'visavis-module';
import { words } from './languages.js';
import { complete, isWhole, start as begin, whenWhole } from './parts.js';

for (const name of ['sendMessage', 'retry', 'discard', 'identify']) {
  const act = Chat.prototype[name];
  Chat.prototype[name] = async function (parameter) {
    await complete();
    if (this.ended) throw new Error('this chat was destroyed');
    return act.call(this, parameter);
  };
}

const end = Chat.prototype.end;
Chat.prototype.end = function () {
  this.ended = true;
  end.call(this);
};

const { get: messages } = Object.getOwnPropertyDescriptor(Chat.prototype, 'messages');
Object.defineProperty(Chat.prototype, 'messages', {
  get() {
    // Until all of it is there, nothing was said: who has been here before gets all of it at once.
    return isWhole() ? messages.call(this) : [];
  },
});

const mount = Chat.prototype.mount;
/** Draws a view in its language, at once where the words are there. What is returned is freed to take it away again. */
Chat.prototype.mount = function (container, looks) {
  let view;
  let freed;
  const draw = (words) => {
    if (!freed) view = mount.call(this, container, { ...looks, words });
  };
  const known = spoken.get(language(looks));
  if (known) draw(known);
  else said(looks).then(draw);
  return {
    free() {
      freed = true;
      view?.free();
    },
  };
};

/** The words that are there, by the looks that they are for. */
const spoken = new Map();
const language = ({ locale, texts }) => JSON.stringify([locale, texts]);

async function said(looks) {
  const lines = await words(looks);
  spoken.set(language(looks), lines);
  return lines;
}

/**
 * Starts the module, and brings the words of whoever asked for it beside it. A failure holds the `words` for telling the visitor.
 * @param {Promise<Response>} [bytes] the module, where it is on its way already
 */
export async function start(bytes, options) {
  // The low layer says nothing.
  const lines = options?.locale && said(options);
  try {
    await begin(bytes);
    await lines;
  } catch (error) {
    throw Object.assign(error, { words: await lines });
  }
}

/** Makes a client; what its panel does not need follows when the page has nothing else to do. */
export async function connect(options, emit) {
  const chat = await connected(options, emit, whenWhole);
  if (globalThis.requestIdleCallback) requestIdleCallback(complete, { timeout: 2000 });
  else setTimeout(complete, 200);
  return chat;
}
