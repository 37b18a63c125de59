import { violations } from '../stage/accessible.js';
import { hold } from '../stage/hold.js';
import { picture } from '../stage/picture.js';
import { expect, test } from '../stage/test.js';
import { Widget } from '../stage/widget.js';

const PAGES = ['/', '/script-tag.html', '/inline.html', '/npm.html', '/strict-csp.html', '/guide/', '/operator.html'];
const SCREENS = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };

for (const path of PAGES) {
  test(`${path}: accessible, whole and quiet on a desktop and a phone, light and dark`, async ({ page }) => {
    await page.goto(path);
    await page.waitForLoadState('networkidle');
    for (const [screen, viewport] of Object.entries(SCREENS)) {
      await page.setViewportSize(viewport);
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme });
        await picture(page, `site-${path.replace(/\W+/g, '-').replace(/^-|-$|-html/g, '') || 'shop'}-${screen}-${colorScheme}`);
        expect.soft(await violations(page), `${screen}, ${colorScheme}`).toEqual([]);
      }
    }
    expect(await page.evaluate(() => window.probes.violations), 'violations of the policy').toEqual([]);
    await page.setViewportSize({ width: 320, height: 640 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  });
}

test('the links of the site lead somewhere', async ({ page, request, demo }) => {
  const seen = new Set(PAGES);
  for (const path of PAGES) {
    await page.goto(path);
    const links = await page.locator('a[href]').evaluateAll((all) => all.map(({ href }) => href));
    for (const href of links) {
      const url = new URL(href);
      if (url.origin !== demo.site) continue;
      if (url.pathname === new URL(page.url()).pathname && url.hash.length > 1 && path !== '/operator.html') {
        await expect(page.locator(`[id="${url.hash.slice(1)}"]`), `${path} → ${url.hash}`).toHaveCount(1);
      }
      if (seen.has(url.pathname)) continue;
      seen.add(url.pathname);
      expect((await request.get(url.pathname)).status(), `${path} → ${url.pathname}`).toBe(200);
    }
  }
});

test.describe('the shop', () => {
  test('the three modes are one conversation', async ({ page, relay }) => {
    const before = await relay.counts();
    await page.goto('/');
    const widget = new Widget(page);
    await widget.open();
    await widget.converse('as a launcher');
    await page.getByRole('radio', { name: 'Docked' }).check();
    const docked = new Widget(page.locator('#dock'));
    await docked.says('bot', 'You said: as a launcher');
    await docked.converse('docked');
    expect(page.url()).toContain('mode=docked');
    await picture(page, 'shop-docked');
    expect(await violations(page)).toEqual([]);
    await page.getByRole('radio', { name: 'In the page' }).check();
    const thread = new Widget(page.locator('#thread-slot'));
    await thread.says('bot', 'You said: docked');
    await thread.converse('in the page');
    await picture(page, 'shop-thread');
    expect(await violations(page)).toEqual([]);
    await expect(page.locator('visavis-launcher, visavis-panel, visavis-thread')).toHaveCount(1);
    await page.reload();
    await thread.says('bot', 'You said: in the page');
    await page.getByRole('radio', { name: 'Launcher' }).check();
    await widget.open();
    expect(await widget.texts('visitor')).toEqual(['as a launcher', 'docked', 'in the page']);
    expect((await relay.counts()).creates - before.creates).toBe(1);
  });

  test('the chat in each mode, on a desktop and a phone, light and dark', async ({ page }) => {
    for (const mode of ['launcher', 'docked', 'thread']) {
      await page.goto(`/?mode=${mode}`);
      const widget = new Widget(page);
      if (mode === 'launcher') {
        await widget.open();
        await widget.say('How much is shipping?');
      }
      await widget.says('bot', 'Shipping is');
      for (const [screen, viewport] of Object.entries(SCREENS)) {
        await page.setViewportSize(viewport);
        for (const colorScheme of ['light', 'dark']) {
          await page.emulateMedia({ colorScheme });
          await picture(page, `shop-${mode}-${screen}-${colorScheme}`);
          expect.soft(await violations(page), `${mode}, ${screen}, ${colorScheme}`).toEqual([]);
        }
      }
    }
  });

  test('a question of the page is asked in the chat', async ({ page }) => {
    await page.goto('/');
    const widget = new Widget(page);
    await page.getByRole('button', { name: 'How much is shipping?' }).click();
    await widget.says('visitor', 'How much is shipping?');
    await widget.says('bot', 'Shipping is');
    await page.getByRole('button', { name: 'Ask a question' }).click();
    await expect(widget.panel).toBeVisible();
  });

  test('a question that is asked before the chat is there is not lost', async ({ page }) => {
    const letOn = await hold(page, '**/config.json');
    await page.goto('/');
    await page.getByRole('button', { name: 'How much is shipping?' }).click();
    await expect(page.locator('visavis-launcher')).toHaveCount(0);
    letOn();
    await new Widget(page).says('visitor', 'How much is shipping?');
  });

  test('the page hears what happens, and says whether it is connected', async ({ page }) => {
    await page.goto('/');
    const widget = new Widget(page);
    await expect(page.locator('#connection')).toHaveText('Not connected');
    await widget.open();
    await widget.converse('blue');
    await expect(page.locator('#connection')).toHaveText('Connected');
    const log = page.locator('#event-log');
    for (const name of ['ready', 'open', 'session', 'message', 'message-status', 'typing', 'connection']) {
      await expect(log.locator('b', { hasText: new RegExp(`^${name}$`) }).first()).toBeAttached();
    }
    expect(parseInt(await page.locator('#event-count').innerText(), 10)).toBe((await widget.events()).length);
    await page.getByRole('button', { name: 'Clear' }).click();
    await expect(page.locator('#event-count')).toHaveText(/^0/);
  });
});

test('the script tag page: the line that it shows is the one that works', async ({ page, options }) => {
  await page.goto('/script-tag.html');
  const widget = new Widget(page);
  await expect(page.getByLabel('The script tag')).toContainText(options.baseUrl);
  await widget.open();
  await widget.converse('one line');
});

test('the inline page: the order and the conversation about it', async ({ page }) => {
  await page.goto('/inline.html');
  const widget = new Widget(page.locator('#slot'));
  await widget.converse('about this lamp');
  await picture(page, 'site-inline-conversation');
  await expect(page.locator('visavis-launcher')).toHaveCount(0);
});

test('the module page: begin, toggle, send, end', async ({ page }) => {
  await page.goto('/npm.html');
  const widget = new Widget(page);
  await page.locator('#start').click();
  await expect(widget.launcher).toBeVisible();
  await page.locator('#toggle').click();
  await expect(widget.panel).toBeVisible();
  await page.locator('#send').click();
  await widget.sent('Hello!');
  await expect(page.locator('#connection')).toHaveText('live');
  await expect(page.locator('#messages')).toHaveText('2');
  await page.locator('#destroy').click();
  await expect(widget.launcher).toHaveCount(0);
  await page.locator('#start').click();
  await expect(widget.launcher).toBeVisible();
});
