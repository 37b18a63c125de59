// The WebAssembly modules, one for each back end: fetched once for the page, and again after a failure.

import { complain } from './console.js';

const loading = new Map();
let attempts = 0;

/**
 * The exports of a back end's module. `source(backend, attempt)` imports the file that knows the module; its `start()` compiles it.
 * A failure is told to the console with its cause and its cure; a later call tries again.
 */
export function load(source, options = { backend: 'bloonio' }) {
  const { backend } = options;
  if (!loading.has(backend)) {
    const module = begin(source, options).catch((error) => {
      loading.delete(backend);
      complain(`chat is unavailable: ${error.explanation ?? FILES} (${error.message ?? error})`);
      throw error;
    });
    loading.set(backend, module);
  }
  return loading.get(backend);
}

const FILES =
  'a file of the widget could not be loaded. Serve all files of the widget from one folder, ' +
  'with Access-Control-Allow-Origin when that is another site, and allow it in script-src and connect-src.';

async function begin(source, options) {
  const module = await source(options.backend, attempts++);
  await module.start(options);
  return module;
}
