import { element, LIBRARY, scriptTag } from '../stage/host.js';
import { expect, test } from '../stage/test.js';
import { init, Widget } from '../stage/widget.js';

test.describe('the three modes', () => {
  test('launcher: floats above the page and leaves it alone', async ({ host, page, widget, options }) => {
    await host({ body: scriptTag(options) });
    const before = await page.locator('main').boundingBox();
    await widget.open();
    expect(await page.locator('main').boundingBox()).toEqual(before);
    const { width, height } = page.viewportSize();
    const button = await widget.launcher.boundingBox();
    expect(button.x + button.width).toBeLessThanOrEqual(width);
    expect(button.y + button.height).toBeLessThanOrEqual(height);
    const panel = await widget.panel.boundingBox();
    expect(panel.y).toBeGreaterThanOrEqual(0);
    expect(panel.x + panel.width).toBeLessThanOrEqual(width);
  });

  for (const [mode, parts, absent] of [
    ['docked', ['panel', 'header', 'thread', 'composer'], ['launcher-button', 'close-button']],
    ['thread', ['thread', 'composer'], ['launcher-button', 'header', 'close-button']],
  ]) {
    test(`${mode}: by script tag, in its target`, async ({ host, page, widget, options }) => {
      const head = '<link rel="stylesheet" href="/host/box.css">';
      await page.route('**/host/box.css', (route) => route.fulfill({ contentType: 'text/css', body: '#box { width: 420px; height: 520px }' }));
      await host({ head, body: `<div id="box"></div>${scriptTag({ ...options, mode, target: '#box' })}` });
      await expect(widget.field).toBeVisible();
      for (const part of parts) await expect(widget.part(part), part).toBeVisible();
      for (const part of absent) await expect(widget.part(part), part).toHaveCount(0);
      await widget.converse(`blue in ${mode}`);
      const [box, thread] = await Promise.all([page.locator('#box').boundingBox(), widget.part('thread').boundingBox()]);
      expect(thread.x).toBeGreaterThanOrEqual(box.x);
      expect(thread.x + thread.width).toBeLessThanOrEqual(box.x + box.width);
      const composer = await widget.part('composer').boundingBox();
      expect(composer.y + composer.height).toBeLessThanOrEqual(box.y + box.height + 1);
      expect(composer.y + composer.height).toBeGreaterThan(box.y + box.height - 40);
    });

    test(`${mode}: by Visavis.init`, async ({ host, page, widget, options }) => {
      await host({ body: `<div id="box"></div>${LIBRARY}` });
      await init(page, { ...options, mode, target: '#box' });
      await widget.converse('blue');
      await expect(page.locator('#box > *')).toHaveCount(1);
    });
  }

  test('by element, as a server renders them', async ({ host, page, options }) => {
    for (const [name, more] of [['visavis-launcher', ''], ['visavis-panel', 'mode="docked"'], ['visavis-thread', '']]) {
      await host({ body: `${element(name, options, more)}${LIBRARY}` }, { path: `/host/${name}` });
      const widget = new Widget(page.locator(name));
      if (name === 'visavis-launcher') await widget.open();
      await widget.say(`in ${name}`);
      await widget.sent(`in ${name}`);
    }
  });

  test('a thread does not take the focus, and does not connect, before somebody writes', async ({ host, page, widget, options, relay }) => {
    const before = await relay.counts();
    await host({ body: `${element('visavis-thread', options)}${LIBRARY}` });
    await expect(widget.field).toBeVisible();
    await page.waitForTimeout(1000);
    expect(await page.evaluate(() => document.activeElement.localName)).toBe('body');
    const after = await relay.counts();
    expect([after.creates - before.creates, after.connects - before.connects]).toEqual([0, 0]);
    await widget.converse('first word');
    expect((await relay.counts()).creates - before.creates).toBe(1);
  });
});

test.describe('several elements of one page', () => {
  test('two elements share one session, one socket and one transcript', async ({ host, page, options, relay }) => {
    const before = await relay.counts();
    await host({ body: `${element('visavis-thread', options)}${element('visavis-launcher', options)}${LIBRARY}` });
    const [thread, launcher] = [new Widget(page.locator('visavis-thread')), new Widget(page.locator('visavis-launcher'))];
    await thread.converse('from the thread');
    await launcher.open();
    await launcher.says('bot', 'You said: from the thread');
    await launcher.converse('from the panel');
    await thread.says('bot', 'You said: from the panel');
    expect(await thread.texts()).toEqual(await launcher.texts());
    const after = await relay.counts();
    expect([after.creates - before.creates, after.connects - before.connects, after.sockets_open]).toEqual([1, 1, 1]);
    expect(await launcher.holdings()).toMatchObject({ openSockets: 1, widgetNodes: 2 });
    expect(await relay.heardFrom(await launcher.session())).toEqual(['from the thread', 'from the panel']);
  });

  test('two tenants on one page stay apart', async ({ host, page, options, relay, complaints }) => {
    complaints.expect(/visavis/);
    const other = { ...options, tenantId: '019e4ae7-0000-7000-8000-000000000000' };
    await host({ body: `${element('visavis-thread', options, 'id="a"')}${element('visavis-thread', other, 'id="b"')}${LIBRARY}` });
    const widget = new Widget(page.locator('#a'));
    await widget.converse('mine');
    expect(await new Widget(page.locator('#b')).texts()).toEqual([]);
    expect((await relay.counts()).sockets_open).toBe(1);
  });
});

