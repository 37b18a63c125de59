import { randomUUID } from 'node:crypto';

import { expect } from '@playwright/test';

import { scriptTag } from './host.js';
import { signedIn } from './visit.js';

/**
 * The other side of a visitor's conversation, by back end: `await OTHER_SIDE[backend](fixtures)` puts up a page with a launcher of
 * somebody new and is then what a person at the server's end sees and does, in the same words for every back end.
 */
export const OTHER_SIDE = {
  bloonio: async ({ relay, stand, options }) => new Relayed(relay, stand.put('/host/relay', { body: scriptTag(options) })),
  appengine: async ({ gateway, stand, gatewayOptions }) => {
    const visitor = await signedIn(gateway, gatewayOptions);
    return new AtGateway(gateway, stand.put('/host/gateway', { body: scriptTag(visitor.options) }), visitor.chat);
  },
  // The site that is its own back end: only its own pages may call it.
  mailoo: async ({ mailoo, demo }) => new ThroughSite(mailoo, `${demo.site}/?backend=mailoo`),
};

class OtherSide {
  /** What the visitor says first: nobody else's conversation begins so. */
  opening = `Hello ${randomUUID().slice(0, 8)}`;

  constructor(server, address) {
    this.server = server;
    /** Where the visitor's page is. */
    this.address = address;
  }

  /** The visitor comes to the page, opens the panel and begins the conversation. */
  async begin(page, widget) {
    await page.goto(this.address);
    await widget.open();
    await widget.say(this.opening);
    await widget.sent(this.opening);
    await expect.poll(async () => (await this.lines()).open).toBe(1);
  }

  /** The visitor's conversation, once it has begun. */
  async conversation() {
    await expect.poll(async () => (this.found ??= await this.find()), { message: 'the conversation at the server' }).toBeTruthy();
    return this.found;
  }

  /** What the visitor said, as the server has it. */
  async heard() {
    const transcript = await this.server.transcript(await this.conversation());
    return transcript.filter(({ author, sender }) => (author ?? sender) === 'visitor').map(({ text, content }) => text ?? content);
  }

  /** A person answers. */
  async reply(text) {
    await this.server.operate(await this.conversation(), 'reply', { text });
  }

  /** How many lines were opened, ever, and how many are open. */
  async lines() {
    const { connects, sockets_open: open } = await this.server.counts();
    return { opened: connects, open };
  }

  /** From now on what is sent on the lines that are open goes nowhere, and nothing comes. */
  silence() {
    return this.server.command('black-hole');
  }

  /** What comes new is taken again. */
  heal() {
    return this.server.heal();
  }
}

class Relayed extends OtherSide {
  async find() {
    for (const session of await this.server.sessions()) if ((await this.server.heardFrom(session))[0] === this.opening) return session;
  }

  /** All lines are cut without a word. */
  cut() {
    return this.server.command('close-sockets', { code: 1006 });
  }
}

class AtGateway extends OtherSide {
  constructor(server, address, chat) {
    super(server, address);
    this.chat = chat;
  }

  async find() {
    return (await this.server.chats()).find((chat) => chat === this.chat);
  }

  cut() {
    return this.server.command('close-sockets', { manner: 'cut' });
  }
}

class ThroughSite extends OtherSide {
  async find() {
    for (const session of await this.server.sessions()) if ((await this.server.transcript(session))[0]?.content === this.opening) return session;
  }

  cut() {
    return this.server.command('close-sockets', { code: 1006 });
  }

  /** Messages go by calls here: they are not taken, either. */
  async silence() {
    await this.server.command('black-hole');
    await this.server.command('fail-http', { route: 'send', fault: { kind: 'status', status: 503, retry_after: 1 } });
  }
}
