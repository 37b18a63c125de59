// The npm package without an interface: the conversation, and the low layer. It defines no element and draws nothing.

import { chatFor } from './chat.js';
import { complain } from './console.js';
import { source } from './modules.js';
import { OptionError, check } from './options.js';

export const Visavis = {
  /** The chat of these options, once its stored conversation is there. */
  async connect(given) {
    try {
      const chat = chatFor(check({ ...given, mode: undefined, target: undefined }), source);
      const held = chat.own({ release() {}, remove() {} });
      await chat.load().catch((error) => {
        held.destroy();
        throw error;
      });
      return held;
    } catch (error) {
      if (error instanceof OptionError) complain(error.message);
      throw error;
    }
  },
};
export { ChatClient, WSClient } from './protocol.js';