test.describe('elements come and go', () => {
  test.beforeEach(async ({ host, options }) => {
    await host({ body: `<div id="left"></div><div id="right"></div>${LIBRARY}` });
  });

  const add = (page, options, place = '#left') =>
    page.evaluate(([options, place]) => {
      const thread = document.createElement('visavis-thread');
      for (const [name, value] of Object.entries(options)) thread.setAttribute(name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`), value);
      document.querySelector(place).append(thread);
    }, [options, place]);

  test('moved: the conversation moves along, on the same socket', async ({ page, widget, options, relay }) => {
    await add(page, options);
    await widget.converse('before the move');
    const before = await relay.counts();
    await page.evaluate(() => document.querySelector('#right').append(document.querySelector('visavis-thread')));
    await widget.says('bot', 'You said: before the move');
    await widget.converse('after the move');
    await expect(page.locator('#right visavis-thread')).toHaveCount(1);
    expect((await relay.counts()).connects).toBe(before.connects);
    expect(await widget.texts('visitor')).toEqual(['before the move', 'after the move']);
  });

  test('removed for good: the connection ends with it', async ({ page, widget, options, relay }) => {
    await add(page, options);
    await widget.converse('for a while');
    await page.evaluate(() => document.querySelector('visavis-thread').remove());
    await expect.poll(async () => (await relay.counts()).sockets_open).toBe(0);
    expect(await widget.holdings()).toMatchObject({ openSockets: 0, timers: 0 });
  });

  test('removed and added again, at once and later: the conversation goes on', async ({ page, widget, options, relay }) => {
    await add(page, options);
    await widget.converse('one');
    const session = await widget.session();
    const again = () => page.evaluate(() => { window.kept = document.querySelector('visavis-thread'); window.kept.remove(); });
    await again();
    await page.evaluate(() => document.querySelector('#left').append(window.kept));
    await widget.converse('two');
    await again();
    await expect.poll(async () => (await relay.counts()).sockets_open).toBe(0);
    await page.evaluate(() => document.querySelector('#right').append(window.kept));
    await widget.says('bot', 'You said: two');
    await widget.converse('three');
    expect(await widget.session()).toBe(session);
    expect(await widget.texts('visitor')).toEqual(['one', 'two', 'three']);
    expect(await relay.heardFrom(session)).toEqual(['one', 'two', 'three']);
  });

  test('attributes set one by one, as frameworks do, are one error-free beginning', async ({ page, widget, options }) => {
    await page.evaluate(async (options) => {
      const thread = document.createElement('visavis-thread');
      document.querySelector('#left').append(thread);
      for (const [name, value] of Object.entries(options)) thread.setAttribute(name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`), value);
    }, options);
    await widget.converse('begun');
  });

  test('inside somebody else’s shadow root its events still reach the document', async ({ page, widget, options }) => {
    await page.evaluate((options) => {
      const root = document.querySelector('#left').attachShadow({ mode: 'open' });
      const thread = document.createElement('visavis-thread');
      for (const [name, value] of Object.entries(options)) thread.setAttribute(name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`), value);
      root.append(thread);
    }, options);
    await widget.converse('deep inside');
    const [event] = await widget.events('message');
    expect(event).toMatchObject({ bubbles: true, composed: true, target: 'div', detail: { text: 'deep inside' } });
  });

  test('the page’s own styles stay outside, and custom properties get in', async ({ page, widget, options }) => {
    await page.addStyleTag({
      content: `button, textarea, p, div { color: rgb(255, 0, 0) !important; font-size: 60px !important; position: static; }
                visavis-thread { --visavis-accent: rgb(0, 90, 200); }`,
    });
    await add(page, options);
    await widget.converse('in style');
    const looks = (locator) => locator.evaluate((node) => {
      const { color, fontSize, backgroundColor } = getComputedStyle(node);
      return { color, fontSize, backgroundColor };
    });
    const field = await looks(widget.field);
    expect(field.color).not.toBe('rgb(255, 0, 0)');
    expect(field.fontSize).not.toBe('60px');
    expect((await looks(widget.message('visitor', 'in style').locator('[part~="bubble"]'))).backgroundColor).toBe('rgb(0, 90, 200)');
    await page.addStyleTag({ content: 'visavis-thread::part(composer-input) { letter-spacing: 3px }' });
    expect(await widget.field.evaluate((node) => getComputedStyle(node).letterSpacing)).toBe('3px');
  });
});
