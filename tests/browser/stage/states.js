// The states of the widget, each reached as a visitor reaches it: what the tests of accessibility walk and the screenshots show.

import { chatOf, introduce, somebody } from './guest.js';
import { hostPage, scriptTag } from './host.js';
import { expect, test as base } from './visit.js';

export { expect };

/** Runs a state's act, and brings its page. */
export const test = base.extend({
  reach: async ({ host, page, widget, relay, gateway, mailoo, context, options, gatewayOptions, visit, visitor, stand }, use) => {
    await use(async ({ backend, act }) => {
      const fixtures = { host, page, widget, relay, gateway, mailoo, context, options, gatewayOptions, visit, visitor, stand };
      if (backend === 'bloonio') await host({ body: scriptTag(options) });
      if (backend === 'appengine') await host({ body: scriptTag(gatewayOptions) });
      if (backend === 'mailoo') await shop(page);
      await act(fixtures);
    });
  },
});

/** A plain page of the site whose own back end passes messages on to Mailoo. */
async function shop(page) {
  const { html } = hostPage({ body: scriptTag({ backend: 'mailoo', locale: 'en' }) });
  await page.route('**/plain', (route) => route.fulfill({ contentType: 'text/html', body: html }));
  await page.goto('/plain');
}

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

const BLOONIO = {
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
    await expect(widget.panel).toBeHidden();
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
  'long thread': async ({ widget, relay }) => {
    await widget.open();
    await widget.converse('blue');
    const session = await widget.session();
    for (let line = 1; line <= 25; line += 1) await relay.say(session, `Line ${line}, which says something of some length about nothing in particular.`);
    await widget.says('bot', 'Line 25,');
    await widget.part('thread').evaluate((thread) => thread.scrollBy(0, -600));
    await expect(widget.panel.getByRole('button', { name: /newest/i })).toBeVisible();
  },
};

/** What is there for who comes when nobody is; the form before a conversation may wait behind it. */
async function contactForm({ page, widget, gateway }) {
  await gateway.set('status', 'offline', 'online');
  await page.reload();
  await widget.launcher.click();
  const form = widget.part('form').filter({ visible: true });
  await expect(form.getByLabel('Your message')).toBeVisible();
  return form;
}

const APPENGINE = {
  form: async ({ widget }) => {
    await widget.launcher.click();
    await widget.part('form').getByRole('button', { name: 'Start the chat' }).click();
    await expect(widget.part('form').getByText('Please tell us your name.')).toBeVisible();
  },
  welcome: async ({ page, widget, gatewayOptions, host }) => {
    await page.routeWebSocket(/socket\.io/, () => {});
    await host({ body: scriptTag({ ...gatewayOptions, user: JSON.stringify(somebody()) }) });
    await widget.open();
    await expect(widget.root.locator('.welcome')).toBeVisible();
  },
  conversation: async ({ widget }) => {
    await introduce(widget);
    await widget.converse('blue');
  },
  queue: async ({ widget }) => {
    await introduce(widget);
    await widget.converse('blue');
    await widget.root.getByRole('button', { name: 'Talk to a person' }).click();
    await expect(widget.part('queue')).toBeVisible();
  },
  agent: async ({ widget, gateway }) => {
    const guest = await introduce(widget);
    await widget.converse('blue');
    const chat = await chatOf(gateway, guest);
    await gateway.operate(chat, 'reply', { text: 'Good morning!' });
    await gateway.presence('jane@x.io', 'busy');
    await expect(widget.part('header')).toContainText('busy');
    await gateway.presence('jane@x.io', 'available');
    await widget.says('agent', 'Good morning!');
  },
  ending: async ({ widget }) => {
    await introduce(widget);
    await widget.converse('blue');
    await widget.part('end-button').click();
    await widget.root.getByLabel('Send me a transcript by e-mail').check();
  },
  ended: async ({ widget, gateway }) => {
    const guest = await introduce(widget);
    await widget.converse('blue');
    await gateway.operate(await chatOf(gateway, guest), 'close');
    await expect(widget.root.getByText('This chat has ended.')).toBeVisible();
  },
  gate: async ({ page, widget, gateway }) => {
    await gateway.set('template', 'qa', 'default');
    await page.reload();
    await widget.launcher.click();
    await expect(widget.part('form')).toBeVisible();
  },
  away: contactForm,
  thanks: async (fixtures) => {
    const form = await contactForm(fixtures);
    await form.getByLabel('E-mail').fill(somebody().email);
    await form.getByLabel('Your message').fill('Hello?');
    await form.getByRole('button', { name: 'Send message' }).click();
    await expect(fixtures.widget.root.getByText('Thank you!')).toBeVisible();
  },
  answer: async ({ widget, visit, gateway }) => {
    await visit();
    await gateway.command('pace', { ms: 5 });
    await widget.say('Where is order 1002?');
    await widget.says('bot', 'Follow it.');
    await widget.say('How much is shipping?');
    await expect(widget.messages('bot')).toHaveCount(3);
  },
  attachments: async ({ page, widget, visit }) => {
    await visit();
    await widget.converse('blue');
    const choosing = page.waitForEvent('filechooser');
    await widget.part('attach-button').click();
    await (await choosing).setFiles([
      { name: 'invoice-2026-11-21-with-a-rather-long-name.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(48_200, '%PDF ') },
      { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('Notes') },
    ]);
    await expect(widget.root.getByText('notes.txt')).toBeVisible();
  },
  toast: async ({ widget, visit, visitor, gateway }) => {
    await visit();
    await widget.converse('blue');
    await widget.part('close-button').click();
    await expect(widget.panel).toBeHidden();
    await gateway.operate(visitor.chat, 'engage', { engage: { engageId: 'e1', message: 'Ten per cent off all lamps today', url: 'https://boutique.example/lamps' } });
    await expect(widget.part('toast')).toBeVisible();
  },
  broadcast: async ({ widget, visit, gateway, stand }) => {
    await visit();
    await widget.converse('blue');
    await widget.part('close-button').click();
    await expect(widget.panel).toBeHidden();
    await gateway.command('begin-broadcast', { fields: { url: stand.put('/host/live', { body: '<p>Live from the workshop</p>' }), title: 'From the workshop' } });
    await expect(widget.part('broadcast')).toBeVisible();
  },
};

const MAILOO = {
  welcome: async ({ widget }) => {
    await widget.launcher.click();
    await expect(widget.field).toBeVisible();
  },
  conversation: async ({ widget, mailoo }) => {
    const text = `Is the lamp in stock? ${Date.now()}`;
    await widget.launcher.click();
    await widget.say(text);
    await widget.sent(text);
    for (const id of await mailoo.sessions()) {
      const [first] = await mailoo.transcript(id);
      if (first?.content === text) await mailoo.operate(id, 'reply', { text: 'Two are left. Shall I keep one for you?' });
    }
    await widget.says('agent', 'Two are left');
  },
};

/** All of them, in one list: a back end, a name and the act that leads there. */
export const STATES = Object.entries({ bloonio: BLOONIO, appengine: APPENGINE, mailoo: MAILOO }).flatMap(([backend, states]) =>
  Object.entries(states).map(([name, act]) => ({ backend, name, act })),
);
