import { readFile } from 'node:fs/promises';

import { built, expect, holdsIn, test as base } from '../stage/application.js';
import { expectHydratedFirst, watchHydration } from '../stage/hydration.js';

const DIST = 'angular/dist/browser';
const served = (folder) => base.extend({ home: async ({ serve }, use) => use(await serve(folder)) });
const [newest, oldest] = [served(DIST), served('angular17/dist')];

newest.describe('Angular, rendered on a server and hydrated', () => {
  holdsIn(newest);
  serviceHoldsIn(newest);

  newest('the server draws the page without a chat, and the browser brings it once the page is hydrated', async ({ page, home, widget }) => {
    const html = await readFile(built(DIST, 'about', 'index.html'), 'utf8');
    expect(html).toContain('<h1>About</h1>');
    expect(html).toMatch(/<chat-thread[^>]* ngh=/);
    expect(html).not.toContain('visavis-');
    await watchHydration(page, () => document.querySelector('chat-thread') !== null && document.querySelector('[ngh]') === null);
    await page.goto(`${home}/about`);
    await expect(widget.field.first()).toBeVisible();
    await expectHydratedFirst(page);
  });
});

oldest.describe('Angular 17, with zones', () => {
  holdsIn(oldest);
  serviceHoldsIn(oldest);
});

/** What the application's own code is told and does; `openPanel` and the rest are its service's. */
function serviceHoldsIn(test) {
  test('the service: three modes, the signals, openPanel and sendMessage', async ({ page, home, relay, widget }) => {
    await page.goto(home);
    await page.locator('#send').click();
    await widget.heard('message', { author: 'bot', text: 'You said: blue from a button' });
    const session = await widget.session();
    await expect(page.locator('#unread')).not.toHaveText('0');
    await relay.operate(session, 'typing', { state: 'start' });
    await expect(page.locator('#typing')).toHaveText('true');
    await relay.operate(session, 'typing', { state: 'stop' });
    await expect(page.locator('#typing')).toHaveText('false');
    await page.locator('#open').click();
    await expect(page.locator('visavis-launcher [part~="composer-input"]')).toBeVisible();
    await expect(page.locator('#unread')).toHaveText('0');
    await page.locator('#desk').click();
    await expect(page.locator('chat-panel visavis-panel [part~="header"]')).toBeVisible();
    await page.locator('#about').click();
    await expect(page.locator('chat-thread visavis-thread [part~="composer"]')).toBeVisible();
    await expect(page.locator('visavis-panel')).toHaveCount(0);
    expect(await widget.holdings()).toMatchObject({ openSockets: 1, widgetNodes: 2 });
    expect(await relay.heardFrom(session)).toEqual(['blue from a button']);
  });
}
