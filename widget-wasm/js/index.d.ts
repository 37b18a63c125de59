import type { Chat, Options } from './types.js';

export * from './elements.js';
export * from './types.js';

/**
 * A chat widget for website visitors.
 *
 * ```ts
 * import { Visavis } from '@visavis/widget';
 *
 * const chat = await Visavis.init({ baseUrl: 'https://relay.example', tenantId: '019e4ae7-…', publicKey: 'pk_…' });
 * chat.on('message', (message) => console.log(message.author, message.text));
 * chat.open();
 * ```
 *
 * Importing it defines the elements `<visavis-launcher>`, `<visavis-panel mode="docked">` and `<visavis-thread>`, whose attributes are
 * the options in kebab case. On a server, importing it does nothing.
 */
export declare const Visavis: {
  /**
   * Adds an element to the page and resolves to its chat: when the chat is ready, or with `load: 'interaction'` at once.
   * Asked again with the same options while the element is there, it adds none; each of the chats that it resolved to has to be destroyed.
   * A missing or malformed option rejects, and is one error in the console.
   */
  init(options: Options): Promise<Chat>;
};
