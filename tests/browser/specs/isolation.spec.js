import { scriptTag } from '../stage/host.js';
import { expect, test } from '../stage/test.js';

/** What a site's style sheet, written for another purpose or against us, says about everything on its page. */
const HOSTILE = `
  * {
    letter-spacing: 5px !important; word-spacing: 9px !important; line-height: 3 !important; text-transform: uppercase !important; text-align: right !important;
    font: italic 900 40px/3 cursive !important; color: rgb(255, 0, 0) !important; text-indent: 30px !important; white-space: pre !important; cursor: wait !important;
    text-shadow: 0 0 9px lime !important; direction: rtl !important; visibility: visible !important; list-style: square !important; quotes: none !important;
    box-sizing: content-box !important; margin: 17px !important; padding: 13px !important; border: 5px dashed lime !important; background: yellow !important;
    border-radius: 0 !important; box-shadow: none !important; float: left !important; position: relative !important;
    width: 50px !important; max-width: 60px !important; min-height: 90px !important; overflow: visible !important; user-select: none !important;
    accent-color: red !important;
  }
  /* On the body itself these would move whatever is fixed to the window, ours or not. */
  body > * { transform: rotate(10deg) !important; filter: invert(1) !important; perspective: 100px !important; contain: layout !important; }
  *::before, *::after { content: 'x' !important; display: block !important; }
  div, section, form, header, p, span { display: inline !important; flex: none !important; }
  button, input, textarea { all: unset !important; }
  svg, path { fill: red !important; stroke: lime !important; width: 3px !important; }
  [part], [class], [role] { opacity: .3 !important; z-index: 1 !important; }
`;

const LOOKED_AT = {
  launcher: '[part~="launcher-button"]', icon: '[part~="launcher-button"] .icon', header: '[part~="header"]', title: '[part~="header"] h2', composer: '[part~="composer"]',
  field: '[part~="composer-input"]', send: '[part~="send-button"]', bubble: '[part~="bubble"]', thread: '[part~="thread"]', panel: '[part~="panel"]',
};

/** Every computed property of these parts, and where they are. */
function looks(page) {
  return page.locator('visavis-launcher').evaluate(({ shadowRoot }, parts) => {
    const all = (node) => {
      const style = getComputedStyle(node);
      const { x, y, width, height } = node.getBoundingClientRect();
      // Not custom properties: those are how a page is meant to change things.
      return { ...Object.fromEntries([...style].filter((name) => !name.startsWith('--')).map((name) => [name, style.getPropertyValue(name)])), box: [x, y, width, height].join() };
    };
    return Object.fromEntries(Object.entries(parts).map(([name, selector]) => [name, all(shadowRoot.querySelector(selector))]));
  }, LOOKED_AT);
}

/** Every computed property of the page's own elements. */
function pageLooks(page) {
  return page.evaluate(() => {
    const own = [...document.querySelectorAll('html, body, body *')].filter((node) => !node.localName.startsWith('visavis-') && node.localName !== 'script');
    return own.map((node) => {
      const style = getComputedStyle(node);
      return { what: node.localName, ...Object.fromEntries([...style].map((name) => [name, style.getPropertyValue(name)])) };
    });
  });
}

function differences(before, after) {
  return Object.keys(before).flatMap((name) =>
    Object.keys(before[name]).filter((property) => before[name][property] !== after[name][property]).map((property) => `${name}: ${property} ${before[name][property]} → ${after[name][property]}`));
}

test('a hostile style sheet changes nothing in the widget', async ({ host, page, widget, options }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await host({ body: scriptTag(options) });
  await widget.open();
  await widget.converse('blue');
  await widget.field.fill('more');
  await page.mouse.move(5, 5);
  await page.waitForTimeout(300);
  const before = await looks(page);
  await page.addStyleTag({ content: HOSTILE });
  await page.waitForTimeout(300);
  // The sheet does reach the page.
  expect(await page.locator('h1').evaluate((node) => getComputedStyle(node).letterSpacing)).toBe('5px');
  expect(differences(before, await looks(page))).toEqual([]);
});

test('the widget changes nothing in the page', async ({ host, page, widget, options }) => {
  await host({}, { path: '/host/alone' });
  const before = await pageLooks(page);
  await host({ body: scriptTag(options) });
  await widget.open();
  await widget.converse('blue');
  const after = await pageLooks(page);
  expect(after.map(({ what }) => what)).toEqual(before.map(({ what }) => what));
  // `before` has no script tag in it, which has no size: the page is as large with it.
  expect(differences(before, after)).toEqual([]);
});

test('the page’s globals: the library and its early calls, and nothing of the page’s is patched', async ({ host, page, widget, options }) => {
  const globals = () => page.evaluate(() => Object.getOwnPropertyNames(window));
  await host({}, { path: '/host/alone' });
  const before = new Set(await globals());
  await host({ body: scriptTag(options) });
  await widget.open();
  await widget.converse('blue');
  expect((await globals()).filter((name) => !before.has(name))).toEqual(['Visavis', 'visavis']);
});
