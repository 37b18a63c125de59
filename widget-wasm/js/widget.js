// The second stage: the WebAssembly module with its style sheet and its words. The loader imports this file when it is wanted.

import init, { connect } from 'visavis-module';
import { styles } from 'visavis-styles';
import { words } from './languages.js';

/**
 * Compiles the module that lies beside this file. A failure holds the `words` for telling the visitor, and an `explanation` for the page
 * where the browser is the cause.
 */
export async function start(options) {
  // They come beside the module; whoever draws asks again and finds them there. The low layer says nothing.
  const said = options.locale && words(options);
  try {
    const response = await fetch(new URL(VISAVIS_MODULE, import.meta.url));
    if (!response.ok) throw new Error(`${response.url}: HTTP status ${response.status}`);
    await init({ module_or_path: response });
  } catch (error) {
    throw Object.assign(error, { explanation: explanation(error), words: await said });
  }
}

function explanation(error) {
  if (typeof WebAssembly !== 'object') return 'this browser has no WebAssembly, or it is switched off. A current browser has it.';
  if (error instanceof WebAssembly.CompileError || /content security policy|unsafe-eval/i.test(error.message)) {
    return "this page's Content-Security-Policy refuses WebAssembly. Add 'wasm-unsafe-eval' to its script-src.";
  }
}

export { connect, styles, words };
