// The second stage: the WebAssembly module with its style sheet. The loader imports this file when it is wanted.

import init, { connect } from 'visavis-module';
import { enliven, styles } from 'visavis-styles';

/** Compiles the module that lies beside this file. */
export async function start() {
  const response = await fetch(new URL(VISAVIS_MODULE, import.meta.url));
  if (!response.ok) throw new Error(`${response.url}: HTTP status ${response.status}`);
  await init({ module_or_path: response });
}

export { connect, enliven, styles };
