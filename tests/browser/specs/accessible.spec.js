import { violations } from '../stage/accessible.js';
import { element, LIBRARY, scriptTag } from '../stage/host.js';
import { picture } from '../stage/picture.js';
import { expect, test } from '../stage/test.js';
import { Widget } from '../stage/widget.js';

const SCREENS = {
  desktop: { width: 1280, height: 800 },
  phone: { width: 390, height: 844 },
};

/** Stops all messages of the page at the page's end of the line and refuses them. */
async function refuseMessages(page) {
  await page.routeWebSocket(/\/ws\/widget/, (visitor) => {
    const relayEnd = visitor.connectToServer();
    visitor.onMessage((frame) => {
      const { type, client_msg_id } = JSON.parse(frame);
      if (type !== 'msg') relayEnd.send(frame);
      else visitor.send(JSON.stringify({ type: 'error', code: 'invalid_content', message: 'Not like this.', client_msg_id }));
    });
  });
}

/** The states of the widget, each reached as a visitor reaches it. */
const STATES = {
  closed: async ({ widget }) => {
    await widget.heard('ready');
  },
  empty: async ({ widget }) => {
    await widget.open();
    await widget.connection('live');
  },
  conversation: async ({ widget, relay }) => {
    await widget.open();
    await widget.converse('blue');
    await widget.say('How much is shipping?');
    await widget.says('bot', 'Shipping is');
    const session = await widget.session();
    await relay.say(session, 'The relay says something of its own.', 'system');
    await relay.operate(session, 'reply', { text: 'Here is a person, with [a link](https://shop.example/) in the text.' });
    await widget.says('agent', 'Here is a person');
    await relay.operate(session, 'typing', { state: 'start' });
    await expect(widget.part('typing')).toBeVisible();
    await widget.field.fill('An answer in the making');
  },
  unread: async ({ widget, relay }) => {
    await widget.open();
    await widget.converse('blue');
    await widget.part('close-button').click();
    await relay.say(await widget.session(), 'One more thing.');
    await expect(widget.part('badge')).toBeVisible();
  },
  failed: async ({ page, widget }) => {
    await refuseMessages(page);
    await page.reload();
    await widget.open();
    await widget.say('May I?');
    await expect(widget.message('visitor', 'May I?')).toHaveAttribute('data-status', 'failed');
  },
  offline: async ({ widget, relay, context }) => {
    await widget.open();
    await widget.converse('blue');
    await context.setOffline(true);
    await relay.command('close-sockets', { code: 1006 });
    await expect(widget.status).toBeVisible();
    await widget.say('into the tunnel');
  },
  reconnecting: async ({ widget, relay }) => {
    await widget.open();
    await widget.converse('blue');
    await relay.command('refuse-sockets', { code: 1013 });
    await relay.command('close-sockets', { code: 1013 });
    await expect(widget.status).toContainText(/\d+ s/);
  },
  'new-conversation': async ({ widget, relay }) => {
    await widget.open();
    await widget.converse('blue');
    await relay.command('forget-sessions');
    await widget.heard('session', { change: 'replaced' });
    await widget.converse('again');
  },
  'too-long': async ({ widget }) => {
    await widget.open();
    await widget.field.fill('x'.repeat(16_001));
    await widget.field.press('Enter');
    await expect(widget.part('toast')).toBeVisible();
  },
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

for (const [state, reach] of Object.entries(STATES)) {
  test(`the launcher, ${state}`, async ({ host, page, widget, relay, context, options }) => {
    await host({ body: scriptTag(options) });
    await reach({ page, widget, relay, context });
    await look(page, `launcher-${state}`);
  });
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
