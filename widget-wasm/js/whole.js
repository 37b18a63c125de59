// A conversation of the module, some of whose calls wait until all of the module is there.

import { Chat, connect as connected } from 'visavis-module';
import { told } from './console.js';
import { enliven } from 'visavis-styles';
import { words } from './languages.js';
import { attend, equip } from './panel.js';
import { ALONE, Tabs } from './tabs.js';
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
  this.quiet?.();
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
Chat.prototype.mount = function (container, options) {
  const looks = settled(options);
  let view;
  let stop;
  let freed;
  const draw = (words) => {
    if (freed) return;
    view = mount.call(this, container, { ...looks, words });
    stop = equip(container.parentNode, this.page, looks);
    enliven?.(container);
  };
  const known = spoken.get(language(looks));
  if (known) draw(known);
  else said(looks).then(draw);
  return {
    free() {
      freed = true;
      stop?.();
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
  const lines = options?.locale && said(settled(options));
  try {
    await begin(bytes);
    await lines;
  } catch (error) {
    throw Object.assign(error, { words: await lines });
  }
}

/** What the page's own server may have to be asked for. */
const PROVIDED = ['identity', 'visitorToken', 'user', 'token'];
/** What is on or off; an attribute without a value is on. */
const SWITCHES = ['sound', 'titleBadge', 'notifications'];

/** A page's options as they are used from here on, whether they came as attributes or from a program. */
function settled(options) {
  const { metadata, texts } = options;
  const made = { ...options, texts: typeof texts === 'string' ? parsed(texts) : texts };
  if (metadata && typeof metadata !== 'string') made.metadata = JSON.stringify(metadata);
  for (const name of SWITCHES) made[name] = [true, 'true', ''].includes(options[name]);
  for (const name of PROVIDED) if (typeof options[name]?.then === 'function') made[name] = () => options[name];
  return made;
}

function parsed(texts) {
  try {
    return JSON.parse(texts);
  } catch (error) {
    told(`the option texts is no JSON object: ${error.message}`);
  }
}

/** Makes a client for a page's chat; what its panel does not need follows when the page has nothing else to do. */
export async function connect(given, emit, page) {
  const options = settled(given);
  const chat = await connected(options, emit, (name) => (name ? new Tabs(name + whose(options)) : ALONE), whenWhole);
  chat.page = page;
  chat.quiet = attend(page, options);
  if (globalThis.requestIdleCallback) requestIdleCallback(complete, { timeout: 2000 });
  else setTimeout(complete, 200);
  await released();
  return chat;
}

/** The interface takes the launcher's place, and a press counts only where it ends on the button that it began on. */
async function released() {
  const isPressed = ({ shadowRoot }) => shadowRoot?.querySelector(':active');
  while ([...document.querySelectorAll('visavis-launcher')].some(isPressed)) await new Promise((resolve) => setTimeout(resolve, 50));
}

/** Who is signed in at the site has a conversation of their own: a tab from before must neither lead nor follow one from after. */
function whose({ user }) {
  try {
    const { email } = (typeof user === 'string' ? JSON.parse(user) : user) ?? {};
    return email ? ` ${email.toLowerCase()}` : '';
  } catch {
    // The module says what is wrong with it.
    return '';
  }
}
