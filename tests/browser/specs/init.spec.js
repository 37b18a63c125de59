import { LIBRARY } from '../stage/host.js';
import { expect, test } from '../stage/test.js';
import { init } from '../stage/widget.js';

test.beforeEach(async ({ host }) => {
  await host({ body: `<div id="place"></div>${LIBRARY}` });
});

/** Notes every event of `window.chat` under `window.told`. */
function listen(page, names) {
  return page.evaluate((names) => {
    window.told = [];
    window.stops = names.map((name) => window.chat.on(name, (detail) => window.told.push([name, detail])));
  }, names);
}

const told = (page, name) => page.evaluate((name) => window.told.filter(([told]) => told === name).map(([, detail]) => detail), name);

test('open, close and toggle move the panel, and are told', async ({ page, widget, options }) => {
  await init(page, options);
  await listen(page, ['open', 'close']);
  await page.evaluate(() => window.chat.open());
  await expect(widget.panel).toBeVisible();
  await page.evaluate(() => window.chat.open());
  await page.evaluate(() => window.chat.close());
  await expect(widget.panel).toBeHidden();
  await page.evaluate(() => window.chat.toggle());
  await expect(widget.panel).toBeVisible();
  await page.evaluate(() => window.chat.toggle());
  await expect(widget.panel).toBeHidden();
  expect(await page.evaluate(() => window.told.map(([name]) => name))).toEqual(['open', 'close', 'open', 'close']);
});

test('sendMessage resolves when the message is safe, without a connection', async ({ page, widget, options, relay, context }) => {
  await init(page, options);
  await page.evaluate(() => window.chat.open());
  await widget.connection('live');
  await context.setOffline(true);
  await relay.command('close-sockets', { code: 1006 });
  await widget.connection('paused');
  await listen(page, ['message', 'message-status']);
  const { id } = await page.evaluate(() => window.chat.sendMessage('from the train'));
  expect(id).toMatch(/.+/);
  const [message] = await told(page, 'message');
  expect(message).toMatchObject({ localId: id, id: null, author: 'visitor', text: 'from the train', status: 'pending', history: false });
  await expect(widget.message('visitor', 'from the train')).toHaveAttribute('data-id', id);
  await expect(widget.message('visitor', 'from the train')).toHaveAttribute('data-status', 'pending');
  expect(await page.evaluate(() => window.chat.messages.map(({ text, status }) => [text, status]))).toEqual([['from the train', 'pending']]);
  await context.setOffline(false);
  await widget.sent('from the train');
  const statuses = (await told(page, 'message-status')).filter(({ localId }) => localId === id);
  expect(statuses.map(({ status }) => status)).toEqual(['sending', 'sent']);
  expect(statuses.at(-1).id).toMatch(/.+/);
  expect(await relay.heardFrom(await widget.session())).toEqual(['from the train']);
});

test('a message that cannot be queued is refused with its reason', async ({ page, options }) => {
  await init(page, options);
  const kind = (text) => page.evaluate((text) => window.chat.sendMessage(text).then(() => 'taken', (error) => error.kind), text);
  expect(await kind('x'.repeat(16_001))).toBe('too-large');
  expect(await kind('  ')).toBe('refused');
  await page.evaluate(() => window.chat.destroy());
});

test('the properties follow the conversation', async ({ page, widget, options, relay }) => {
  await init(page, options);
  const state = () => page.evaluate(({ chat } = window) => [chat.unreadCount, chat.botTyping, chat.connection, chat.messages.length]);
  expect(await state()).toEqual([0, false, 'idle', 0]);
  await page.evaluate(() => window.chat.open());
  await expect.poll(state).toEqual([0, false, 'live', 0]);
  await widget.converse('blue there');
  expect(await state()).toEqual([0, false, 'live', 2]);
  const session = await widget.session();
  await relay.operate(session, 'typing', { state: 'start' });
  await expect.poll(state).toEqual([0, true, 'live', 2]);
  await page.evaluate(() => window.chat.close());
  await relay.operate(session, 'reply', { text: 'Here I am.' });
  await expect.poll(state).toEqual([1, false, 'live', 3]);
  const messages = await page.evaluate(() => window.chat.messages);
  expect(messages.map(({ author, text }) => [author, text])).toEqual([
    ['visitor', 'blue there'], ['bot', 'You said: blue there'], ['agent', 'Here I am.'],
  ]);
  for (const { sentAt, attachments } of messages) {
    expect(Math.abs(sentAt - Date.now())).toBeLessThan(60_000);
    expect(attachments).toEqual([]);
  }
});

