// `Visavis.init`: an element made from an options object.

import { chatFor } from './chat.js';
import { complain } from './console.js';
import { OptionError, check } from './options.js';
import { whenWanted } from './shell.js';

const ELEMENTS = { launcher: 'visavis-launcher', docked: 'visavis-panel', thread: 'visavis-thread' };

/** Makes `init`; `source` imports the module, `spelled` is how the page spells an option's name. */
export const initialiser = (source) =>
  function init(given, spelled) {
    const chat = begin({ ...given }, source, spelled);
    // A page that does not wait for the chat has read the reason in the console already.
    chat.catch(() => {});
    return chat;
  };

async function begin(given, source, spelled) {
  try {
    const options = check(given, spelled);
    await parsed();
    const target = find(options, spelled);
    const element = document.createElement(ELEMENTS[options.mode]);
    const { target: _, mode, ...rest } = given;
    element.options = { ...rest, mode: options.mode };
    const chat = chatFor(options, source);
    // A script tag that stands in the page twice is a mistake; two panels made by a program are not.
    if (spelled && chat.owns((other) => other.localName === element.localName && other.parentNode === target)) return chat;
    chat.own(element);
    target.append(element);
    // Whoever asked for it to load only on interaction gets a chat whose calls wait until then.
    if (options.mode !== 'launcher' || options.load !== 'interaction') await whenWanted(options, () => chat.load());
    return chat;
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
