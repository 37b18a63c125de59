import { fillIn, somebody } from '../stage/guest.js';
import { scriptTag } from '../stage/host.js';
import { NpmGateway } from '../stage/npm-gateway.js';
import { expect, test as base } from '../stage/test.js';

/** What a server may offer, and what a line then goes by. */
const CARRIERS = { websocket: {}, polling: { transports: ['polling'] } };

/** Long enough for what would come by itself to have come: a line that breaks is dialled again within a second or five. */
const A_WHILE_MS = 6_000;

const test = base.extend({
  /** Starts a gateway on npm's server: `serve(options)`. */
  serve: async ({}, use) => {
    const started = [];
    await use(async (options) => {
      const gateway = await NpmGateway.start(options);
      started.push(gateway);
      return gateway;
    });
    for (const gateway of started) await gateway.stop();
  },

  /** Opens a page with the chat of somebody who is signed in: `talk(gateway)` answers the id of the conversation. */
  talk: async ({ host, widget }, use) => {
    await use(async (gateway) => {
      const { chat, options } = gateway.visitor();
      await host({ body: scriptTag(options) });
      await widget.open();
      await live(widget);
      return chat;
    });
  },
});

/** Where no WebSocket gets through, two are tried first, and one again after each line that broke. */
const live = (widget) => expect
  .poll(async () => (await widget.events('connection')).at(-1)?.detail.state, { timeout: 40_000 })
  .toBe('live');

// Falling back to calls takes two failed WebSockets, and each wait below may be as long as 40 s.
test.setTimeout(150_000);

/** How often the page was told that it is live. */
const lives = async (widget) => (await widget.events('connection')).filter(({ detail }) => detail.state === 'live').length;

/** Waits for the line after `before` of them. */
const liveAgain = (widget, before) => expect.poll(() => lives(widget), { timeout: 40_000 }).toBeGreaterThan(before);

/** Both sides have the same conversation: nothing is lost, doubled or out of order. */
async function agree(widget, gateway, chat, said) {
  for (const text of said) await expect(widget.root.locator('[part~="bubble"]', { hasText: text })).toHaveCount(1, { timeout: 40_000 });
  for (const text of said.filter((text) => text.startsWith('up'))) await widget.sent(text, { timeout: 40_000 });
  expect([...gateway.transcript(chat)].sort()).toEqual([...said].sort());
  for (const [author, word] of [['visitor', 'up'], ['agent', 'down']]) {
    const expected = said.filter((text) => text.startsWith(word));
    expect(await widget.texts(author)).toEqual(expected);
    expect(gateway.transcript(chat).filter((text) => text.startsWith(word))).toEqual(expected);
  }
}

