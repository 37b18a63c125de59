// `Visavis.init`: an element made from an options object.

import { chatFor } from './chat.js';
import { refusal } from './console.js';
import { ELEMENTS } from './elements.js';
import { check } from './options.js';
import { whenWanted } from './shell.js';

const plain = (name) => name;

/** Makes `init`; `source` imports the module, `spelled` is how the page spells an option's name, `made` hears of each chat before it is loaded. */
export const initialiser = (source, made) =>
  function init(given, spelled = plain) {
    const chat = begin({ ...given }, source, spelled !== plain, made).catch(async (error) => {
      throw Array.isArray(error) ? await refusal(error, spelled(error[0])) : error;
    });
    // A page that does not wait for the chat has read the reason in the console already.
    chat.catch(() => {});
    return chat;
  };

async function begin(given, source, byTag, made) {
  const options = check(given);
  if (document.readyState === 'loading') await new Promise((resolve) => addEventListener('DOMContentLoaded', resolve));
  const target = find(options);
  const wanted = { ...given, target: undefined, mode: options.mode };
  const chat = chatFor(options, source);
  // Asked for again, and still there or left over from a page that was replaced: one is enough, whoever asks.
  const isTwin = (other) =>
    other.localName === ELEMENTS[options.mode] &&
    (other.parentNode === target || !other.isConnected) &&
    (byTag || JSON.stringify(other.options) === JSON.stringify(wanted));
  const element = chat.owned.find(isTwin) ?? Object.assign(document.createElement(ELEMENTS[options.mode]), { options: wanted });
  const held = chat.own(element);
  if (element.parentNode !== target) target.append(element);
  made?.(held);
  // Whoever asked for it to load only on interaction gets a chat whose calls wait until then.
  if (options.mode !== 'launcher' || options.load !== 'interaction') await whenWanted(options, () => chat.load());
  return held;
}

function find({ mode, target }) {
  if (mode === 'launcher') return document.body;
  try {
    const element = target.append ? target : document.querySelector(target);
    if (element) return element;
  } catch {}
  throw ['target', target];
}