test('every event that Bloonio can cause reaches its listeners and the document', async ({ page, widget, options, relay, context }) => {
  await page.evaluate(async (options) => {
    await import('/visavis.js');
    const making = window.Visavis.init(options);
    window.chat = await making;
  }, options);
  const names = ['connection', 'message', 'message-status', 'typing', 'unread', 'open', 'close', 'agent', 'presence', 'status', 'session', 'error'];
  await listen(page, names);
  await page.evaluate(() => window.chat.open());
  await widget.connection('live');
  await widget.converse('blue');
  const session = await widget.session();
  await page.evaluate(() => window.chat.close());
  await relay.operate(session, 'take');
  await relay.operate(session, 'reply', { text: 'Hello from a person.' });
  await relay.operate(session, 'release');
  await relay.command('presence', { presence: 'offline' });
  await relay.operate(session, 'close');
  await expect.poll(() => page.evaluate(() => window.chat.unreadCount)).toBe(2);
  await expect(page.evaluate(() => window.chat.identify('u_1:00').then(() => 'linked', (error) => error.kind))).resolves.toMatch(/refused|session/);

  for (const name of names) await expect.poll(() => told(page, name).then((details) => details.length), { message: name }).toBeGreaterThan(0);
  for (const name of [...names, 'ready']) {
    const heard = await widget.events(name);
    expect(heard.length, `visavis:${name} at the document`).toBeGreaterThan(0);
    expect(heard[0]).toMatchObject({ bubbles: true, composed: true, target: 'visavis-launcher' });
  }
  expect((await told(page, 'agent')).map(({ change, name }) => [change, name])).toContainEqual(['assigned', 'Sam']);
  expect((await told(page, 'agent')).at(-1).change).toBe('left');
  expect((await told(page, 'typing'))[0]).toMatchObject({ author: 'bot', on: true });
  expect((await told(page, 'session'))[0]).toMatchObject({ change: 'created', id: session });
  expect((await told(page, 'error')).at(-1)).toMatchObject({ status: 403 });
  expect((await told(page, 'connection')).map(({ state }) => state)).toContain('live');
  await relay.command('presence', { presence: 'online' });
});

test('a gap that the server cannot close is told', async ({ page, widget, options, relay }) => {
  // A relay that repeats no history: what was said while the line was down can only be missed.
  await page.routeWebSocket(/\/ws\/widget/, (visitor) => {
    const relayEnd = visitor.connectToServer();
    relayEnd.onMessage((frame) => {
      const { messages: _, ...welcome } = JSON.parse(frame);
      visitor.send(welcome.type === 'welcome' ? JSON.stringify(welcome) : frame);
    });
  });
  await page.reload();
  await init(page, options);
  await page.evaluate(() => window.chat.open());
  await widget.converse('before');
  await relay.command('lose-pushes', { times: 1 });
  await relay.say(await widget.session(), 'Nobody hears this.');
  await relay.command('close-sockets', { code: 1012 });
  await widget.connection('backoff');
  await widget.connection('live');
  await relay.say(await widget.session(), 'after');
  await widget.says('bot', 'after');
  // The pong names a message that the widget never got.
  await widget.heard('gap');
});

test('on() returns what ends it, and a listener that throws harms nobody', async ({ page, widget, options, complaints }) => {
  complaints.expect(/my own fault/);
  await init(page, options);
  await page.evaluate(() => {
    window.counts = [0, 0];
    window.stop = window.chat.on('message', () => { window.counts[0] += 1; });
    window.chat.on('message', () => { throw new Error('my own fault'); });
    window.chat.on('message', () => { window.counts[1] += 1; });
    window.chat.open();
  });
  await widget.converse('one');
  expect(await page.evaluate(() => window.counts)).toEqual([2, 2]);
  await page.evaluate(() => window.stop());
  await widget.converse('two');
  expect(await page.evaluate(() => window.counts)).toEqual([2, 4]);
});