for (const [carrier, offered] of Object.entries(CARRIERS)) {
  test(`both sides write, in order, by ${carrier}`, async ({ widget, serve, talk }) => {
    const gateway = await serve(offered);
    const chat = await talk(gateway);
    expect(gateway.transports).toEqual([carrier]);
    const said = [];
    for (let number = 1; number <= 5; number += 1) {
      await widget.say(`up ${number}`);
      gateway.say(chat, `down ${number}`);
      said.push(`up ${number}`, `down ${number}`);
    }
    await agree(widget, gateway, chat, said);
  });

  test(`only an acknowledgement makes a message sent, by ${carrier}`, async ({ widget, serve, talk }) => {
    const gateway = await serve(offered);
    const chat = await talk(gateway);
    gateway.hold();
    await widget.say('up 1');
    await expect.poll(() => gateway.transcript(chat)).toEqual(['up 1']);
    // What the server says after it took the message has arrived, and the message is still on its way.
    gateway.say(chat, 'down 1');
    await widget.says('agent', 'down 1');
    await expect(widget.message('visitor', 'up 1')).toHaveAttribute('data-status', 'sending');
    gateway.release();
    await agree(widget, gateway, chat, ['up 1', 'down 1']);
  });

  const drops = {
    'the transport is closed': (gateway) => gateway.closeEngines(),
    'the connection is cut': (gateway) => gateway.cut(),
    'the server stops to ping': (gateway) => gateway.mute(),
    'the server restarts': (gateway) => gateway.restart(),
  };
  for (const [name, drop] of Object.entries(drops)) {
    test(`${name}, and nothing is lost or doubled, by ${carrier}`, async ({ widget, serve, talk }) => {
      const gateway = await serve(offered);
      const chat = await talk(gateway);
      await widget.say('up 1');
      await widget.sent('up 1');
      gateway.say(chat, 'down 1');
      await widget.says('agent', 'down 1');
      const before = await lives(widget);
      await drop(gateway);
      gateway.say(chat, 'down 2');
      await widget.say('up 2');
      await liveAgain(widget, before);
      expect(gateway.transports.at(-1)).toBe(carrier);
      gateway.say(chat, 'down 3');
      await widget.say('up 3');
      await agree(widget, gateway, chat, ['up 1', 'down 1', 'down 2', 'up 2', 'down 3', 'up 3']);
    });
  }

  test(`a message whose acknowledgement was lost is not taken twice, by ${carrier}`, async ({ widget, serve, talk }) => {
    const gateway = await serve(offered);
    const chat = await talk(gateway);
    gateway.loseNextAck();
    await widget.say('up 1');
    await expect.poll(() => gateway.transcript(chat)).toEqual(['up 1']);
    await widget.say('up 2');
    await agree(widget, gateway, chat, ['up 1', 'up 2']);
  });

  test(`who is put out stays out until they want to come back, by ${carrier}`, async ({ page, widget, serve, talk }) => {
    const gateway = await serve(offered);
    const chat = await talk(gateway);
    await widget.say('up 1');
    await widget.sent('up 1');
    const { websocket, polling, refused } = gateway.seen;
    gateway.dismiss();
    await widget.connection('paused');
    gateway.say(chat, 'down 1');
    await page.waitForTimeout(A_WHILE_MS);
    expect(gateway.seen).toMatchObject({ websocket, polling, refused });
    await widget.connection('paused');
    await expect(widget.messages('agent')).toHaveCount(0);
    await widget.say('up 2');
    await agree(widget, gateway, chat, ['up 1', 'down 1', 'up 2']);
    await widget.connection('live');
  });

  for (const keeps of ['keeps', 'does not keep']) {
    test(`a line that broke, where the server ${keeps} its state, by ${carrier}`, async ({ widget, serve, talk }) => {
      const connectionStateRecovery = keeps === 'keeps' ? {} : undefined;
      const gateway = await serve({ ...offered, ...(connectionStateRecovery && { connectionStateRecovery }) });
      const chat = await talk(gateway);
      await widget.say('up 1');
      await widget.sent('up 1');
      gateway.say(chat, 'down 1');
      await widget.says('agent', 'down 1');
      const [before, asked] = [await lives(widget), gateway.seen.histories];
      await gateway.cut();
      gateway.say(chat, 'down 2');
      await liveAgain(widget, before);
      await agree(widget, gateway, chat, ['up 1', 'down 1', 'down 2']);
      const kept = keeps === 'keeps';
      expect(gateway.seen.recovered).toBe(kept ? 1 : 0);
      expect(gateway.seen.histories > asked).toBe(!kept);
      gateway.say(chat, 'down 3');
      await widget.say('up 2');
      await agree(widget, gateway, chat, ['up 1', 'down 1', 'down 2', 'down 3', 'up 2']);
    });
  }

  test(`a guest in the older vocabulary, by ${carrier}`, async ({ host, widget, serve }) => {
    const gateway = await serve({ ...offered, dialect: 'seed' });
    await host({ body: scriptTag(gateway.options) });
    const guest = somebody();
    await widget.launcher.click();
    await fillIn(widget, guest);
    const chat = `customer::${guest.email}`;
    await widget.say('up 1');
    gateway.say(chat, 'down 1');
    await agree(widget, gateway, chat, ['up 1', 'down 1']);
    expect(gateway.transports).toEqual([carrier]);
  });
}

test('two WebSockets are refused before the line goes by calls', async ({ widget, serve, talk }) => {
  const gateway = await serve(CARRIERS.polling);
  await talk(gateway);
  expect(gateway.seen).toMatchObject({ refused: 2, polling: 1, websocket: 0 });
  expect((await widget.events('connection')).at(-1).detail.state).toBe('live');
});
