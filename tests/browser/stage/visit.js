import { randomUUID } from 'node:crypto';

import { Gateway } from './gateway.js';
import { scriptTag } from './host.js';
import { test as base } from './test.js';

export { expect } from './test.js';

/** Tests of a conversation with the gateway, which its visitor begins without a form. */
export const test = base.extend({
  gateway: async ({ demo }, use) => {
    const gateway = await Gateway.of(demo.site);
    await gateway.heal();
    await use(gateway);
    await gateway.heal();
  },

  /** Somebody whom no other test knows. */
  visitor: async ({ gateway }, use) => use(await gateway.known(`v${randomUUID().slice(0, 8)}`)),

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
