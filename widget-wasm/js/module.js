// The WebAssembly module: fetched once for the page, and again after a failure.

import { complain } from './console.js';

let loading;
let attempts = 0;

/**
 * The module's exports. `source(attempt)` imports the file that knows the module; its `start()` compiles it.
 * A failure is told to the console with its cause and its cure; a later call tries again.
 */
export function load(source) {
  loading ??= begin(source).catch((error) => {
    loading = undefined;
    complain(explanation(error));
    throw error;
  });
  return loading;
}

async function begin(source) {
  if (typeof WebAssembly !== 'object') throw new Error('WebAssembly is missing');
  const module = await source(attempts++);
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
