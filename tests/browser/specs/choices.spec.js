import { violations } from '../stage/accessible.js';
import { picture } from '../stage/picture.js';
import { expect, test } from '../stage/visit.js';

/** Has a person ask a question with answers to choose from, as older automations do. */
function ask(gateway, chat, message, options, nodeType = 'ChoiceInput') {
  return gateway.operate(chat, 'reply', { content: { config: { nodeType, message, options, displayType: 'button' } } });
}

const offered = (widget) => widget.part('choices').getByRole('button');

test('an answer that is offered is sent by a press, and the offer goes', async ({ visit, visitor, gateway, widget, page }) => {
  await visit();
  await ask(gateway, visitor.chat, '<p>Which size?</p>', ['Small', { label: 'Medium', value: 'm' }, 'Large']);
  await expect(offered(widget)).toHaveText(['Small', 'Medium', 'Large']);
  await widget.says('agent', 'Which size?');
  await expect(widget.log.getByRole('group', { name: 'Suggested answers' })).toBeVisible();
  await picture(page, 'choices-1');
  await offered(widget).filter({ hasText: 'Medium' }).click();
  await widget.sent('Medium');
  await expect(widget.part('choices')).toHaveCount(0);
  expect((await gateway.transcript(visitor.chat)).filter(({ text }) => text === 'Medium')).toHaveLength(1);
});

test('with the keyboard alone: reached, pressed, and the focus goes on in the field', async ({ visit, visitor, gateway, widget, page }) => {
  await visit();
  await ask(gateway, visitor.chat, 'Anything else?', ['Yes', 'No']);
  await expect(offered(widget)).toHaveCount(2);
  await widget.field.focus();
  await page.keyboard.press('Shift+Tab');
  for (let step = 0; step < 4 && !(await offered(widget).last().evaluate((button) => button.matches(':focus'))); step += 1) {
    await page.keyboard.press('Shift+Tab');
  }
  await expect(offered(widget).last()).toBeFocused();
  await page.keyboard.press('Enter');
  await widget.sent('No');
  await expect(widget.field).toBeFocused();
});

test('a line of the system leaves the offer, an answer in the visitor’s own words ends it, and a reload keeps it', async ({ visit, visitor, gateway, widget, page }) => {
  await visit();
  await ask(gateway, visitor.chat, 'Which colour?', ['Red', 'Blue']);
  await expect(offered(widget)).toHaveCount(2);
  await page.reload();
  await widget.open();
  await expect(offered(widget)).toHaveText(['Red', 'Blue']);
  await gateway.operate(visitor.chat, 'transfer', { to: 'omar@x.io', note: 'knows more' });
  await expect(widget.messages('system').last()).toContainText(/Omar/);
  await expect(offered(widget)).toHaveCount(2);
  await widget.say('green');
  await expect(widget.part('choices')).toHaveCount(0);
});

test('only the newest question offers its answers; a form is asked for in words', async ({ visit, visitor, gateway, widget }) => {
  await visit();
  await ask(gateway, visitor.chat, 'First?', ['One']);
  await ask(gateway, visitor.chat, 'Second?', ['Two', 'Three']);
  await expect(offered(widget)).toHaveText(['Two', 'Three']);
  const fields = [{ name: 'size', label: 'Size', type: 'select', options: 'S,M,L' }, { name: 'note', label: 'Note', type: 'text' }];
  await gateway.operate(visitor.chat, 'reply', { content: { config: { nodeType: 'FormInput', message: 'Tell us:', fields } } });
  await expect(widget.message('agent', 'Tell us:').getByRole('listitem')).toHaveText(['Size: S, M, L', 'Note']);
  await expect(widget.part('choices')).toHaveCount(0);
});

test('a question of choices alone has no empty bubble', async ({ visit, visitor, gateway, widget }) => {
  await visit();
  await ask(gateway, visitor.chat, undefined, ['Yes', 'No']);
  await expect(offered(widget)).toHaveCount(2);
  const last = widget.messages('agent').last();
  await expect(last.locator('[part~="bubble"]')).toBeHidden();
});

for (const [name, looks, size] of [
  ['light', { colorScheme: 'light' }, { width: 1280, height: 800 }],
  ['dark phone', { colorScheme: 'dark' }, { width: 390, height: 844 }],
]) {
  test(`offered answers are accessible: ${name}`, async ({ visit, visitor, gateway, widget, page }) => {
    await page.setViewportSize(size);
    await visit({ looks });
    await ask(gateway, visitor.chat, 'Which size?', ['Small', 'Medium', 'Large', 'I am not sure and would like to be measured in the shop']);
    await expect(offered(widget)).toHaveCount(4);
    await picture(page, `choices-2-${name}`);
    expect(await violations(page)).toEqual([]);
  });
}
