import { violations } from '../stage/accessible.js';
import { scriptTag } from '../stage/host.js';
import { picture } from '../stage/picture.js';
import { expect, test } from '../stage/test.js';

/** A visitor who has said blue, and a console in a second tab that has the conversation open. */
async function conversation({ host, widget, options, context }) {
  await host({ body: scriptTag(options) });
  await widget.open();
  await widget.converse('blue');
  const session = await widget.session();
  const desk = await context.newPage();
  await desk.goto('/operator.html');
  await desk.locator(`a[href="#${session}"]`).click();
  await expect(desk.getByRole('log')).toContainText('You said: blue');
  return { desk, session };
}

test('an empty desk says so', async ({ page, relay, host, widget, options }) => {
  await page.goto('/operator.html');
  await expect(page.getByText('Nobody chosen yet')).toBeVisible();
  await page.locator('label', { hasText: 'Closed' }).click();
  await expect(page.locator('#link-text')).toHaveText('Live');
  await host({ body: scriptTag(options) });
  await widget.open();
  await widget.converse('somebody is here');
  expect((await relay.conversation(await widget.session())).online).toBe(true);
});

test('reading along, taking over, replying, handing back, closing', async ({ host, page, widget, options, context, relay }) => {
  const { desk, session } = await conversation({ host, widget, options, context });
  await widget.converse('another thing');
  await expect(desk.getByRole('log')).toContainText('You said: another thing');
  await desk.getByRole('button', { name: 'Take over' }).click();
  await widget.heard('agent', { change: 'assigned' });
  await widget.say('is this a person?');
  await widget.sent('is this a person?');
  const reply = desk.getByLabel('Reply to the visitor');
  await reply.fill('It is.\nTwo lines.');
  await reply.press('Enter');
  await widget.says('agent', 'Two lines.');
  await expect(reply).toHaveValue('');
  expect(await widget.texts('bot')).toHaveLength(2);
  await desk.getByRole('button', { name: 'Hand back to the bot' }).click();
  await widget.heard('agent', { change: 'left' });
  await widget.converse('and a bot again');
  await desk.getByRole('button', { name: 'Close', exact: true }).click();
  await widget.heard('status', { value: expect.stringContaining('closed') });
  expect((await relay.conversation(session)).status).toBe('closed');
  await desk.locator('label', { hasText: 'Closed' }).click();
  await expect(desk.locator(`a[href="#${session}"]`)).toBeVisible();
  await widget.converse('once more');
  await desk.locator('label', { hasText: /^Open/ }).click();
  await expect(desk.locator(`a[href="#${session}"]`)).toBeVisible();
  expect(await page.title()).toBe('A page with a chat');
});

test('a reload of the console keeps the conversation and what was said', async ({ host, widget, options, context }) => {
  const { desk, session } = await conversation({ host, widget, options, context });
  await desk.reload();
  await expect(desk.getByRole('log')).toContainText('You said: blue');
  expect(desk.url()).toContain(session);
  await expect(desk.locator('.message')).toHaveCount(2);
});

test('the relay goes and comes back: the console and the visitor find each other again, nothing twice', async ({ host, widget, options, context, relay }) => {
  test.slow();
  const { desk } = await conversation({ host, widget, options, context });
  await relay.outage(3000);
  await expect(desk.locator('#link-text')).toContainText(/Offline|Connecting/);
  await widget.say('while it was away');
  await expect(desk.locator('#link-text')).toHaveText('Live', { timeout: 30_000 });
  // It may have to sit out a whole wait of its own.
  await widget.sent('while it was away', { timeout: 40_000 });
  await expect(desk.getByRole('log')).toContainText('You said: while it was away');
  await expect(desk.locator('.message')).toHaveCount(4);
  await desk.getByLabel('Reply to the visitor').fill('We are back.');
  await desk.getByRole('button', { name: 'Send' }).click();
  await widget.says('agent', 'We are back.');
});

test('two visitors: the one who waits stands out, and unread messages are counted', async ({ host, widget, options, context, stand, relay }) => {
  const { desk, session } = await conversation({ host, widget, options, context });
  const other = await relay.openSession(stand.origin);
  await relay.say(other, 'A message to a second visitor.');
  await expect(desk.getByRole('navigation', { name: 'Conversations' }).getByRole('link')).not.toHaveCount(1);
  await desk.locator(`a[href="#${other}"]`).click();
  await widget.say('I would like to talk to a human');
  await widget.says('system', 'You are being connected');
  const first = desk.locator(`a[href="#${session}"]`);
  await expect(first).toContainText('Waiting for a person');
  await expect(desk).toHaveTitle(/^\(\d+\)/);
  await desk.locator('label', { hasText: /^Waiting/ }).click();
  await expect(first).toBeVisible();
  await expect(desk.locator(`.conversation[href="#${other}"]`)).toHaveCount(0);
});

for (const [screen, viewport] of [['desktop', { width: 1280, height: 800 }], ['phone', { width: 390, height: 844 }]]) {
  test(`accessible with a conversation, on a ${screen}, light and dark`, async ({ host, widget, options, context, relay }) => {
    const { desk, session } = await conversation({ host, widget, options, context });
    await relay.operate(session, 'reply', { text: 'A reply with a [link](https://shop.example/) and **bold**.' });
    await widget.field.pressSequentially('writing');
    await expect(desk.getByText('The visitor is writing…')).toBeVisible();
    await desk.setViewportSize(viewport);
    for (const colorScheme of ['light', 'dark']) {
      await desk.emulateMedia({ colorScheme });
      await picture(desk, `operator-case-${screen}-${colorScheme}`);
      expect(await violations(desk), colorScheme).toEqual([]);
      expect(await desk.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
    }
    expect(await desk.evaluate(() => window.probes.violations)).toEqual([]);
  });
}

test('an operator by keyboard alone', async ({ host, widget, options, context }) => {
  const { desk } = await conversation({ host, widget, options, context });
  await desk.reload();
  await expect(desk.getByRole('log')).toContainText('You said: blue');
  await desk.keyboard.press('Tab');
  await expect(desk.getByText('Skip to the reply')).toBeFocused();
  await desk.keyboard.press('Enter');
  await expect(desk.getByLabel('Reply to the visitor')).toBeFocused();
  await desk.keyboard.type('By keyboard');
  await desk.keyboard.press('Shift+Enter');
  await desk.keyboard.type('alone.');
  await desk.keyboard.press('Enter');
  await widget.says('agent', 'By keyboard');
});
