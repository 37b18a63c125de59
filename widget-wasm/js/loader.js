// The script tag: reads its own options, defines the elements, draws the launcher at once.

import { define } from './elements.js';
import { initialiser } from './init.js';
import { NAMES, kebab } from './options.js';

// Relative to this very file, whether it is a classic script or a module. A browser remembers that a file could not be
// imported, so a further attempt asks for it under another name.
const source = (backend, attempt) => import(VISAVIS_WIDGETS[backend].concat(attempt ? `?${attempt}` : ''));
const init = initialiser(source);

let known;
let chat = new Promise((resolve) => (known = resolve));
const made = (held) => {
  known(held);
  chat = Promise.resolve(held);
};

/** A page may hold this file twice; the first one serves the second one's script tag. */
const SERVE = Symbol.for('visavis.serve');

define(source);
if (!window.Visavis) begin(window.visavis?.q ?? []);

const script = document.currentScript ?? [...document.querySelectorAll('script[type=module][src*="visavis.js"]')].find(isNew);
if (script && isNew(script)) window.Visavis[SERVE]?.(script);

/** `window.visavis('open')` is for pages that do not wait for this file: `early` is what they called before it came. */
function begin(early) {
  window.Visavis = Object.defineProperty({ init: (options) => init(options) }, SERVE, { value: serve });
  window.visavis = (name, ...given) => (name === 'init' ? init(given[0], undefined, made) : chat.then((chat) => chat[name](...given)));
  for (const command of early) window.visavis(...command);
}

function serve(script) {
  const given = {};
  for (const name of NAMES) if (script.dataset[name] !== undefined) given[name] = script.dataset[name];
  if (Object.keys(given).length === 0) return;
  script.dataset.visavis = 'started';
  init(given, (name) => `data-${kebab(name)}`, made);
}

function isNew(script) {
  return !('visavis' in script.dataset);
}
