import { element, LIBRARY, scriptTag } from '../stage/host.js';
import { picture } from '../stage/picture.js';
import { expect, test } from '../stage/test.js';

const LONG = [
  'https://shop.example/a/very/long/address/that/no/line/break/would/ever/divide?and=it&has=parameters&of=every&kind=1234567890',
  'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'.repeat(2),
  '`code that is long enough to stand on more than one line of a small screen, without a doubt about it`',
];

/** How far the page, and the thread in it, can be scrolled sideways. */
async function sideways(page, widget) {
  const over = (node) => node.scrollWidth - node.clientWidth;
  return [await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), await widget.part('thread').evaluate(over)];
}

/** Whether a finger on the middle of an element reaches it. */
function canBeHit(locator) {
  return locator.evaluate((node) => {
    const { x, y, width, height } = node.getBoundingClientRect();
    const hit = node.getRootNode().elementFromPoint(x + width / 2, y + height / 2);
    return node.contains(hit);
  });
}

for (const [name, viewport] of [['320 px', { width: 320, height: 568 }], ['a phone', { width: 390, height: 844 }], ['a phone on its side', { width: 844, height: 390 }]]) {
  test.describe(name, () => {
    test.use({ viewport, hasTouch: true, isMobile: true });

    test('the panel is the whole screen, and nothing scrolls sideways', async ({ host, page, widget, options, relay }) => {
      await host({ body: scriptTag(options) });
      await expect(widget.launcher).toBeInViewport({ ratio: 1 });
      await widget.launcher.tap();
      await expect(widget.field).toBeVisible();
      await widget.converse(LONG[1]);
      for (const text of LONG) await relay.say(await widget.session(), text);
      await widget.says('bot', LONG[0]);
      if (viewport.width < 600) {
        const panel = await widget.panel.boundingBox();
        expect(panel).toEqual({ x: 0, y: 0, ...viewport });
        expect(await canBeHit(widget.launcher), 'the launcher, behind the panel').toBe(false);
      }
      expect(await sideways(page, widget)).toEqual([0, 0]);
      await expect(widget.field).toBeInViewport({ ratio: 1 });
      await expect(widget.part('send-button')).toBeInViewport({ ratio: 1 });
      await expect(widget.part('close-button')).toBeInViewport({ ratio: 1 });
      // A smaller letter makes iOS zoom the page when the field gets the focus.
      expect(await widget.field.evaluate((field) => parseFloat(getComputedStyle(field).fontSize))).toBeGreaterThanOrEqual(16);
      for (const part of ['send-button', 'close-button']) {
        const { width, height } = await widget.part(part).boundingBox();
        expect(Math.min(width, height), part).toBeGreaterThanOrEqual(32);
      }
      await picture(page, `long-words-${viewport.width}`);
      await widget.part('close-button').tap();
      await expect(widget.panel).toBeHidden();
      await expect(widget.launcher).toBeInViewport({ ratio: 1 });
      expect(await canBeHit(widget.launcher)).toBe(true);
    });

    test('on a touch screen opening does not call up the keyboard', async ({ host, widget, options }) => {
      await host({ body: scriptTag(options) });
      await widget.launcher.tap();
      await expect(widget.field).toBeVisible();
      await expect(widget.field).not.toBeFocused();
    });
  });
}

test('a small window of a desktop: the panel keeps inside it', async ({ host, page, widget, options }) => {
  await page.setViewportSize({ width: 700, height: 420 });
  await host({ body: scriptTag(options) });
  await widget.open();
  await expect(widget.part('header')).toBeInViewport({ ratio: 1 });
  await expect(widget.part('composer')).toBeInViewport({ ratio: 1 });
  for (const [width, height] of [[1280, 800], [360, 640], [900, 500]]) {
    await page.setViewportSize({ width, height });
    await expect(widget.part('header')).toBeInViewport({ ratio: 1 });
    await expect(widget.part('composer')).toBeInViewport({ ratio: 1 });
    expect(await sideways(page, widget)).toEqual([0, 0]);
  }
});

test('text twice as large: everything can still be reached', async ({ host, page, widget, options }) => {
  await host({ body: scriptTag(options) });
  // What a browser's zoom of 200 % leaves of a window of 1280 by 800.
  await page.setViewportSize({ width: 640, height: 400 });
  await widget.open();
  await widget.converse('blue');
  await expect(widget.field).toBeInViewport({ ratio: 1 });
  await expect(widget.part('close-button')).toBeInViewport({ ratio: 1 });
  expect(await sideways(page, widget)).toEqual([0, 0]);
});

