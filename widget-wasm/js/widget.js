// The second stage: the WebAssembly module with its style sheet. The loader imports this file when it is wanted.

import init, { connect } from 'visavis-module';
import { styles } from 'visavis-styles';

/** Compiles the module: the one that is on its way already, or the one that lies beside this file. */
export async function start(bytes = fetch(new URL(VISAVIS_MODULE, import.meta.url))) {
  const response = await bytes;
  if (!response.ok) throw new Error(`${response.url}: HTTP status ${response.status}`);
  await init({ module_or_path: response });
}

export { connect, styles };
