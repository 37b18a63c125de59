import { violations } from '../stage/accessible.js';
import { scriptTag } from '../stage/host.js';
import { expect, test } from '../stage/test.js';

/** Brands that no designer chose for text: pale, glaring, dark, and those on which black and white are hard to tell. */
const HOSTILE = ['#ffffff', '#000000', '#ffff00', '#777777', '#e5484d', '#16161d'];

/** The same in the ways a style sheet may spell it. */
const SPELLINGS = ['yellow', 'hsl(60 100% 97%)', 'oklch(70% .2 30)', 'rgb(118 118 118)', 'color(display-p3 0 1 0)', 'black'];

/** Where text stands on the accent. */
const ON_ACCENT = ['[part~="launcher-button"]', '[part~="header"]', '[part~="send-button"]', '[data-author="visitor"] [part~="bubble"]'];

/** Lets the relay's settings for the widget have these fields, too. */
async function settings(page, more) {
  await page.route(/widget-config|visitor-session/, async (route) => {
    if (route.request().method() === 'OPTIONS') return route.continue();
    const answer = await route.fetch();
    const body = await answer.json();
    if (body.data?.widget_config) Object.assign(body.data.widget_config, more);
    else Object.assign(body.data, more);
    return route.fulfill({ response: answer, json: body });
  });
  await page.routeWebSocket(/\/ws\/widget/, (visitor) => {
    visitor.connectToServer().onMessage((frame) => {
      const told = JSON.parse(frame);
      if (told.widget_config) Object.assign(told.widget_config, more);
      visitor.send(JSON.stringify(told));
    });
  });
}

/** Contrasts as WCAG counts them: text with its own ground, and the focus ring with the panel's. */
function contrasts(page) {
  return page.locator('visavis-launcher').evaluate(({ shadowRoot }, onAccent) => {
    const context = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', { willReadFrequently: true });
    const luminance = (color) => {
      context.fillStyle = color;
      context.fillRect(0, 0, 1, 1);
      const [red, green, blue] = [...context.getImageData(0, 0, 1, 1).data].map((channel) => {
        const value = channel / 255;
        return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const contrast = (one, other) => {
      const [low, high] = [luminance(one), luminance(other)].sort((left, right) => left - right);
      return (high + 0.05) / (low + 0.05);
    };
    const found = onAccent.map((selector) => {
      const { color, backgroundColor } = getComputedStyle(shadowRoot.querySelector(selector));
      return [selector, contrast(color, backgroundColor)];
    });
    const probe = shadowRoot.querySelector('.root').appendChild(document.createElement('i'));
    probe.style.color = 'var(--ring)';
    const ring = contrast(getComputedStyle(probe).color, getComputedStyle(shadowRoot.querySelector('[part~="panel"]')).backgroundColor);
    probe.remove();
    return { text: Math.min(...found.map(([, value]) => value)), least: found.toSorted((left, right) => left[1] - right[1])[0][0], ring };
  }, ON_ACCENT);
}

async function readable(page, name) {
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    // Colours that are in transition belong to neither scheme.
    await page.waitForTimeout(250);
    const { text, least, ring } = await contrasts(page);
    expect.soft(text, `text on ${name}, ${colorScheme}, at ${least}`).toBeGreaterThanOrEqual(4.5);
    expect.soft(ring, `the ring of ${name}, ${colorScheme}`).toBeGreaterThanOrEqual(3);
  }
}

for (const color of HOSTILE) {
  test(`a brand of ${color} leaves everything readable, light and dark`, async ({ host, page, widget, options }) => {
    await settings(page, { primary_color: color });
    await host({ body: scriptTag(options) });
    await widget.open();
    await widget.converse('blue');
    await widget.field.fill('more');
    await readable(page, color);
    expect(await violations(page)).toEqual([]);
  });
}

test('an accent of the page’s own, however it is spelled, leaves everything readable', async ({ host, page, widget, options }) => {
  await host({ body: scriptTag(options) });
  await widget.open();
  await widget.converse('blue');
  await widget.field.fill('more');
  for (const accent of SPELLINGS) {
    await page.evaluate((accent) => document.documentElement.style.setProperty('--visavis-accent', accent), accent);
    await readable(page, accent);
  }
  await page.evaluate(() => document.documentElement.style.setProperty('--visavis-on-accent', 'rgb(1, 2, 3)'));
  await expect(widget.part('send-button'), 'the page’s own choice wins').toHaveCSS('color', 'rgb(1, 2, 3)');
});

test('the server’s logo and colour are there, and the page’s accent wins over it', async ({ host, page, widget, options }) => {
  await page.route('**/logo.svg', (route) => route.fulfill({ contentType: 'image/svg+xml', body: '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>' }));
  const accent = () => widget.part('header').evaluate((node) => getComputedStyle(node).backgroundColor);
  await settings(page, { primary_color: '#006633', logo_url: 'http://127.0.0.1:9/logo.svg' });
  await host({ body: scriptTag(options) });
  await widget.open();
  await expect.poll(accent).toBe('rgb(0, 102, 51)');
  await expect(widget.part('header').locator('img')).toHaveAttribute('src', 'http://127.0.0.1:9/logo.svg');
  await page.evaluate(() => document.documentElement.style.setProperty('--visavis-accent', 'rgb(0, 90, 200)'));
  expect(await accent()).toBe('rgb(0, 90, 200)');
});

/** What the guide says a page may set, a value, and where it must arrive. */
const PROPERTIES = [
  ['--visavis-z-index', '7', 'launcher-button', 'zIndex', '7'],
  ['--visavis-z-index', '7', 'panel', 'zIndex', '7'],
  ['--visavis-offset', '40px', 'launcher-button', 'right', '40px'],
  ['--visavis-radius', '3px', 'panel', 'borderTopLeftRadius', '3px'],
  ['--visavis-bubble-radius', '5px', 'bubble', 'borderTopLeftRadius', '5px'],
  ['--visavis-surface', 'rgb(250, 240, 230)', 'panel', 'backgroundColor', 'rgb(250, 240, 230)'],
  ['--visavis-text', 'rgb(20, 10, 0)', 'panel', 'color', 'rgb(20, 10, 0)'],
  ['--visavis-font', 'monospace', 'bubble', 'fontFamily', 'monospace'],
  ['--visavis-panel-width', '333px', 'panel', 'width', '333px'],
  ['--visavis-panel-height', '444px', 'panel', 'height', '444px'],
];

test('each property arrives where the guide says', async ({ host, page, widget, options }) => {
  await host({ body: scriptTag(options) });
  await widget.open();
  await widget.converse('blue');
  for (const [property, value, part, computed, expected] of PROPERTIES) {
    await page.evaluate(([property, value]) => document.documentElement.style.setProperty(property, value), [property, value]);
    const found = () => widget.part(part).first().evaluate((node, computed) => getComputedStyle(node)[computed], computed);
    await expect.poll(found, { message: `${property} at ${part}` }).toBe(expected);
    await page.evaluate((property) => document.documentElement.style.removeProperty(property), property);
  }
});
