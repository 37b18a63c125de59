// The WebAssembly modules, one for each back end: fetched once for the page, and again after a failure.

import { unavailable } from './console.js';

const loading = {};
let attempts = 0;

/**
 * The exports of a back end's module. `source(backend, attempt)` begins to fetch it: the file that knows the module, whose `start()` compiles it,
 * and beside it the module itself where its address is known. A failure is told to the console; a later call tries again.
 */
export function load(source, options = { backend: 'bloonio' }) {
  const { backend } = options;
  return (loading[backend] ??= begin(source, options).catch(async (error) => {
    delete loading[backend];
    await unavailable(error);
    throw error;
  }));
}

async function begin(source, options) {
  const { file, bytes } = source(options.backend, attempts++);
  // Whichever comes second fails for the same reason, or is not needed any more.
  bytes?.catch(() => {});
  const module = await file;
  await module.start(bytes, options);
  return module;
}