test.describe('who the visitor is', () => {
  test('identify links the session to a user', async ({ page, widget, options, relay }) => {
    await init(page, options);
    await page.evaluate(() => window.chat.open());
    await widget.connection('live');
    await page.evaluate((identity) => window.chat.identify(identity), relay.identity('u_7:with:colons'));
    await widget.heard('session', { change: 'identified' });
    expect((await relay.conversation(await widget.session())).user_id).toBe('u_7:with:colons');
  });

  test('a wrong signature is refused, and the conversation goes on without a name', async ({ page, widget, options, relay }) => {
    await init(page, options);
    await page.evaluate(() => window.chat.open());
    await widget.connection('live');
    const outcome = await page.evaluate(() => window.chat.identify('u_7:abcdef').then(() => 'linked', ({ kind, message }) => ({ kind, message })));
    expect(outcome).toMatchObject({ kind: expect.any(String), message: expect.stringMatching(/.+/) });
    await widget.converse('still here');
    const session = await widget.session();
    expect((await relay.conversation(session)).user_id).toBe(null);
    expect(await page.evaluate(() => window.chat.identify('no signature').then(() => 'linked', ({ kind }) => kind))).toBe('configuration');
  });

  for (const [form, expression] of [
    ['a text', '(identity) => identity'],
    ['a function', '(identity) => () => identity'],
    ['a function that answers later', '(identity) => () => new Promise((resolve) => setTimeout(resolve, 50, identity))'],
    ['a promise', '(identity) => Promise.resolve(identity)'],
  ]) {
    test(`identity as ${form}`, async ({ page, widget, options, relay }) => {
      await page.evaluate(async ([options, expression, identity]) => {
        // The page has no policy of its own, and a function cannot be handed over.
        const form = new Function(`return ${expression}`)();
        window.chat = await window.Visavis.init({ ...options, identity: form(identity) });
        window.chat.open();
      }, [options, expression, relay.identity('u_9')]);
      await widget.heard('session', { change: 'identified' });
      expect((await relay.conversation(await widget.session())).user_id).toBe('u_9');
    });

    test(`visitorToken as ${form}: no session is created`, async ({ page, widget, options, relay, stand }) => {
      const session = await relay.openSession(stand.origin);
      const before = await relay.counts();
      await page.evaluate(async ([options, expression, token]) => {
        const form = new Function(`return ${expression}`)();
        window.chat = await window.Visavis.init({ ...options, visitorToken: form(token) });
        window.chat.open();
      }, [options, expression, await relay.mintToken(session)]);
      await widget.converse('by token');
      expect(await relay.heardFrom(session)).toEqual(['by token']);
      expect((await relay.counts()).creates).toBe(before.creates);
    });
  }
});

test('two calls with the same options share one conversation', async ({ page, widget, options, relay }) => {
  const before = await relay.counts();
  await init(page, options);
  await page.evaluate(async (options) => {
    window.other = await window.Visavis.init({ ...options, mode: 'thread', target: '#place' });
    await window.other.sendMessage('to both');
  }, options);
  await expect.poll(() => page.evaluate(() => [window.chat, window.other].map(({ messages }) => messages.length))).toEqual([2, 2]);
  const after = await relay.counts();
  expect([after.creates - before.creates, after.sockets_open]).toEqual([1, 1]);
  await expect(widget.launcher).toBeVisible();
});

test('called in the head, before there is a body, and opened before the rest is there', async ({ host, page, widget, options }) => {
  const call = `Visavis.init(${JSON.stringify(options)}).then((chat) => { window.chat = chat; })`;
  await host({ head: `${LIBRARY}<script>${call}</script>` }, { path: '/host/early' });
  await page.waitForFunction(() => window.chat);
  await page.evaluate(() => window.chat.open());
  await widget.converse('early');
});

test('options that a page may change later do not change the chat', async ({ page, widget, options }) => {
  await page.evaluate(async (options) => {
    const given = { ...options };
    const making = window.Visavis.init(given);
    given.baseUrl = 'nonsense';
    delete given.publicKey;
    window.chat = await making;
    window.chat.open();
  }, options);
  await widget.converse('unchanged');
});
