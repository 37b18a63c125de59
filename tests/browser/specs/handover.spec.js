import { violations } from '../stage/accessible.js';
import { chatOf, introduce, somebody } from '../stage/guest.js';
import { scriptTag } from '../stage/host.js';
import { picture } from '../stage/picture.js';
import { expect, test } from '../stage/test.js';
import { Widget } from '../stage/widget.js';

/** A guest who talks to the assistant, and a console in a second tab that has the conversation open. */
async function conversation({ host, widget, gateway, gatewayOptions, context }, operator = 'Jane') {
  await host({ body: scriptTag(gatewayOptions) });
  const guest = await introduce(widget);
  await widget.converse('blue');
  const chat = await chatOf(gateway, guest);
  const desk = await context.newPage();
  await desk.goto('/operator.html');
  await desk.locator(`a[href="#${encodeURIComponent(chat)}"]`).click();
  await expect(desk.getByRole('log')).toContainText('You said: blue');
  await desk.getByLabel('Your name').fill(operator);
  await desk.getByLabel('Your name').press('Tab');
  return { desk, chat, guest };
}

test('through the queue to a person, on to another one, and to the end', async ({ host, page, widget, gateway, gatewayOptions, context }) => {
  const { desk } = await conversation({ host, widget, gateway, gatewayOptions, context });
  const ask = widget.root.getByRole('button', { name: 'Talk to a person' });
  await ask.click();
  const queue = widget.part('queue');
  await expect(queue).toContainText('You are next.');
  await expect(ask).toHaveCount(0);
  await widget.heard('queue', { position: 1, ahead: 0 });
  await page.bringToFront();
  await picture(page, 'gateway-queue');
  await desk.getByRole('button', { name: 'Take over' }).click();
  await widget.heard('agent', { change: 'assigned', name: 'Jane' });
  await expect(queue).toHaveCount(0);
  await expect(widget.part('header')).toContainText('Jane · Billing · online');
  await desk.getByLabel('Reply to the visitor').fill('Good morning, this is Jane.');
  await desk.getByRole('button', { name: 'Send' }).click();
  await widget.says('agent', 'Good morning, this is Jane.');
  await picture(page, 'gateway-agent');
  await desk.getByLabel('You are').selectOption('busy');
  await expect(widget.part('header')).toContainText('busy');
  await desk.getByLabel('You are').selectOption('available');
  await expect(widget.part('header')).toContainText('online');
  await desk.getByRole('combobox', { name: /^To/ }).selectOption({ label: 'Omar · available' });
  await desk.getByLabel('Note to the visitor').fill('Omar knows about returns.');
  await desk.getByRole('button', { name: 'Transfer' }).click();
  await expect(desk.getByText('Handed over.')).toBeVisible();
  await widget.heard('agent', { change: 'transferred', name: 'Omar' });
  await expect(widget.part('header')).toContainText('Omar · Returns');
  await widget.says('system', 'Omar knows about returns.');
  await desk.getByRole('button', { name: 'Close', exact: true }).click();
  await widget.heard('status', { value: 'ended' });
  await expect(widget.root.getByText('This chat has ended.')).toBeVisible();
  await expect(widget.part('header')).not.toContainText('Omar');
});

test('the place in the queue moves up, and says how long it may take', async ({ host, widget, gateway, gatewayOptions, browser, baseURL, stand }) => {
  const others = [];
  for (const number of [1, 2]) {
    const context = await browser.newContext({ baseURL });
    const other = new Widget(await context.newPage());
    await other.page.goto(stand.put(`/host/other-${number}`, { body: scriptTag(gatewayOptions) }));
    const guest = somebody();
    await other.launcher.click();
    const form = other.part('form');
    await form.getByLabel('Name').fill(guest.name);
    await form.getByLabel('E-mail').fill(guest.email);
    await form.getByRole('button', { name: 'Start the chat' }).click();
    await other.root.getByRole('button', { name: 'Talk to a person' }).click();
    await expect(other.part('queue')).toBeVisible();
    others.push({ context, chat: await chatOf(gateway, guest) });
  }
  await host({ body: scriptTag(gatewayOptions) });
  const guest = await introduce(widget);
  await widget.root.getByRole('button', { name: 'Talk to a person' }).click();
  const queue = widget.part('queue');
  await expect(queue).toContainText('You are number 3 in the queue.');
  await expect(queue).toContainText('2 people before you');
  await expect(queue).toContainText(/about \d+ minutes/);
  for (const { chat } of others) await gateway.operate(chat, 'take');
  // Those who wait are told again in their turn; the widget also asks when it heard nothing.
  await expect(queue).toContainText('You are next.', { timeout: 30_000 });
  const chat = await chatOf(gateway, guest);
  await gateway.operate(chat, 'take');
  await expect(queue).toHaveCount(0);
  for (const { context, chat } of others) {
    await gateway.operate(chat, 'close');
    await context.close();
  }
});

test('a nudge and a broadcast from the console reach the page', async ({ host, widget, gateway, gatewayOptions, context }) => {
  const { desk } = await conversation({ host, widget, gateway, gatewayOptions, context });
  await desk.getByLabel('Words').fill('Free delivery today!');
  await desk.getByLabel('Link').fill('https://shop.example/delivery');
  await desk.getByRole('button', { name: 'Show' }).click();
  await expect(desk.getByText('The visitor sees it.')).toBeVisible();
  await widget.heard('engage', { text: 'Free delivery today!', url: 'https://shop.example/delivery' });
  await desk.getByText('Broadcast to everybody').click();
  await desk.getByLabel('Title').fill('Live from the workshop');
  await desk.getByLabel('Address').fill('https://live.example/stream');
  await desk.getByRole('button', { name: 'Begin' }).click();
  await widget.heard('broadcast', { on: true, title: 'Live from the workshop' });
  await desk.getByRole('button', { name: 'End', exact: true }).click();
  await widget.heard('broadcast', { on: false });
});

test('a console that knows nobody yet makes a person of its operator', async ({ host, widget, gateway, gatewayOptions, context }) => {
  const { desk } = await conversation({ host, widget, gateway, gatewayOptions, context }, 'Robin');
  await desk.getByLabel('You are').selectOption('away');
  await expect(desk.getByText('You are away.')).toBeVisible();
  await desk.getByRole('button', { name: 'Take over' }).click();
  await expect(widget.part('header')).toContainText('Robin · away');
});

for (const [screen, viewport] of [['desktop', { width: 1280, height: 800 }], ['phone', { width: 390, height: 844 }]]) {
  test(`the console's controls for people are accessible on a ${screen}`, async ({ host, widget, gateway, gatewayOptions, context }) => {
    const { desk } = await conversation({ host, widget, gateway, gatewayOptions, context });
    await desk.setViewportSize(viewport);
    if (screen === 'phone') await desk.getByRole('button', { name: 'About the visitor' }).click();
    await expect(desk.getByRole('button', { name: 'Transfer' })).toBeVisible();
    for (const colorScheme of ['light', 'dark']) {
      await desk.emulateMedia({ colorScheme });
      await picture(desk, `operator-people-${screen}-${colorScheme}`);
      expect(await violations(desk), colorScheme).toEqual([]);
    }
  });
}
