// The second stage: the WebAssembly module with its style sheet. The loader imports this file when it is wanted.

import init, { connect as begin } from 'visavis-module';
import { styles } from 'visavis-styles';
import { Tabs } from './tabs.js';

/** Compiles the module that lies beside this file. */
export async function start() {
  const response = await fetch(new URL(VISAVIS_MODULE, import.meta.url));
  if (!response.ok) throw new Error(`${response.url}: HTTP status ${response.status}`);
  await init({ module_or_path: response });
}

/** A conversation with these options, shared with the other tabs of the site. */
export const connect = (options, emit) => begin(options, emit, (name) => new Tabs(name + whose(options)));

/** Who is signed in at the site has a conversation of their own: a tab from before must neither lead nor follow one from after. */
function whose({ user }) {
  const { email } = (typeof user === 'string' ? JSON.parse(user) : user) ?? {};
  return email ? ` ${email.toLowerCase()}` : '';
}

export { styles };
