import { installHaste } from '../stage/haste.js';
import { scriptTag } from '../stage/host.js';
import { expect, test } from '../stage/test.js';

test.beforeEach(async ({ host, widget, options }) => {
  await host({ body: scriptTag(options) });
  await widget.open();
  await widget.converse('blue');
});

test('offline and online: the visitor is told, messages wait, and go out in order', async ({ context, widget, relay }) => {
  const session = await widget.session();
  await context.setOffline(true);
  await relay.command('close-sockets', { code: 1006 });
  await expect(widget.status).toContainText(/offline/i);
  for (const text of ['one', 'two', 'three']) await widget.say(text);
  for (const text of ['one', 'two', 'three']) await expect(widget.message('visitor', text)).toHaveAttribute('data-status', 'pending');
  expect(await relay.heardFrom(session)).toEqual(['blue']);
  await context.setOffline(false);
  for (const text of ['one', 'two', 'three']) await widget.sent(text);
  await expect(widget.status).toBeHidden();
  expect(await relay.heardFrom(session)).toEqual(['blue', 'one', 'two', 'three']);
});

test('a browser that wrongly says it is offline: a line that works is kept', async ({ page, widget, relay }) => {
  const before = await relay.counts();
  await page.evaluate(() => {
    Object.defineProperty(navigator, 'onLine', { value: false, configurable: true });
    dispatchEvent(new Event('offline'));
  });
  await widget.converse('it works all the same');
  expect((await relay.counts()).connects).toBe(before.connects);
});

test('pagehide closes the line without ending the session, pageshow takes it up again', async ({ page, widget, relay }) => {
  const session = await widget.session();
  const before = await relay.counts();
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })));
  await expect.poll(async () => (await relay.counts()).sockets_open).toBe(0);
  await relay.say(session, 'While you were in the cache.');
  await page.waitForTimeout(1500);
  expect((await relay.counts()).connects, 'a page in the cache dials nobody').toBe(before.connects);
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })));
  await widget.says('bot', 'While you were in the cache.');
  await widget.converse('back again');
  expect(await relay.heardFrom(session)).toEqual(['blue', 'back again']);
  const after = await relay.counts();
  expect([after.creates - before.creates, after.connects - before.connects]).toEqual([0, 1]);
});

/** Lets the page believe that it is in the background, or in sight again. */
function show(page, state) {
  return page.evaluate((state) => {
    Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });
    Object.defineProperty(document, 'hidden', { value: state === 'hidden', configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, state);
}

test('hidden: the line is kept, and messages still arrive', async ({ page, widget, relay }) => {
  const session = await widget.session();
  const before = await relay.counts();
  await show(page, 'hidden');
  await relay.say(session, 'You are looking elsewhere.');
  await widget.says('bot', 'You are looking elsewhere.');
  await show(page, 'visible');
  await widget.converse('now I look');
  expect((await relay.counts()).connects).toBe(before.connects);
});

test.describe('on a fast clock', () => {
  test.beforeEach(async ({ page, widget }) => {
    await page.addInitScript(installHaste);
    await page.reload();
    await widget.open();
    await widget.connection('live');
  });

  test('hidden and without a line for a minute: nobody is dialled until the page is seen again', async ({ page, widget, relay }) => {
    await relay.command('refuse-sockets', { code: 1006 });
    await relay.command('close-sockets', { code: 1006 });
    await show(page, 'hidden');
    await page.evaluate(() => window.hurry(20));
    await widget.connection('paused');
    const paused = await relay.counts();
    await page.waitForTimeout(4000);
    expect((await relay.counts()).connects).toBe(paused.connects);
    await relay.command('clear-faults');
    await page.evaluate(() => window.hurry(1));
    await show(page, 'visible');
    await widget.converse('seen again');
  });

  test('a line that is silently dead is noticed within 35 seconds', async ({ page, widget, relay }) => {
    await relay.command('black-hole');
    await page.evaluate(() => {
      window.hurry(20);
      window.dead = performance.now();
      document.addEventListener('visavis:connection', ({ detail }) => {
        if (detail.state !== 'live') window.noticed ??= performance.now();
      });
    });
    await page.waitForFunction(() => window.noticed);
    // A second on top for what a busy machine adds, twenty times faster.
    expect(await page.evaluate(() => window.noticed - window.dead)).toBeLessThan(35_000 + 20_000);
    await page.evaluate(() => window.hurry(1));
    await widget.converse('on a new line');
  });
});

test('what is queued when the page goes is there when it comes back', async ({ page, widget, relay }) => {
  const session = await widget.session();
  await relay.command('black-hole');
  await widget.say('quickly, before I go');
  await page.goto('about:blank');
  await page.goBack();
  await expect.poll(() => relay.heardFrom(session)).toEqual(['blue', 'quickly, before I go']);
  await widget.open();
  await widget.sent('quickly, before I go');
  expect(await widget.texts('visitor')).toEqual(['blue', 'quickly, before I go']);
});
