import { randomUUID } from 'node:crypto';

import { scriptTag } from './host.js';
import { expect, test as base } from './test.js';

export { expect };

/** How fast the demo's assistant writes. */
const PACE_MS = 40;

/** Tests of a conversation with the gateway, which its visitor begins without a form. */
export const test = base.extend({
  gateway: async ({ gateway }, use) => {
    await use(gateway);
    await gateway.command('pace', { ms: PACE_MS });
    await gateway.command('end-broadcast');
  },

  /** Somebody whom no other test knows. */
  visitor: async ({ gateway, gatewayOptions }, use) => use(await signedIn(gateway, gatewayOptions)),

  /** What the assistant said, but for its greeting. */
  answers: ({ widget }, use) => use(widget.messages('bot').filter({ hasNotText: 'I am Iris' })),

  /** Opens a page with the visitor's chat, and the chat: `visit({ looks, content })`. */
  visit: async ({ host, visitor, widget }, use) => {
    await use(async ({ looks = {}, content = {}, path } = {}) => {
      const page = await host({ ...content, body: `${content.body ?? ''}${scriptTag({ ...visitor.options, ...looks })}` }, { path });
      await widget.open();
      await widget.connection('live');
      return page;
    });
  },
});

/** A new customer who is signed in at the site: the widget's options for them, and the id of their conversation. */
export async function signedIn(gateway, options) {
  const name = `v${randomUUID().slice(0, 8)}`;
  const email = `${name}@visitor.example`;
  const token = await gateway.mintToken(email, name);
  return { email, chat: `customer::${email}`, options: { ...options, user: JSON.stringify({ email, name }), token } };
}
