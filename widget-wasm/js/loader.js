// The script tag: reads its own options, defines the elements, draws the launcher at once.

import { define } from './elements.js';
import { initialiser } from './init.js';
import { NAMES, kebab } from './options.js';

// Relative to this very file, whether it is a classic script or a module. A browser remembers that a file could not be
// imported, so a further attempt asks for it under another name.
const source = (backend, attempt) => import(VISAVIS_WIDGETS[backend].concat(attempt ? `?${attempt}` : ''));
const init = initialiser(source);

/** A page may hold this file twice; the first one serves the second one's script tag. */
const SERVE = Symbol.for('visavis.serve');

define(source);
window.Visavis ??= Object.defineProperty({ init: (options) => init(options) }, SERVE, { value: serve });

const script = document.currentScript ?? [...document.querySelectorAll('script[type=module][src*="visavis.js"]')].find(isNew);
if (script && isNew(script)) window.Visavis[SERVE]?.(script);

function serve(script) {
  const given = {};
  for (const name of NAMES) if (script.dataset[name] !== undefined) given[name] = script.dataset[name];
  if (Object.keys(given).length === 0) return;
  script.dataset.visavis = 'started';
  init(given, (name) => `data-${kebab(name)}`);
}

function isNew(script) {
  return !('visavis' in script.dataset);
}
