import type { Chat, Options } from './types.js';

export * from './types.js';

/** What has no meaning without an interface. */
type Drawing = 'mode' | 'target' | 'texts' | 'colorScheme' | 'position' | 'load';

/** The options of a conversation that the application draws itself. */
export type ConnectOptions = Options extends infer One ? (One extends Options ? Omit<One, Drawing> : never) : never;

/**
 * The conversation without an interface, for an application that draws its own.
 *
 * ```ts
 * import { Visavis } from '@visavis/widget/core';
 *
 * const chat = await Visavis.connect({ baseUrl: 'https://relay.example', tenantId: '019e4ae7-…', publicKey: 'pk_…' });
 * chat.on('message', (message) => console.log(message.author, message.text));
 * await chat.sendMessage('Where is my order?');
 * ```
 *
 * Importing it defines no element, and on a server it does nothing.
 */
export declare const Visavis: {
  /**
   * Takes up the stored conversation and resolves to its chat. It connects at once when there is one, else with the first message or
   * `open()`. `open()` and `close()` tell when the visitor looks at the conversation: what comes meanwhile is not unread.
   * A missing or malformed option rejects, and is one error in the console.
   */
  connect(options: ConnectOptions): Promise<Chat>;
};
