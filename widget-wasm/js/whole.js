// A conversation of the module, some of whose calls wait until all of the module is there.

import { Chat, connect as begin } from 'visavis-module';
import { complete, isWhole, whenWhole } from './parts.js';

for (const name of ['sendMessage', 'retry', 'discard', 'identify']) {
  const act = Chat.prototype[name];
  Chat.prototype[name] = async function (parameter) {
    await complete();
    if (this.ended) throw new Error('this chat was destroyed');
    return act.call(this, parameter);
  };
}

const end = Chat.prototype.end;
Chat.prototype.end = function () {
  this.ended = true;
  end.call(this);
};

const { get: said } = Object.getOwnPropertyDescriptor(Chat.prototype, 'messages');
Object.defineProperty(Chat.prototype, 'messages', {
  get() {
    // Until all of it is there, nothing was said: who has been here before gets all of it at once.
    return isWhole() ? said.call(this) : [];
  },
});

/** Makes a client; what its panel does not need follows when the page has nothing else to do. */
export async function connect(options, emit) {
  const chat = await begin(options, emit, whenWhole);
  if (globalThis.requestIdleCallback) requestIdleCallback(complete, { timeout: 2000 });
  else setTimeout(complete, 200);
  return chat;
}
