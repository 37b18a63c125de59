import { element, LIBRARY, scriptTag } from '../stage/host.js';
import { expect, test } from '../stage/test.js';
import { Widget } from '../stage/widget.js';

/** As it is laid out: a panel that is still unfolding is drawn smaller. */
const heightOf = (field) => field.evaluate((field) => field.offsetHeight);

test('what was typed and not sent outlives a reload, with its lines, and goes when it is sent', async ({ host, page, widget, options, relay: _ }) => {
  await host({ body: scriptTag(options) });
  await widget.open();
  await widget.field.fill('one\ntwo\nthree');
  const height = await heightOf(widget.field);
  await page.reload();
  await widget.open();
  await expect(widget.field).toHaveValue('one\ntwo\nthree');
  expect(await heightOf(widget.field)).toBe(height);
  await expect(widget.part('send-button')).toHaveAttribute('aria-disabled', 'false');
  await widget.field.press('Enter');
  await expect(widget.field).toHaveValue('');
  await widget.sent('three');
  await page.reload();
  await widget.open();
  await expect(widget.field).toHaveValue('');
});

test('the field grows with its text up to a limit, in letters that a phone does not zoom into', async ({ host, widget, options, relay: _ }) => {
  await host({ body: scriptTag(options) });
  await widget.open();
  await expect(widget.field).toHaveCSS('font-size', '16px');
  const height = () => heightOf(widget.field);
  const one = await height();
  await widget.field.fill('1\n2\n3');
  const three = await height();
  expect(three).toBeGreaterThan(one + 30);
  await widget.field.fill('1\n'.repeat(40));
  const most = await height();
  expect(most).toBeGreaterThan(three);
  expect(most).toBeLessThanOrEqual(148);
  await widget.field.fill('');
  expect(await height()).toBe(one);
});

test('Enter that ends a composition of an input method sends nothing; the next one does', async ({ host, page, widget, options, relay }) => {
  await host({ body: scriptTag(options) });
  await widget.open();
  await widget.connection('live');
  await widget.field.focus();
  const session = await page.context().newCDPSession(page);
  const enter = { type: 'rawKeyDown', key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13, text: '\r' };
  await session.send('Input.imeSetComposition', { text: 'こんにちは', selectionStart: 5, selectionEnd: 5 });
  await session.send('Input.dispatchKeyEvent', enter);
  await session.send('Input.dispatchKeyEvent', { ...enter, type: 'keyUp', text: undefined });
  await session.send('Input.imeSetComposition', { text: 'こんにちは', selectionStart: 5, selectionEnd: 5 });
  // As browsers do that end the composition before they tell of its key.
  await widget.field.evaluate((field) => field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', keyCode: 229, bubbles: true, cancelable: true })));
  await session.send('Input.insertText', { text: 'こんにちは' });
  await expect(widget.field).toHaveValue(/こんにちは/);
  await expect(widget.messages('visitor')).toHaveCount(0);
  await widget.field.press('Enter');
  await expect(widget.messages('visitor')).toHaveCount(1);
  await widget.sent('こんにちは');
  expect(await relay.heardFrom(await widget.session())).toHaveLength(1);
});

test('a keyboard on a phone’s screen leaves header and composer in sight', async ({ host, page, widget, options, relay: _ }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await host({ body: scriptTag(options) });
  await widget.open();
  const cover = (height, offsetTop, scale) => page.evaluate((seen) => {
    for (const [name, value] of Object.entries(seen)) Object.defineProperty(visualViewport, name, { value, configurable: true });
    visualViewport.dispatchEvent(new Event('resize'));
  }, { height, offsetTop, scale });
  const edges = () => widget.panel.evaluate((panel) => {
    const { top, bottom } = panel.getBoundingClientRect();
    return { top, bottom, composer: panel.querySelector('[part~="composer"]').getBoundingClientRect().bottom };
  });
  await cover(460, 40, 1);
  await expect.poll(edges).toMatchObject({ top: 40, bottom: 500 });
  expect((await edges()).composer).toBeLessThanOrEqual(500);
  // Zooming in is no keyboard.
  await cover(200, 0, 2);
  expect(await edges()).toMatchObject({ top: 40, bottom: 500 });
  await cover(844, 0, 1);
  await expect.poll(edges).toMatchObject({ top: 0, bottom: 844 });
});

for (const name of ['visavis-panel', 'visavis-thread']) {
  test(`<${name}> takes no focus from who writes elsewhere in the page`, async ({ host, page, options, relay }) => {
    const more = name === 'visavis-panel' ? 'mode="docked" style="height: 400px"' : '';
    await host({ body: `<input id="own">${element(name, options, more)}${LIBRARY}` });
    const widget = new Widget(page);
    await page.locator('#own').focus();
    await expect(widget.field).toBeVisible();
    await expect(page.locator('#own')).toBeFocused();
    await widget.field.focus();
    await widget.converse('blue');
    await page.locator('#own').focus();
    await relay.say(await widget.session(), 'Something new');
    await widget.says('bot', 'Something new');
    await expect(page.locator('#own')).toBeFocused();
  });
}
