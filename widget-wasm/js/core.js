// The npm package without an interface: the conversation, and the low layer. It defines no element and draws nothing.

import { chatFor } from './chat.js';
import { refusal } from './console.js';
import { source } from './modules.js';
import { check } from './options.js';

export const Visavis = {
  /** The chat of these options, once its stored conversation is there. */
  async connect(given) {
    const held = chatFor(await checked(given), source).own({ release() {}, remove() {} });
    try {
      await held.load();
    } catch (error) {
      held.destroy();
      throw error;
    }
    return held;
  },
};
export { ChatClient, WSClient } from './protocol.js';

async function checked(given) {
  try {
    return check({ ...given, mode: undefined, target: undefined });
  } catch (mistake) {
    throw Array.isArray(mistake) ? await refusal(mistake, mistake[0]) : mistake;
  }
}
