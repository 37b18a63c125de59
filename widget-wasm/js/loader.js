// The script tag: reads its own options, defines the elements, draws the launcher at once.

import { apart } from './apart.js';
import { define } from './elements.js';
import { initialiser } from './init.js';
import { NAMES, kebab } from './options.js';

const script = document.currentScript ?? document.querySelector('script[src*="visavis.js"]:not([data-visavis])');

define(source);
// A page may hold this file twice; the first one serves the second one's script tag.
if (!window.Visavis) begin(window.visavis?.q ?? []);

if (script) serve(script.dataset);

/** Fetches a back end's two files side by side. A browser remembers that a file could not be imported, so a further attempt asks under another name. */
function source(backend, attempt) {
  return {
    bytes: script ? fetch(new URL(apart(backend, 'wasm'), script.src)) : undefined,
    // Relative to this very file, whether it is a classic script or a module.
    file: import(apart(backend, attempt ? `js?${attempt}` : 'js')),
  };
}

/** `visavis('open')` is for pages that do not wait for this file: `early` is what they called before it came. It goes to the last chat made. */
function begin(early) {
  let known;
  let chat = new Promise((resolve) => (known = resolve));
  const init = initialiser(source, (held) => known((chat = held)));
  window.Visavis = { init };
  window.visavis = async (name, ...given) => (name === 'init' ? init(...given) : (await chat)[name](...given));
  for (const command of early) window.visavis(...command);
}

function serve(dataset) {
  const named = NAMES.filter((name) => name in dataset);
  if (dataset.visavis || !named[0]) return;
  dataset.visavis = 'started';
  window.Visavis.init(Object.fromEntries(named.map((name) => [name, dataset[name]])), (name) => `data-${kebab(name)}`);
}
