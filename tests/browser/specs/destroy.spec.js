import { Gauge } from '../stage/gauge.js';
import { element, LIBRARY } from '../stage/host.js';
import { expect, test } from '../stage/test.js';
import { init, Widget } from '../stage/widget.js';

test.beforeEach(async ({ host }) => {
  await host({ body: `<div id="place"></div>${LIBRARY}` });
});

for (const mode of ['launcher', 'docked', 'thread']) {
  test(`destroy leaves no socket, listener, timer or node: ${mode}`, async ({ page, widget, options, relay }) => {
    const gauge = await Gauge.of(page);
    const objects = ['window', 'document', 'document.documentElement', 'document.body', 'navigator', 'visualViewport', 'navigator.connection'];
    const listeners = () => Promise.all(objects.map((object) => gauge.listenersOn(object)));
    const before = { listeners: await listeners(), ...(await widget.holdings()) };
    const markup = await page.evaluate(() => document.documentElement.outerHTML);

    await init(page, { ...options, mode, ...(mode === 'launcher' ? {} : { target: '#place' }) });
    await page.evaluate(() => window.chat.open());
    await widget.converse('blue');
    await widget.field.pressSequentially('half a sen');
    const session = await widget.session();
    await relay.operate(session, 'typing', { state: 'start' });
    await expect(widget.part('typing')).toBeVisible();
    const during = await widget.holdings();
    expect([during.openSockets, during.widgetNodes]).toEqual([1, 1]);
    expect(during.timers).toBeGreaterThan(0);

    await page.evaluate(() => window.chat.destroy());
    expect(await widget.holdings()).toMatchObject({ openSockets: 0, timers: before.timers, widgetNodes: 0 });
    expect(await listeners()).toEqual(before.listeners);
    expect(await page.evaluate(() => document.documentElement.outerHTML)).toBe(markup);
    await expect.poll(async () => (await relay.counts()).sockets_open).toBe(0);

    // Nothing wakes up again.
    const heard = (await widget.events()).length;
    await relay.say(session, 'Is anybody there?');
    await page.evaluate(() => { for (const name of ['online', 'offline', 'pageshow', 'focus']) window.dispatchEvent(new Event(name)); });
    await page.waitForTimeout(1500);
    expect((await widget.events()).length).toBe(heard);
    expect(await widget.holdings()).toMatchObject({ openSockets: 0, timers: before.timers });
    expect((await relay.counts()).sockets_open).toBe(0);
  });
}

test('destroy while the line is down, and while the session is being made', async ({ page, widget, options, relay }) => {
  await relay.command('fail-http', { route: 'create', fault: { kind: 'hang' } });
  const before = await relay.counts();
  await init(page, options);
  await page.evaluate(() => window.chat.open());
  await widget.connection('connecting');
  await page.evaluate(() => window.chat.destroy());
  await relay.command('clear-faults');
  expect(await widget.holdings()).toMatchObject({ openSockets: 0, timers: 0, widgetNodes: 0 });

  await init(page, options);
  await page.evaluate(() => window.chat.open());
  await widget.connection('live');
  await relay.command('refuse-sockets', { code: 1013 });
  await relay.command('close-sockets', { code: 1013 });
  await widget.connection('backoff');
  await page.evaluate(() => window.chat.destroy());
  expect(await widget.holdings()).toMatchObject({ openSockets: 0, timers: 0, widgetNodes: 0 });
  await relay.command('clear-faults');
  await page.waitForTimeout(6000);
  expect((await relay.counts()).sockets_open).toBe(0);
  expect((await relay.counts()).creates - before.creates).toBe(1);
});

test('after destroy the same page can begin again, and what was queued is sent', async ({ page, widget, options, relay }) => {
  await init(page, options);
  await page.evaluate(() => window.chat.open());
  await widget.converse('first life');
  const session = await widget.session();
  await relay.command('black-hole', {});
  await page.evaluate(async () => {
    await window.chat.sendMessage('left behind');
    window.chat.destroy();
  });
  await init(page, options);
  await page.evaluate(() => window.chat.open());
  await widget.sent('left behind');
  expect(await widget.texts('visitor')).toEqual(['first life', 'left behind']);
  expect(await relay.heardFrom(session)).toEqual(['first life', 'left behind']);
  expect(await widget.session()).toBe(session);
});

