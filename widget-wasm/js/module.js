// The WebAssembly modules, one for each back end: fetched once for the page, and again after a failure.

import { complain } from './console.js';

const loading = new Map();
let attempts = 0;

/**
 * The exports of a back end's module. `source(backend, attempt)` imports the file that knows the module; its `start()` compiles it.
 * A failure is told to the console with its cause and its cure; a later call tries again.
 */
export function load(source, backend = 'bloonio') {
  if (!loading.has(backend)) {
    const module = begin(source, backend).catch((error) => {
      loading.delete(backend);
      complain(explanation(error));
      throw error;
    });
    loading.set(backend, module);
  }
  return loading.get(backend);
}

async function begin(source, backend) {
  if (typeof WebAssembly !== 'object') throw new Error('WebAssembly is missing');
  const module = await source(backend, attempts++);
  await module.start();
  return module;
}

function explanation(error) {
  const cause = error?.message ?? String(error);
  if (typeof WebAssembly !== 'object') {
    return 'chat is unavailable: this browser has no WebAssembly, or it is switched off. A current browser has it.';
  }
  if (error instanceof WebAssembly.CompileError || /content security policy|unsafe-eval/i.test(cause)) {
    return `chat is unavailable: this page's Content-Security-Policy refuses WebAssembly. Add 'wasm-unsafe-eval' to its script-src. (${cause})`;
  }
  return (
    'chat is unavailable: a file of the widget could not be loaded. Serve all files of the widget from one folder, ' +
    `with Access-Control-Allow-Origin when that is another site, and allow it in script-src and connect-src. (${cause})`
  );
}
