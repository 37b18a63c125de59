import { scriptTag } from '../stage/host.js';
import { storedThings } from '../stage/probes.js';
import { expect, test } from '../stage/test.js';

const NOTHING = { local: [], session: [], databases: [], caches: [], cookies: '', workers: 0 };

/** The files and calls a page asked for, beside itself. */
function requests(page) {
  const asked = [];
  page.on('request', (request) => asked.push(request.url()));
  return asked;
}

test('before the visitor acts nothing is stored, and no session exists', async ({ host, page, widget, options, relay, stand, context }) => {
  const before = await relay.counts();
  const asked = requests(page);
  await host({ body: scriptTag(options) });
  await widget.heard('ready');
  await expect.poll(async () => (await relay.counts()).config_fetches - before.config_fetches).toBe(1);
  await widget.launcher.hover();
  await page.mouse.wheel(0, 200);
  await page.waitForTimeout(1500);
  expect(await page.evaluate(storedThings)).toEqual(NOTHING);
  expect(await context.cookies()).toEqual([]);
  const after = await relay.counts();
  expect([after.creates - before.creates, after.connects - before.connects, after.config_fetches - before.config_fetches]).toEqual([0, 0, 1]);
  await expect(widget.launcher).toBeVisible();

  const others = asked.filter((url) => !url.startsWith(stand.origin) && !url.startsWith(relay.url));
  expect(others, 'requests to third parties').toEqual([]);
});

test('opening the panel begins exactly one session', async ({ host, page, widget, options, relay }) => {
  const before = await relay.counts();
  await host({ body: scriptTag(options) });
  await widget.open();
  await widget.connection('live');
  const after = await relay.counts();
  expect([after.creates - before.creates, after.connects - before.connects]).toEqual([1, 1]);
  await widget.heard('session', { change: 'created' });
  const stored = await page.evaluate(storedThings);
  expect([stored.cookies, stored.caches, stored.workers]).toEqual(['', [], 0]);
});

test('the page without an act leaves the relay alone even when it is reloaded', async ({ host, page, widget, options, relay }) => {
  const before = await relay.counts();
  await host({ body: scriptTag(options) });
  for (let visit = 0; visit < 3; visit += 1) {
    await widget.heard('ready');
    await page.reload();
  }
  await widget.heard('ready');
  expect((await relay.counts()).creates).toBe(before.creates);
});

test('the launcher is there before WebAssembly is, and a click meanwhile is not lost', async ({ host, page, widget, options, context }) => {
  let release;
  const held = new Promise((resolve) => { release = resolve; });
  await context.route(/\.wasm$/, async (route) => {
    await held;
    await route.continue();
  });
  await host({ body: scriptTag(options) });
  await expect(widget.launcher).toBeVisible();
  await widget.launcher.click();
  await page.waitForTimeout(500);
  await expect(widget.panel).toBeHidden();
  release();
  await expect(widget.field).toBeVisible();
  await expect(widget.field).toBeFocused();
  await widget.converse('I was early');
});

test('load: interaction fetches nothing until the visitor comes near', async ({ host, page, widget, options }) => {
  const asked = requests(page);
  const wasm = () => asked.filter((url) => url.includes('.wasm') && !url.includes('-rest.wasm')).length;
  await host({ body: scriptTag({ ...options, load: 'interaction' }) });
  await expect(widget.launcher).toBeVisible();
  await page.waitForTimeout(3000);
  expect(wasm()).toBe(0);
  expect(asked.filter((url) => url.includes('/api/v1/'))).toEqual([]);
  await widget.launcher.hover();
  await expect.poll(wasm).toBe(1);
  await widget.open();
  await widget.converse('now');
  expect(wasm()).toBe(1);
});

test('load: interaction, by keyboard alone', async ({ host, page, widget, options }) => {
  await host({ body: scriptTag({ ...options, load: 'interaction' }) });
  await expect(widget.launcher).toBeVisible();
  await widget.launcher.focus();
  await page.keyboard.press('Enter');
  await expect(widget.field).toBeVisible();
  await widget.converse('by key');
});

test('load: eager does not wait for the page', async ({ host, page, widget, options, context }) => {
  let release;
  const held = new Promise((resolve) => { release = resolve; });
  // The page's own picture keeps it from being complete.
  await context.route('**/slow.png', async (route) => {
    await held;
    await route.fulfill({ status: 404, body: '' });
  });
  const asked = requests(page);
  const body = `<img src="/slow.png" alt="">${scriptTag({ ...options, load: 'eager' })}`;
  const going = host({ body });
  await expect.poll(() => asked.some((url) => url.includes('.wasm'))).toBe(true);
  expect(await page.evaluate(() => document.readyState)).not.toBe('complete');
  release();
  await going;
  await widget.open();
});

test('a relay that does not answer leaves the launcher alone', async ({ host, widget, options, relay }) => {
  await relay.command('fail-http', { fault: { kind: 'drop' } });
  await host({ body: scriptTag(options) });
  await expect(widget.launcher).toBeVisible();
  await widget.heard('ready');
  await widget.open();
  await expect(widget.status).toBeVisible();
  await widget.say('are you there?');
  await expect(widget.message('visitor', 'are you there?')).toHaveAttribute('data-status', 'pending');
  await relay.command('clear-faults');
  await widget.sent('are you there?');
});

for (const [kind, files] of [['module', /\.wasm$/], ['script beside it', /visavis-\w+\.js(\?\d+)?$/]]) {
  test(`without the widget’s ${kind} the launcher says that there is no chat, and the console once, however often it is pressed`, async ({ host, widget, options, context, complaints }) => {
    complaints.expect(/visavis/);
    let broken = true;
    await context.route(files, (route) => (broken ? route.abort() : route.continue()));
    await host({ body: scriptTag(options) });
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await widget.launcher.click();
      await expect(widget.launcher).toHaveAccessibleName(/unavailable/i);
      await expect(widget.launcher).toHaveAttribute('aria-busy', 'false');
    }
    expect(complaints.heard.filter((text) => text.includes('visavis:'))).toHaveLength(1);
    broken = false;
    await widget.launcher.click();
    await expect(widget.field).toBeVisible();
  });
}