test('a thread of 320 px in a page', async ({ host, page, widget, options, relay }) => {
  await page.route('**/host/box.css', (route) => route.fulfill({ contentType: 'text/css', body: '#box { width: 280px; height: 400px }' }));
  await host({ head: '<link rel="stylesheet" href="/host/box.css">', body: `<div id="box">${element('visavis-thread', options)}</div>${LIBRARY}` });
  await widget.converse(LONG[1]);
  await relay.say(await widget.session(), LONG[0]);
  await widget.says('bot', LONG[0]);
  expect(await sideways(page, widget)).toEqual([0, 0]);
  await expect(widget.part('send-button')).toBeInViewport({ ratio: 1 });
});

test('the newest message is in view, and the way back to it is there', async ({ host, page, widget, options, relay }) => {
  await host({ body: scriptTag(options) });
  await widget.open();
  await widget.converse('blue');
  const session = await widget.session();
  for (let line = 1; line <= 30; line += 1) await relay.say(session, `Line ${line}`);
  await widget.says('bot', 'Line 30');
  await expect(widget.message('bot', 'Line 30')).toBeInViewport({ ratio: 1 });
  await widget.part('thread').hover();
  await page.mouse.wheel(0, -2000);
  await expect(widget.message('visitor', 'blue')).toBeInViewport();
  const back = widget.panel.getByRole('button', { name: /newest/i });
  await back.click();
  await expect(widget.message('bot', 'Line 30')).toBeInViewport({ ratio: 1 });
  await expect(back).toBeHidden();
  await widget.say('my own');
  await expect(widget.message('visitor', 'my own')).toBeInViewport({ ratio: 1 });
});

test('above other things of the page', async ({ host, page, widget, options }) => {
  await page.route('**/host/box.css', (route) => route.fulfill({ contentType: 'text/css', body: '#cover { position: fixed; inset: 0; z-index: 1000; background: #fff }' }));
  await host({ head: '<link rel="stylesheet" href="/host/box.css">', body: `<div id="cover"></div>${scriptTag(options)}` });
  await widget.open();
  await widget.converse('in front');
});

test.describe('reduced motion', () => {
  test.use({ contextOptions: { reducedMotion: 'reduce' } });

  test('nothing moves', async ({ host, page, widget, options, relay }) => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await host({ body: scriptTag(options) });
    await page.evaluate(() => {
      window.moved = [];
      const root = document.querySelector('visavis-launcher').shadowRoot;
      const look = () => {
        for (const { effect, animationName, transitionProperty } of root.getAnimations()) {
          const { activeDuration } = effect.getComputedTiming();
          // A hundredth of a second is how style sheets switch motion off and keep its events.
          const changesPlace = effect.getKeyframes().some((frame) => ['transform', 'translate', 'scale', 'width', 'height', 'top', 'bottom'].some((name) => name in frame));
          if (activeDuration > 10 && changesPlace) window.moved.push(animationName ?? transitionProperty);
        }
        requestAnimationFrame(look);
      };
      look();
    });
    await widget.open();
    await widget.converse('blue');
    await relay.operate(await widget.session(), 'typing', { state: 'start' });
    await expect(widget.part('typing')).toBeVisible();
    await widget.part('close-button').click();
    await expect(widget.panel).toBeHidden();
    expect(await page.evaluate(() => window.moved)).toEqual([]);
  });
});

test('forced colours: buttons have borders and the focus has a ring', async ({ host, page, widget, options, relay }) => {
  await page.emulateMedia({ forcedColors: 'active' });
  await host({ body: scriptTag(options) });
  await widget.open();
  await widget.converse('blue');
  const edge = (node) => {
    const { borderTopWidth, borderTopStyle, outlineStyle, outlineWidth } = getComputedStyle(node);
    return (borderTopStyle !== 'none' && parseFloat(borderTopWidth) > 0) || (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0);
  };
  for (const part of ['launcher-button', 'panel', 'send-button']) expect(await widget.part(part).evaluate(edge), part).toBe(true);
  for (const author of ['visitor', 'bot']) {
    expect(await widget.message(author, 'blue').locator('[part~="bubble"]').evaluate(edge), author).toBe(true);
  }
  await relay.operate(await widget.session(), 'typing', { state: 'start' });
  await expect(widget.part('typing')).toBeVisible();
  const dots = await widget.part('typing').locator('i').evaluateAll((all) => all.map((dot) => getComputedStyle(dot).backgroundColor));
  const ground = await widget.part('thread').evaluate((thread) => getComputedStyle(thread).backgroundColor);
  for (const dot of dots) expect(dot).not.toBe(ground);
  await picture(page, 'forced-colours');
});

test('right to left pages keep the widget whole', async ({ host, page, widget, options }) => {
  await host({ body: scriptTag(options) });
  await page.evaluate(() => { document.documentElement.dir = 'rtl'; });
  await widget.open();
  await widget.converse('blue');
  expect((await sideways(page, widget))[1]).toBe(0);
  await expect(widget.part('composer')).toBeInViewport({ ratio: 1 });
  const { direction } = await widget.field.evaluate((field) => ({ direction: getComputedStyle(field).direction }));
  expect(direction, 'the language of the interface decides').toBe('ltr');
});
