// The script tag: reads its own options, defines the elements, draws the launcher at once.

import { define } from './elements.js';
import { initialiser } from './init.js';
import { NAMES, kebab } from './options.js';

// Relative to this very file, whether it is a classic script or a module. A browser remembers that a file could not be
// imported, so a further attempt asks for it under another name.
const source = (attempt) => import(VISAVIS_WIDGET.concat(attempt ? `?${attempt}` : ''));
const init = initialiser(source);

define(source);
window.Visavis ??= { init: (options) => init(options) };

const script = document.currentScript ?? [...document.querySelectorAll('script[type=module][src*="visavis.js"]')].find(isNew);
if (script && isNew(script)) {
  const given = {};
  for (const name of NAMES) if (script.dataset[name] !== undefined) given[name] = script.dataset[name];
  if (Object.keys(given).length > 0) {
    script.dataset.visavis = 'started';
    init(given, (name) => `data-${kebab(name)}`);
  }
}

function isNew(script) {
  return !('visavis' in script.dataset);
}
