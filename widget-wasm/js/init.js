// `Visavis.init`: an element made from an options object.

import { chatFor } from './chat.js';
import { complain } from './console.js';
import { OptionError, check } from './options.js';
import { whenWanted } from './shell.js';

const ELEMENTS = { launcher: 'visavis-launcher', docked: 'visavis-panel', thread: 'visavis-thread' };

/** Makes `init`; `source` imports the module, `spelled` is how the page spells an option's name, `made` hears of the chat before it is loaded. */
export const initialiser = (source) =>
  function init(given, spelled, made) {
    const chat = begin({ ...given }, source, spelled, made);
    // A page that does not wait for the chat has read the reason in the console already.
    chat.catch(() => {});
    return chat;
  };

async function begin(given, source, spelled, made) {
  try {
    const options = check(given, spelled);
    await parsed();
    const target = find(options, spelled);
    const { target: _, ...wanted } = { ...given, mode: options.mode };
    const chat = chatFor(options, source);
    const element = chat.owned.find(isTwin) ?? Object.assign(document.createElement(ELEMENTS[options.mode]), { options: wanted });
    const held = chat.own(element);
    if (element.parentNode !== target) target.append(element);
    made?.(held);
    // Whoever asked for it to load only on interaction gets a chat whose calls wait until then.
    if (options.mode !== 'launcher' || options.load !== 'interaction') await whenWanted(options, () => chat.load());
    return held;

    // Asked for again, and still there or left over from a page that was replaced: one is enough, whoever asks.
    function isTwin(other) {
      const isHere = other.parentNode === target || !other.isConnected;
      return isHere && other.localName === ELEMENTS[options.mode] && (spelled || JSON.stringify(other.options) === JSON.stringify(wanted));
    }
  } catch (error) {
    if (error instanceof OptionError) complain(error.message);
    throw error;
  }
}

function parsed() {
  if (document.readyState !== 'loading') return;
  return new Promise((resolve) => document.addEventListener('DOMContentLoaded', resolve, { once: true }));
}

function find({ mode, target }, spelled = (name) => name) {
  if (mode === 'launcher') return document.body;
  const element = typeof target === 'string' ? document.querySelector(target) : target;
  if (element) return element;
  const problem = target === undefined ? 'is missing' : `finds nothing in this page (${target})`;
  throw new OptionError(`the option ${spelled('target')} ${problem}; expected a CSS selector of the element to fill`);
}
