// `Visavis.init`: an element made from an options object.

import { chatFor } from './chat.js';
import { refusal } from './console.js';
import { ELEMENTS } from './elements.js';
import { check } from './options.js';
import { whenWanted } from './shell.js';

const plain = (name) => name;

/** Makes `init`; `source` imports the module, `spelled` is how the page spells an option's name. */
export const initialiser = (source) =>
  function init(given, spelled = plain) {
    const chat = begin({ ...given }, source, spelled !== plain).catch(async (error) => {
      throw Array.isArray(error) ? await refusal(error, spelled(error[0])) : error;
    });
    // A page that does not wait for the chat has read the reason in the console already.
    chat.catch(() => {});
    return chat;
  };

async function begin(given, source, byTag) {
  const options = check(given);
  if (document.readyState === 'loading') await new Promise((resolve) => document.addEventListener('DOMContentLoaded', resolve));
  const target = find(options);
  const element = document.createElement(ELEMENTS[options.mode]);
  element.options = { ...given, target: undefined, mode: options.mode };
  const chat = chatFor(options, source);
  // A script tag that stands in the page twice is a mistake; two panels made by a program are not.
  if (byTag && chat.owns((other) => other.localName === element.localName && other.parentNode === target)) return chat;
  chat.own(element);
  target.append(element);
  // Whoever asked for it to load only on interaction gets a chat whose calls wait until then.
  if (options.mode !== 'launcher' || options.load !== 'interaction') await whenWanted(options, () => chat.load());
  return chat;
}

function find({ mode, target }) {
  if (mode === 'launcher') return document.body;
  let element;
  try {
    element = target instanceof Element ? target : document.querySelector(target);
  } catch {}
  if (!element) throw ['target', target];
  return element;
}
