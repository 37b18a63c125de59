import { once } from 'node:events';
import { createServer } from 'node:http';

import { built, expect, holdsIn, test as base } from '../stage/application.js';
import { expectHydratedFirst, watchHydration } from '../stage/hydration.js';
import { start } from '../stage/process.js';

const test = base.extend({
  server: [
    async ({ demo }, use) => {
      const server = await start(built('next'), 'next/dist/bin/next', ['start'], { CHAT_OPTIONS: JSON.stringify(demo.options) });
      await use(server);
      await server.stop();
    },
    { scope: 'worker' },
  ],
  home: ({ server, relay: _ }, use) => use(server.origin),
});

test.describe('Next.js, rendered on a server and hydrated', () => {
  holdsIn(test);

  test('the element stands in the HTML of the server, and is not drawn again', async ({ page, server, widget }) => {
    const html = await (await fetch(`${server.origin}/about`)).text();
    expect(html).toMatch(/<visavis-thread base-url="http:\/\/[^"]+" tenant-id="[^"]+" public-key="pk_[^"]+">/);
    expect(html).not.toContain('visavis-launcher');
    await page.goto(`${server.origin}/about`);
    await page.evaluate(() => { document.querySelector('visavis-thread').mark = 'of the server'; });
    await expect(page.locator('visavis-thread [part~="composer-input"]')).toBeVisible();
    await expect(page.locator('visavis-launcher')).toHaveCount(1);
    expect(await page.evaluate(() => document.querySelector('visavis-thread').mark)).toBe('of the server');
    expect(server.said()).not.toMatch(/error|warn/i);
    await widget.heard('ready');
  });

  test('the server calls nobody', async ({ options }) => {
    const calls = [];
    const relay = createServer((request, answer) => {
      calls.push(request.url);
      answer.writeHead(503).end();
    }).listen(0, '127.0.0.1');
    await once(relay, 'listening');
    const baseUrl = `http://127.0.0.1:${relay.address().port}`;
    const server = await start(built('next'), 'next/dist/bin/next', ['start'], { CHAT_OPTIONS: JSON.stringify({ ...options, baseUrl }) });
    const html = await (await fetch(`${server.origin}/about`)).text();
    await server.stop();
    relay.close();
    expect(html).toContain(baseUrl);
    expect(calls).toEqual([]);
  });

  test('the page calls nobody before it is hydrated', async ({ page, server }) => {
    const takenOver = () => Object.keys(document.querySelector('#toggle')).some((name) => name.startsWith('__reactFiber'));
    await watchHydration(page, takenOver);
    await page.goto(`${server.origin}/about`);
    await expectHydratedFirst(page);
  });

  test('the development server, which says what differs from the server’s page', async ({ page, demo, relay }) => {
    const server = await start(built('next'), 'next/dist/bin/next', ['dev', '--hostname', '127.0.0.1'], { CHAT_OPTIONS: JSON.stringify(demo.options) });
    try {
      await page.goto(`${server.origin}/about`);
      await expect(page.locator('visavis-thread [part~="composer-input"]')).toBeVisible();
      await page.locator('#open').click();
      await expect(page.locator('visavis-launcher [part~="composer-input"]')).toBeVisible();
      // Its own socket for changed files is none of the relay's.
      expect((await relay.counts()).sockets_open).toBe(1);
      expect(server.said()).not.toMatch(/error|warn/i);
    } finally {
      await server.stop();
    }
  });
});
