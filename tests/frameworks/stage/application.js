import { join } from 'node:path';

import { named } from '../../browser/stage/demo.js';
import { Gauge } from '../../browser/stage/gauge.js';
import { expect, test as base } from '../../browser/stage/test.js';
import { Site } from './serve.js';

export { expect };

/** What a browser says about lines that end with their page; no application wrote it. */
const NETWORK_NOISE = /^Failed to load resource: |^WebSocket connection to /;

/** Where the built applications are. */
export const built = (name, ...path) => join(named('VISAVIS_APPS_DIR'), name, ...path);

export const test = base.extend({
  /** What the page wrote to the console as a warning or an error. An application with the widget in it writes neither. */
  grumbles: [
    async ({ page }, use) => {
      const grumbles = [];
      page.on('console', (message) => {
        if (/^(warning|error)$/.test(message.type()) && !NETWORK_NOISE.test(message.text())) grumbles.push(message.text());
      });
      await use(grumbles);
      expect(grumbles, 'warnings and errors in the console').toEqual([]);
    },
    { auto: true },
  ],

  /** Serves a built application: `serve('react/dist')`. */
  serve: async ({ options, relay: _ }, use) => {
    const sites = [];
    await use(async (folder, settings = {}) => {
      const site = await Site.open(built(folder), { options, ...settings });
      sites.push(site);
      return site.origin;
    });
    for (const site of sites) await site.close();
  },
});

/** What every application has to hold, whatever it is made of. The fixture `home` of `test` is its address. */
export function holdsIn(test) {
  test('one launcher, one socket, messages both ways', async ({ page, widget, relay, home }) => {
    const before = await relay.counts();
    await page.goto(home);
    await expect(page.locator('visavis-launcher')).toHaveCount(1);
    await page.locator('#open').click();
    await widget.converse('blue from the panel');
    await page.locator('#send').click();
    await widget.sent('blue from a button');
    const session = await widget.session();
    await page.evaluate(() => document.querySelector('visavis-launcher').chat.close());
    await relay.operate(session, 'reply', { text: 'A person answers.' });
    await expect(page.locator('#unread')).toHaveText('1');
    await page.locator('#open').click();
    await widget.says('agent', 'A person answers.');
    await expect(page.locator('#unread')).toHaveText('0');
    expect(await relay.heardFrom(session)).toEqual(['blue from the panel', 'blue from a button']);
    expect(await widget.holdings()).toMatchObject({ openSockets: 1, widgetNodes: 1 });
    const after = await relay.counts();
    expect([after.creates - before.creates, after.connects - before.connects, after.sockets_open]).toEqual([1, 1, 1]);
    await expect(page.locator('visavis-launcher')).toHaveCount(1);
  });

  test('the conversation goes on from route to route, and a thread of the page shares it', async ({ page, widget, relay, home }) => {
    await page.goto(home);
    await page.locator('#open').click();
    await widget.converse('blue at home');
    const before = await relay.counts();
    await page.locator('#about').click();
    await expect(page.locator('h1')).toHaveText('About');
    const thread = page.locator('visavis-thread');
    await expect(thread.locator('[part~="message"]', { hasText: 'You said: blue at home' })).toBeVisible();
    await thread.locator('[part~="composer-input"]').fill('blue about');
    await thread.locator('[part~="composer-input"]').press('Enter');
    await expect(page.locator('visavis-launcher [part~="message"]', { hasText: 'You said: blue about' })).toBeVisible();
    expect(await widget.holdings()).toMatchObject({ openSockets: 1, widgetNodes: 2 });

    // What mounts the launcher goes; the thread of the page keeps the conversation.
    await page.locator('#toggle').click();
    await expect(page.locator('visavis-launcher')).toHaveCount(0);
    await thread.locator('[part~="composer-input"]').fill('blue without a launcher');
    await thread.locator('[part~="composer-input"]').press('Enter');
    await expect(thread.locator('[part~="message"]', { hasText: 'You said: blue without a launcher' })).toBeVisible();
    await page.locator('#toggle').click();
    await expect(page.locator('visavis-launcher')).toHaveCount(1);

    await page.locator('#home').click();
    await expect(page.locator('h1')).toHaveText('Home');
    await expect(thread).toHaveCount(0);
    await expect(page.locator('visavis-launcher [part~="message"]', { hasText: 'You said: blue without a launcher' })).toHaveCount(1);
    const after = await relay.counts();
    expect([after.creates - before.creates, after.connects - before.connects, after.sockets_open]).toEqual([0, 0, 1]);
  });

  test('100 times mounted and unmounted: nothing is left behind', async ({ page, widget, relay, home }) => {
    await page.goto(home);
    await page.locator('#open').click();
    await widget.converse('blue');
    await expect.poll(() => page.locator('visavis-launcher').count()).toBe(1);
    await page.locator('#toggle').click();
    const gauge = await Gauge.of(page);
    await cycle(page, 20);
    const warm = await settled(page, gauge, widget, relay);
    await cycle(page, 100);
    const after = await settled(page, gauge, widget, relay);
    for (const name of ['memoryPages', 'tableEntries', 'openSockets', 'timers', 'widgetNodes', 'listeners', 'nodes']) {
      expect(after[name], `${name}: ${JSON.stringify({ warm, after })}`).toBeLessThanOrEqual(warm[name]);
    }
    expect(after.heap, `the heap: ${JSON.stringify({ warm, after })}`).toBeLessThan(warm.heap + 600_000);
    expect(after).toMatchObject({ openSockets: 0, widgetNodes: 0 });

    await page.locator('#toggle').click();
    await page.locator('#open').click();
    await widget.converse('blue as ever');
  });
}

/** Mounts, waits for a line, unmounts; so many times. */
function cycle(page, times) {
  return page.evaluate(async (times) => {
    const frame = () => new Promise((resolve) => { requestAnimationFrame(resolve); });
    const until = async (holds) => { while (!holds()) await frame(); };
    const launcher = () => document.querySelector('visavis-launcher');
    for (let round = 0; round < times; round += 1) {
      document.querySelector('#toggle').click();
      await until(() => launcher()?.chat?.connection === 'live');
      document.querySelector('#toggle').click();
      await until(() => !launcher());
      window.probes.events.length = 0;
    }
  }, times);
}

async function settled(page, gauge, widget, relay) {
  await expect.poll(async () => (await relay.counts()).sockets_open).toBe(0);
  await expect.poll(async () => (await widget.holdings()).openSockets).toBe(0);
  const { listeners, nodes, heap } = await gauge.read();
  return { listeners, nodes, heap, ...(await widget.holdings()) };
}
