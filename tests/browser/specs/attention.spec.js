import { scriptTag } from '../stage/host.js';
import { expect, test } from '../stage/test.js';

/** Runs before the page: notes notifications and tones, and hides the page when `window.hide(true)` says so. */
function installSenses() {
  const senses = { notices: [], tones: 0, asked: 0, permission: 'default' };
  window.senses = senses;
  window.Notification = class {
    static get permission() { return senses.permission; }
    static async requestPermission() {
      senses.asked += 1;
      return (senses.permission = 'granted');
    }
    constructor(title, { body }) {
      senses.notices.push({ title, body });
      senses.latest = this;
    }
    close() {}
  };
  window.OscillatorNode = class extends OscillatorNode {
    start(at) {
      senses.tones += 1;
      super.start(at);
    }
  };
  let hidden = false;
  Object.defineProperty(document, 'hidden', { get: () => hidden });
  window.hide = (to) => {
    hidden = to;
    document.dispatchEvent(new Event('visibilitychange'));
  };
}

test.beforeEach(({ page }) => page.addInitScript(installSenses));

async function begin({ host, widget, options }, more) {
  const page = await host({ body: scriptTag({ ...options, ...more }) });
  await widget.open();
  await widget.connection('live');
  await widget.converse('blue');
  return widget.session();
}

test('a page that asked for none of it gets none of it, and fetches nothing for it', async ({ host, page, widget, options, relay }) => {
  const scripts = [];
  page.on('request', (request) => { if (request.resourceType() === 'script') scripts.push(request.url()); });
  const session = await begin({ host, widget, options }, {});
  await widget.launcher.click();
  await page.evaluate(() => window.hide(true));
  await relay.say(session, 'Anybody there?');
  await expect(widget.part('badge')).toHaveText('1');
  expect(await page.title()).toBe('A page with a chat');
  expect(await page.evaluate(() => ({ ...window.senses, latest: null }))).toMatchObject({ notices: [], tones: 0, asked: 0 });
  await expect(widget.root.locator('.offer')).toHaveCount(0);
  // The loader, and the glue of one back end.
  expect(scripts.filter((url) => url.includes('visavis'))).toHaveLength(2);
});

test('titleBadge counts before the page’s own title, and follows it', async ({ host, page, widget, options, relay }) => {
  const session = await begin({ host, widget, options }, { titleBadge: true });
  await widget.launcher.click();
  await relay.say(session, 'One');
  await expect(page).toHaveTitle('(1) A page with a chat');
  await page.evaluate(() => { document.title = 'Another title'; });
  await relay.say(session, 'Two');
  await expect(page).toHaveTitle('(2) Another title');
  await widget.open();
  await expect(page).toHaveTitle('Another title');
  await page.evaluate(() => window.hide(true));
  await relay.say(session, 'Three');
  await expect(page).toHaveTitle('(1) Another title');
  await page.evaluate(() => window.hide(false));
  await expect(page).toHaveTitle('Another title');
});

test('sound rings for what the visitor does not see, in one tab', async ({ host, page, widget, options, relay, context, stand }) => {
  const session = await begin({ host, widget, options }, { sound: true });
  const tones = (page) => page.evaluate(() => window.senses.tones);
  expect(await tones(page)).toBe(0);
  const other = await context.newPage();
  await other.addInitScript(installSenses);
  await other.goto(page.url());
  await other.getByRole('button', { name: /open chat/i }).click();
  await expect(other.locator('[part~="message"]').filter({ hasText: 'You said: blue' })).toBeVisible();
  await page.evaluate(() => window.hide(true));
  await other.evaluate(() => window.hide(true));
  await relay.say(session, 'Anybody there?');
  await expect.poll(() => tones(page)).toBe(2);
  await expect(other.locator('[part~="message"]').filter({ hasText: 'Anybody there?' })).toHaveCount(1);
  expect(await tones(other)).toBe(0);
});

test('notifications are offered, asked for only when the visitor presses, and lead to the chat', async ({ host, page, widget, options, relay }) => {
  const session = await begin({ host, widget, options }, { notifications: true });
  const offer = widget.root.locator('.offer');
  await expect(offer).toBeVisible();
  expect(await page.evaluate(() => window.senses.asked)).toBe(0);
  await offer.getByRole('button', { name: 'Notify me of answers' }).click();
  await expect(offer).toHaveCount(0);
  expect(await page.evaluate(() => window.senses.asked)).toBe(1);
  await relay.say(session, 'Seen as it comes');
  await widget.says('bot', 'Seen as it comes');
  await widget.launcher.click();
  await page.evaluate(() => window.hide(true));
  await relay.say(session, 'Are you there?');
  await expect.poll(() => page.evaluate(() => window.senses.notices.map(({ body }) => body))).toEqual(['Are you there?']);
  await page.evaluate(() => window.senses.latest.onclick());
  await expect(widget.field).toBeVisible();
});

test('where unread messages begin is marked and counted, until the panel is closed', async ({ host, widget, options, relay }) => {
  const session = await begin({ host, widget, options }, {});
  const mark = widget.root.locator('.news');
  await expect(mark).toHaveCount(0);
  await widget.launcher.click();
  for (const text of ['One', 'Two']) await relay.say(session, text);
  await expect(widget.part('badge')).toHaveText('2');
  await widget.open();
  await expect(mark).toHaveText('2 new messages');
  await expect(mark.locator('xpath=following-sibling::*[1]')).toContainText('One');
  await widget.launcher.click();
  await expect(mark).toHaveCount(0);
});
