import { scriptTag } from '../stage/host.js';
import { Terminal } from '../stage/terminal.js';
import { expect, test } from '../stage/test.js';

const FIVE = ['first', 'second', 'third', 'fourth', 'fifth'];

test('the relay dies while a page and a terminal send five messages each: none is lost, doubled or reordered', async ({ host, widget, page, own: { relay, options } }) => {
  test.slow();
  const terminal = new Terminal(options);
  try {
    await host({ body: scriptTag(options) });
    await widget.open();
    await widget.converse('blue from the page');
    terminal.say('blue from the terminal');
    await terminal.heard({ event: 'message-status', status: 'sent' });
    const [inPage, inTerminal] = [await widget.session(), (await terminal.heard({ event: 'session', change: 'created' })).id];
    const before = await relay.counts();

    await relay.outage(12_000);
    await widget.connection('backoff');
    for (const text of FIVE) {
      await widget.say(text);
      terminal.say(text);
      await page.waitForTimeout(1000);
    }
    for (const text of FIVE) await expect(widget.message('visitor', text)).toHaveAttribute('data-status', /pending|sending/);
    // The line says that something is wrong, when it is tried again, and that nothing is lost.
    await expect(widget.status).toContainText(/\d+ s/);
    await expect(widget.status).toContainText(/messages will be sent/i);

    for (const text of FIVE) await widget.sent(text, { timeout: 45_000 });
    await expect(widget.status).toBeHidden();
    await expect.poll(() => relay.heardFrom(inTerminal), { timeout: 45_000 }).toEqual(['blue from the terminal', ...FIVE]);
    expect(await relay.heardFrom(inPage)).toEqual(['blue from the page', ...FIVE]);
    await widget.says('bot', 'You said: fifth');
    expect(await widget.texts('visitor')).toEqual(['blue from the page', ...FIVE]);
    expect(await widget.texts('bot')).toEqual(['blue from the page', ...FIVE].map((text) => `You said: ${text}`));
    expect(await terminal.end()).toBe(0);
    const after = await relay.counts();
    expect(after.creates).toBe(before.creates);
    expect(after.sockets_per_session_max, 'never two sockets of one session').toBe(1);
  } finally {
    terminal.kill();
  }
});

test('the countdown counts down, and the visitor need not wait for it', async ({ host, widget, options, relay }) => {
  await host({ body: scriptTag(options) });
  await widget.open();
  await widget.converse('blue');
  await relay.command('refuse-sockets', { code: 1013 });
  await relay.command('close-sockets', { code: 1013 });
  const seconds = async () => Number((await widget.status.innerText()).match(/(\d+) s/)?.[1]);
  const seen = new Set();
  await expect
    .poll(async () => {
      const now = await seconds();
      if (now) seen.add(now);
      return seen.size;
    }, { timeout: 30_000, intervals: [200] })
    .toBeGreaterThan(2);
  await relay.command('clear-faults');
  await widget.status.getByRole('button').click();
  await expect(widget.status).toBeHidden();
  await widget.converse('back again');
});

test('a line that is silently dead is noticed when the visitor comes back to the page', async ({ host, page, widget, options, relay }) => {
  await host({ body: scriptTag(options) });
  await widget.open();
  await widget.converse('blue');
  const before = await relay.counts();
  await relay.command('black-hole');
  const seen = (hidden) =>
    page.evaluate((hidden) => {
      Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
      Object.defineProperty(document, 'visibilityState', { value: hidden ? 'hidden' : 'visible', configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    }, hidden);
  await seen(true);
  await page.waitForTimeout(300);
  await seen(false);
  await expect.poll(async () => (await relay.counts()).connects - before.connects, { timeout: 12_000 }).toBe(1);
  await widget.converse('alive');
});

test('a message into a silently dead line arrives once, after the line is made new', async ({ host, widget, options, relay }) => {
  await host({ body: scriptTag(options) });
  await widget.open();
  await widget.converse('blue');
  const session = await widget.session();
  await relay.command('black-hole');
  await widget.say('into the void');
  await widget.sent('into the void', { timeout: 40_000 });
  expect(await relay.heardFrom(session)).toEqual(['blue', 'into the void']);
  expect(await widget.texts('visitor')).toEqual(['blue', 'into the void']);
});

test('acknowledgements that are cut off: stored once, shown once', async ({ host, widget, options, relay }) => {
  await host({ body: scriptTag(options) });
  await widget.open();
  await widget.converse('blue');
  const session = await widget.session();
  await relay.command('swallow-acks', { fault: 'cut', times: 2 });
  for (const text of ['one', 'two', 'three']) await widget.say(text);
  for (const text of ['one', 'two', 'three']) await widget.sent(text);
  expect(await relay.heardFrom(session)).toEqual(['blue', 'one', 'two', 'three']);
  expect(await widget.texts('visitor')).toEqual(['blue', 'one', 'two', 'three']);
});

test('a deployment: everything goes on without a word of the visitor', async ({ host, widget, options, relay }) => {
  await host({ body: scriptTag(options) });
  await widget.open();
  await widget.converse('before the deployment');
  await relay.outage(2000, 'announced');
  await widget.connection('backoff');
  await widget.connection('live');
  await widget.converse('after it');
  expect(await relay.heardFrom(await widget.session())).toEqual(['before the deployment', 'after it']);
});

test('a slow relay keeps the order', async ({ host, widget, options, relay }) => {
  await host({ body: scriptTag(options) });
  await widget.open();
  await widget.converse('blue');
  await relay.command('delay-frames', { ms: 400 });
  for (const text of FIVE) await widget.say(text);
  for (const text of FIVE) await widget.sent(text);
  expect(await relay.heardFrom(await widget.session())).toEqual(['blue', ...FIVE]);
});
