import { picture } from '../stage/picture.js';
import { expect, test } from '../stage/visit.js';

/** How far the visitor's side is with a message of a person, as the gateway has it. */
async function standing(gateway, chat, text) {
  const found = (await gateway.transcript(chat)).find((message) => message.text === text);
  return found?.status;
}

const reply = (gateway, chat, text) => gateway.operate(chat, 'reply', { text });

test('the visitor’s own messages show that they were delivered and read', async ({ visit, visitor, gateway, widget, page }) => {
  await visit();
  await widget.converse('blue');
  await gateway.operate(visitor.chat, 'take');
  await widget.say('Are you there?');
  const own = widget.message('visitor', 'Are you there?');
  await widget.sent('Are you there?');
  await gateway.operate(visitor.chat, 'read');
  await expect(own).toHaveAttribute('data-status', 'read');
  await expect(own).toContainText('Read');
  // Only the last one says so.
  await expect(widget.message('visitor', 'blue').locator('.delivery')).toBeHidden();
  await picture(page, 'receipts-1-read');
});

test('a message is read once, when the panel shows it', async ({ visit, visitor, gateway, widget, page }) => {
  const told = [];
  page.on('websocket', (socket) => {
    socket.on('framesent', ({ payload }) => { if (/"read"/.test(payload)) told.push(payload); });
  });
  await visit();
  await widget.converse('blue');
  await widget.part('close-button').click();
  await reply(gateway, visitor.chat, 'Look who is here');
  // That the person came is told by a message of its own.
  await expect(widget.part('badge')).toHaveText('2');
  await expect.poll(() => standing(gateway, visitor.chat, 'Look who is here')).toBe('delivered');
  await widget.open();
  await expect.poll(() => standing(gateway, visitor.chat, 'Look who is here')).toBe('read');
  await widget.part('close-button').click();
  await widget.open();
  await reply(gateway, visitor.chat, 'And again');
  await expect.poll(() => standing(gateway, visitor.chat, 'And again')).toBe('read');
  // What the page has sent is told to this test a moment after the gateway has it.
  await expect.poll(() => told.length).toBe(2);
  await widget.say('Thank you');
  await widget.sent('Thank you');
  expect(told.length, 'and never again').toBe(2);
});

test('a message in a hidden tab is read when the tab comes to the front', async ({ visit, visitor, gateway, widget, page }) => {
  await visit();
  await widget.converse('blue');
  const show = (state) => page.evaluate((state) => {
    Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, state);
  await show('hidden');
  await reply(gateway, visitor.chat, 'Nobody looks');
  await widget.says('agent', 'Nobody looks');
  await page.waitForTimeout(700);
  expect(await standing(gateway, visitor.chat, 'Nobody looks')).toBe('delivered');
  await show('visible');
  await expect.poll(() => standing(gateway, visitor.chat, 'Nobody looks')).toBe('read');
});

test('a message below the part that the visitor reads is read when they come to it', async ({ visit, visitor, gateway, widget, page }) => {
  await gateway.command('pace', { ms: 1 });
  await visit();
  await widget.say('at length 400');
  await widget.says('bot', 'word 400.');
  const thread = widget.part('thread');
  await thread.evaluate((thread) => { thread.scrollTop = -900; });
  await reply(gateway, visitor.chat, 'Further down');
  await expect(widget.message('agent', 'Further down')).toHaveCount(1);
  await page.waitForTimeout(700);
  expect(await standing(gateway, visitor.chat, 'Further down')).toBe('delivered');
  await thread.evaluate((thread) => { thread.scrollTop = 0; });
  await expect.poll(() => standing(gateway, visitor.chat, 'Further down')).toBe('read');
});

test('what was left unread on an earlier page is read on the next one', async ({ visit, visitor, gateway, widget, page }) => {
  await visit();
  await widget.converse('blue');
  await widget.part('close-button').click();
  await reply(gateway, visitor.chat, 'For later');
  await expect(widget.part('badge')).toHaveText('2');
  await page.reload();
  await expect(widget.part('badge')).toHaveText('2');
  expect(await standing(gateway, visitor.chat, 'For later')).toBe('delivered');
  await widget.open();
  await expect.poll(() => standing(gateway, visitor.chat, 'For later')).toBe('read');
});
