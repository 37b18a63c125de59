import { scriptTag } from '../stage/host.js';
import { expect, test } from '../stage/test.js';
import { Widget } from '../stage/widget.js';

/** Another tab of the same browser at the same page. */
async function another(context, page) {
  const tab = await context.newPage();
  await tab.goto(page.url());
  return new Widget(tab);
}

test('two tabs, one conversation: both usable, nothing lost or doubled', async ({ host, page, context, widget, options, relay }) => {
  const before = await relay.counts();
  await host({ body: scriptTag(options) });
  await widget.open();
  await widget.converse('from the first');
  const session = await widget.session();

  const second = await another(context, page);
  await second.open();
  await second.says('bot', 'You said: from the first');
  await second.converse('from the second');
  await widget.says('visitor', 'from the second');
  await widget.says('bot', 'You said: from the second');
  await widget.converse('and from the first again');
  await second.says('bot', 'You said: and from the first again');

  const said = ['from the first', 'from the second', 'and from the first again'];
  expect(await relay.heardFrom(session)).toEqual(said);
  for (const one of [widget, second]) expect(await one.texts('visitor')).toEqual(said);
  for (const one of [widget, second]) expect(await one.texts('bot')).toEqual(said.map((text) => `You said: ${text}`));
  expect((await relay.counts()).creates - before.creates).toBe(1);
});

test('both tabs open before the visitor says a word: still one conversation', async ({ host, page, context, widget, options, relay }) => {
  const before = await relay.counts();
  await host({ body: scriptTag(options) });
  await widget.heard('ready');
  const second = await another(context, page);
  await second.heard('ready');
  await widget.open();
  await widget.converse('first tab');
  await second.open();
  await second.says('bot', 'You said: first tab');
  await second.converse('second tab');
  await widget.says('bot', 'You said: second tab');
  expect((await relay.counts()).creates - before.creates).toBe(1);
});

test('both tabs send at the same moment: each message arrives once', async ({ host, page, context, widget, options, relay }) => {
  await host({ body: scriptTag(options) });
  await widget.open();
  await widget.converse('blue');
  const session = await widget.session();
  const second = await another(context, page);
  await second.open();
  await second.connection('live');
  await relay.command('swallow-acks', { fault: 'cut', times: 2 });
  const numbers = ['1', '2', '3', '4', '5'];
  await Promise.all([widget, second].map(async (one, tab) => {
    for (const number of numbers) await one.say(`tab ${tab + 1}, message ${number}`);
  }));
  for (const [tab, one] of [widget, second].entries()) for (const number of numbers) await one.sent(`tab ${tab + 1}, message ${number}`);
  const heard = await relay.heardFrom(session);
  expect(heard).toHaveLength(11);
  for (const tab of [1, 2]) {
    const own = heard.filter((text) => text.startsWith(`tab ${tab}`));
    expect(own, 'once each, in the order of the tab').toEqual(numbers.map((number) => `tab ${tab}, message ${number}`));
  }
  await expect.poll(async () => (await widget.texts('visitor')).length).toBe(11);
  await expect.poll(async () => (await second.texts('visitor')).length).toBe(11);
});

test('the first tab closes with a message unsent; the other goes on, and the message goes out on the next visit', async ({ host, page, context, widget, options, relay }) => {
  await host({ body: scriptTag(options) });
  await widget.open();
  await widget.converse('blue');
  const session = await widget.session();
  const address = page.url();
  const second = await another(context, page);
  await second.open();
  await second.connection('live');
  await context.setOffline(true);
  await relay.command('close-sockets', { code: 1006 });
  await widget.say('written in the tunnel');
  await page.close();
  await context.setOffline(false);
  await second.converse('meanwhile');
  await second.page.close();
  const third = new Widget(await context.newPage());
  await third.page.goto(address);
  await expect.poll(() => relay.heardFrom(session)).toContain('written in the tunnel');
  await third.open();
  await third.sent('written in the tunnel');
  expect((await relay.heardFrom(session)).filter((text) => text === 'written in the tunnel')).toHaveLength(1);
});

test('a tab that is closed takes nothing with it', async ({ host, page, context, widget, options, relay }) => {
  await host({ body: scriptTag(options) });
  await widget.open();
  await widget.converse('blue');
  const second = await another(context, page);
  await second.open();
  await second.connection('live');
  await page.close();
  await second.converse('still here');
  await second.page.reload();
  await second.open();
  await second.says('bot', 'You said: still here');
  expect(await second.texts('visitor')).toEqual(['blue', 'still here']);
  expect(await relay.heardFrom(await second.session())).toEqual(['blue', 'still here']);
});

test('a later tab begins the conversation after the first is closed: the next visit has it, and what it could not send', async ({ host, page, context, widget, options, relay }) => {
  await host({ body: scriptTag({ ...options, load: 'eager' }) });
  await expect.poll(() => widget.events('ready')).toHaveLength(1);
  const address = page.url();
  const second = await another(context, page);
  await expect.poll(() => second.events('ready')).toHaveLength(1);
  await page.close();
  await second.open();
  await second.converse('blue');
  const session = await second.session();
  await context.setOffline(true);
  await relay.command('close-sockets', { code: 1006 });
  await second.say('written in the tunnel');
  await second.page.close();
  await context.setOffline(false);
  const third = new Widget(await context.newPage());
  await third.page.goto(address);
  await third.open();
  await third.says('bot', 'You said: blue');
  await third.sent('written in the tunnel');
  expect(await relay.heardFrom(session)).toEqual(['blue', 'written in the tunnel']);
});

test('a browser that is slow to say which tab is the first: the next page has the conversation', async ({ host, page, context, widget, options }) => {
  await context.addInitScript(answerLocksLate, 600);
  await host({ body: scriptTag(options) });
  await widget.open();
  await widget.converse('blue');
  await page.reload();
  await widget.open();
  await widget.says('bot', 'You said: blue');
  expect(await page.evaluate(() => Object.keys(localStorage))).toHaveLength(1);
});

/** Makes the answer to every request for a lock come so many milliseconds late, as on a machine that is busy with something else. */
function answerLocksLate(ms) {
  const request = LockManager.prototype.request;
  LockManager.prototype.request = async function late(...asked) {
    await new Promise((resolve) => { setTimeout(resolve, ms); });
    return request.apply(this, asked);
  };
}