test('a destroyed chat refuses, and harms nothing', async ({ page, options, widget }) => {
  await init(page, options);
  const outcome = await page.evaluate(async () => {
    window.chat.destroy();
    window.chat.destroy();
    window.chat.open();
    window.chat.close();
    const sent = await window.chat.sendMessage('too late').then(() => 'taken', () => 'refused');
    return [sent, window.chat.unreadCount, window.chat.botTyping, window.chat.messages.length];
  });
  expect(outcome).toEqual(['refused', 0, false, 0]);
  await expect(widget.launcher).toHaveCount(0);
});

test('asked for twice, there once, until both have let go', async ({ page, widget, options }) => {
  await page.evaluate(async (options) => {
    await import('/visavis.js');
    window.chats = await Promise.all([window.Visavis.init(options), window.Visavis.init(options)]);
    window.heard = [0, 0];
    window.chats.forEach((chat, number) => chat.on('open', () => { window.heard[number] += 1; }));
    window.chats[1].open();
    window.chats[0].destroy();
    window.chats[0].destroy();
    window.chats[1].close();
    window.chats[1].open();
  }, options);
  await expect(widget.launcher).toHaveCount(1);
  await widget.converse('blue');
  expect(await page.evaluate(() => window.heard), 'who has let go hears no more').toEqual([1, 2]);
  expect(await widget.holdings()).toMatchObject({ openSockets: 1, widgetNodes: 1 });
  await page.evaluate(() => window.chats[1].destroy());
  expect(await widget.holdings()).toMatchObject({ openSockets: 0, timers: 0, widgetNodes: 0 });
});

test('other options are another element, and each is destroyed by itself', async ({ page, widget, options, relay }) => {
  await page.evaluate(async (options) => {
    await import('/visavis.js');
    window.launcher = await window.Visavis.init({ ...options, load: 'eager' });
    window.thread = await window.Visavis.init({ ...options, mode: 'thread', target: '#place' });
  }, options);
  const thread = new Widget(page.locator('visavis-thread'));
  await thread.converse('blue');
  await page.evaluate(() => window.launcher.destroy());
  await expect(page.locator('visavis-launcher')).toHaveCount(0);
  await thread.converse('blue still');
  expect((await relay.counts()).sockets_open).toBe(1);
  await page.evaluate(() => window.thread.destroy());
  expect(await widget.holdings()).toMatchObject({ openSockets: 0, timers: 0, widgetNodes: 0 });
});

test('an element of the page outlives what the page destroys beside it', async ({ host, page, widget, options }) => {
  await host({ body: `${element('visavis-thread', options)}${LIBRARY}` }, { path: '/host/beside' });
  const thread = new Widget(page.locator('visavis-thread'));
  await thread.converse('blue');
  await init(page, options);
  await page.evaluate(() => window.chat.destroy());
  await expect(page.locator('visavis-launcher')).toHaveCount(0);
  await thread.converse('blue still');
  await page.evaluate(() => document.querySelector('visavis-thread').remove());
  await expect.poll(() => widget.holdings()).toMatchObject({ openSockets: 0, timers: 0, widgetNodes: 0 });
});

test('destroyed while the rest is still on its way', async ({ page, widget, options, context }) => {
  let release;
  const held = new Promise((resolve) => { release = resolve; });
  await context.route(/\.wasm$/, async (route) => {
    await held;
    await route.continue();
  });
  await page.evaluate(async (options) => {
    await import('/visavis.js');
    const chat = await window.Visavis.init({ ...options, load: 'interaction' });
    chat.open();
    chat.destroy();
  }, options);
  release();
  await page.waitForFunction(() => window.probes.modules.length > 0);
  const locks = () => page.evaluate(async () => (await navigator.locks.query()).held.length);
  await expect.poll(async () => [await locks(), await widget.holdings()]).toEqual([0, expect.objectContaining({ openSockets: 0, timers: 0, widgetNodes: 0 })]);
  await page.waitForTimeout(500);
  expect(await locks()).toBe(0);
  await init(page, options);
  await widget.open();
  await widget.converse('blue');
});
