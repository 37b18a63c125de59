import { picture } from '../stage/picture.js';
import { Terminal } from '../stage/terminal.js';
import { expect, test } from '../stage/test.js';
import { Widget } from '../stage/widget.js';

test('a visitor in the page, one in a terminal and an operator in another tab hold a conversation', async ({ page, context, own: demo }) => {
  test.slow();
  const { relay } = demo;
  const terminal = new Terminal(demo.options);
  try {
    const widget = new Widget(page);
    await page.goto(`${demo.site}/`);
    await picture(page, 'talk-1-shop');
    await widget.open();
    await widget.connection('live');
    await picture(page, 'talk-2-open');
    await widget.say('Where is my order 1002?');
    await widget.says('bot', 'Order 1002');
    await picture(page, 'talk-3-bot');
    const inPage = await widget.session();

    terminal.say('How much is shipping?');
    await terminal.heard({ event: 'message', author: 'bot', history: false });
    const { id: inTerminal } = await terminal.heard({ event: 'session', change: 'created' });

    const operator = await context.newPage();
    await operator.goto(`${demo.site}/operator.html`);
    await operator.getByLabel('Your name').fill('Noor');
    await operator.getByLabel('Your name').blur();
    const inbox = operator.getByRole('navigation', { name: 'Conversations' });
    await expect(inbox.getByRole('link')).toHaveCount(2);
    await picture(operator, 'talk-4-inbox');

    // The visitor in the page asks for a person.
    await widget.say('I would like to talk to a human');
    await widget.says('system', 'You are being connected');
    const theirs = inbox.locator(`a[href="#${inPage}"]`);
    await expect(theirs).toContainText('Waiting for a person');
    await theirs.click();
    const log = operator.getByRole('log');
    await expect(log).toContainText('Where is my order 1002?');
    const reply = operator.getByLabel('Reply to the visitor');
    await reply.pressSequentially('Good morning, ');
    await expect(widget.part('typing')).toBeVisible();
    await picture(page, 'talk-5-typing');
    await reply.pressSequentially('this is Noor.');
    await reply.press('Enter');
    await widget.says('agent', 'Good morning, this is Noor.');
    await expect(widget.part('header')).toContainText('Noor');
    await widget.field.pressSequentially('Hello Noor, thank');
    await expect(operator.getByText('The visitor is writing…')).toBeVisible();
    await widget.say('Hello Noor, thank you!');
    await expect(log).toContainText('Hello Noor, thank you!');
    await picture(page, 'talk-6-person');
    await picture(operator, 'talk-7-case');

    // And to the one in the terminal, of the operator's own accord.
    await inbox.locator(`a[href="#${inTerminal}"]`).click();
    await expect(log).toContainText('How much is shipping?');
    await operator.getByRole('button', { name: 'Take over' }).click();
    await terminal.heard({ event: 'agent', change: 'assigned', name: 'Noor' });
    await reply.fill('Free from sixty euros, by the way.');
    await reply.press('Enter');
    await terminal.heard({ event: 'message', author: 'agent', text: 'Free from sixty euros, by the way.' });
    terminal.say('Good to know!');
    await expect(log).toContainText('Good to know!');

    // Back to the bot, and an end.
    await operator.getByRole('button', { name: 'Hand back to the bot' }).click();
    await terminal.heard({ event: 'agent', change: 'left' });
    terminal.say('blue');
    await terminal.heard({ event: 'message', author: 'bot', text: 'You said: blue' });
    await inbox.locator(`a[href="#${inPage}"]`).click();
    await operator.getByRole('button', { name: 'Close', exact: true }).click();
    await widget.says('system', 'The conversation has ended');
    await widget.heard('status', { value: expect.stringContaining('closed') });
    await picture(page, 'talk-8-ended');
    await widget.converse('one more question');

    expect(await relay.heardFrom(inPage)).toEqual([
      'Where is my order 1002?', 'I would like to talk to a human', 'Hello Noor, thank you!', 'one more question',
    ]);
    expect(await relay.heardFrom(inTerminal)).toEqual(['How much is shipping?', 'Good to know!', 'blue']);
    const told = (await relay.transcript(inPage)).map(({ text }) => text);
    expect(await page.evaluate(() => document.querySelector('visavis-launcher').chat.messages.map(({ text }) => text))).toEqual(told);
    expect(await terminal.end()).toBe(0);
  } finally {
    terminal.kill();
  }
});
