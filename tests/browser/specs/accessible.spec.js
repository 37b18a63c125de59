import { violations } from '../stage/accessible.js';
import { element, LIBRARY, scriptTag } from '../stage/host.js';
import { picture } from '../stage/picture.js';
import { expect, test } from '../stage/test.js';
import { Widget } from '../stage/widget.js';

const SCREENS = {
  desktop: { width: 1280, height: 800 },
  phone: { width: 390, height: 844 },
};

/** Looks at the page as it stands on every screen, light and dark. */
async function look(page, name, screens = SCREENS) {
  for (const [screen, viewport] of Object.entries(screens)) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      await picture(page, `${name}-${screen}-${colorScheme}`);
      expect.soft(await violations(page), `${screen}, ${colorScheme}`).toEqual([]);
    }
  }
}

for (const [name, more] of [['visavis-panel', 'mode="docked"'], ['visavis-thread', '']]) {
  test(`<${name}>, empty and with a conversation`, async ({ host, page, widget, relay, options }) => {
    await page.route('**/host/box.css', (route) => route.fulfill({ contentType: 'text/css', body: '#box { height: 520px; max-width: 420px }' }));
    const head = '<link rel="stylesheet" href="/host/box.css">';
    await host({ head, body: `<div id="box">${element(name, options, more)}</div>${LIBRARY}` });
    await expect(widget.field).toBeVisible();
    await look(page, `${name}-empty`);
    await widget.converse('blue');
    await relay.operate(await widget.session(), 'reply', { text: 'Good morning!' });
    await widget.says('agent', 'Good morning!');
    await look(page, `${name}-conversation`);
  });
}

test('a launcher without a chat behind it', async ({ host, page, widget, context, options, complaints }) => {
  complaints.expect(/visavis/);
  await context.route(/\.wasm$/, (route) => route.abort());
  await host({ body: scriptTag(options) });
  await widget.launcher.click();
  await expect(widget.launcher).toHaveAccessibleName(/unavailable/i);
  await look(page, 'launcher-unavailable', { desktop: SCREENS.desktop });
});

test('opened by touch on a phone', async ({ browser, baseURL, options, stand, relay }) => {
  const context = await browser.newContext({ baseURL, viewport: SCREENS.phone, hasTouch: true, isMobile: true });
  const page = await context.newPage();
  const widget = new Widget(page);
  await page.goto(stand.put('/host/touch', { body: scriptTag(options) }));
  await widget.launcher.tap();
  await widget.field.tap();
  await widget.say('blue');
  await widget.says('bot', 'You said: blue');
  await look(page, 'touch-conversation', { phone: SCREENS.phone });
  expect((await relay.counts()).sockets_open).toBe(1);
  await context.close();
});
