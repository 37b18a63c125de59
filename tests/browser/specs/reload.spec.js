import { scriptTag } from '../stage/host.js';
import { expect, test } from '../stage/test.js';

/** What every page of these tests does: one tag, and a handle for the queue. */
function body(options) {
  return scriptTag(options);
}

test('a reload resumes: same session, same transcript, nothing twice', async ({ host, page, widget, options, relay }) => {
  const before = await relay.counts();
  await host({ body: body(options) });
  await widget.open();
  await widget.converse('remember me');
  await widget.converse('and this');
  const session = await widget.session();
  const spoken = await widget.texts();
  for (let visit = 0; visit < 3; visit += 1) {
    await page.reload();
    await widget.heard('session', { change: 'resumed', id: session });
    await widget.open();
    await widget.says('bot', 'You said: and this');
    await widget.connection('live');
    expect(await widget.texts()).toEqual(spoken);
  }
  await widget.converse('and now');
  expect(await relay.heardFrom(session)).toEqual(['remember me', 'and this', 'and now']);
  expect((await relay.counts()).creates - before.creates).toBe(1);
});

test('what was said while the page was away is there, and counted', async ({ host, page, widget, options, relay }) => {
  await host({ body: body(options) });
  await widget.open();
  await widget.converse('back in a minute');
  const session = await widget.session();
  await page.goto('about:blank');
  await relay.say(session, 'While you were away.');
  await page.goBack();
  await expect(widget.part('badge')).toHaveText('1');
  await widget.open();
  await widget.says('bot', 'While you were away.');
  expect(await widget.texts()).toEqual(['back in a minute', 'You said: back in a minute', 'While you were away.']);
});

test.describe('a reload in the middle of sending loses nothing', () => {
  /** Queues a message and leaves in the same task: nothing had a moment to be sent or drawn. */
  const sendAndReload = (page, text) =>
    page.evaluate(async (text) => {
      const chat = document.querySelector('visavis-launcher').chat;
      await chat.sendMessage(text);
      location.reload();
    }, text);

  test('the message had not left', async ({ host, page, widget, options, relay }) => {
    await host({ body: body(options) });
    await widget.open();
    await widget.converse('blue');
    const session = await widget.session();
    await relay.command('black-hole');
    await Promise.all([page.waitForEvent('load'), sendAndReload(page, 'do not lose me')]);
    await expect.poll(() => relay.heardFrom(session)).toEqual(['blue', 'do not lose me']);
    await widget.open();
    await widget.sent('do not lose me');
    expect(await widget.texts('visitor')).toEqual(['blue', 'do not lose me']);
  });

  test('the message arrived, and its acknowledgement did not', async ({ host, page, widget, options, relay }) => {
    await host({ body: body(options) });
    await widget.open();
    await widget.converse('blue');
    const session = await widget.session();
    await relay.command('swallow-acks', { fault: 'never' });
    await widget.field.fill('did you get this');
    await widget.field.press('Enter');
    await expect.poll(() => relay.heardFrom(session)).toEqual(['blue', 'did you get this']);
    await page.reload();
    await relay.command('clear-faults');
    await widget.open();
    await widget.sent('did you get this');
    await widget.connection('live');
    expect(await widget.texts('visitor')).toEqual(['blue', 'did you get this']);
    expect(await relay.heardFrom(session)).toEqual(['blue', 'did you get this']);
  });

  test('five messages, a reload after each, and one before the session exists', async ({ host, page, widget, options, relay }) => {
    const texts = ['one', 'two', 'three', 'four', 'five'];
    await relay.command('fail-http', { route: 'create', fault: { kind: 'status', status: 503, retry_after: 1 }, times: 2 });
    await host({ body: body(options) });
    await widget.heard('ready');
    for (const text of texts) {
      await Promise.all([page.waitForEvent('load'), sendAndReload(page, text)]);
      await widget.heard('ready');
    }
    await widget.open();
    for (const text of texts) await widget.sent(text);
    expect(await widget.texts('visitor')).toEqual(texts);
    const sessions = await Promise.all((await relay.sessions()).map((session) => relay.heardFrom(session)));
    expect(sessions.filter((heard) => heard.length > 0 && heard.some((text) => texts.includes(text)))).toContainEqual(texts);
  });
});

test.describe('a browser that refuses storage', () => {
  const REFUSALS = {
    'every access throws': () => {
      const refuse = () => { throw new DOMException('The operation is insecure.', 'SecurityError'); };
      for (const name of ['localStorage', 'sessionStorage', 'indexedDB']) Object.defineProperty(window, name, { get: refuse });
    },
    'there is no room': () => {
      Storage.prototype.setItem = () => { throw new DOMException('The quota has been exceeded.', 'QuotaExceededError'); };
      IDBFactory.prototype.open = () => { throw new DOMException('The quota has been exceeded.', 'QuotaExceededError'); };
    },
    'there is none': () => {
      for (const name of ['localStorage', 'sessionStorage', 'indexedDB']) Object.defineProperty(window, name, { value: null });
    },
  };
  for (const [name, refusal] of Object.entries(REFUSALS)) {
    test(`${name}: the conversation lives as long as the page`, async ({ host, page, context, widget, options, relay }) => {
      await context.addInitScript(refusal);
      await host({ body: body(options) });
      await widget.open();
      await widget.converse('in memory');
      await relay.command('close-sockets', { code: 1012 });
      await widget.connection('backoff');
      await widget.say('after the line was cut');
      await widget.sent('after the line was cut');
      expect(await relay.heardFrom(await widget.session())).toEqual(['in memory', 'after the line was cut']);
      expect(await widget.texts('visitor')).toEqual(['in memory', 'after the line was cut']);
      await page.reload();
      await widget.open();
      await widget.connection('live');
      expect(await widget.texts()).toEqual([]);
      await widget.converse('a new one');
    });
  }

  test('storage that fills up later: what is said goes on', async ({ host, page, widget, options, relay }) => {
    await host({ body: body(options) });
    await widget.open();
    await widget.converse('while there was room');
    await page.evaluate(() => {
      Storage.prototype.setItem = () => { throw new DOMException('The quota has been exceeded.', 'QuotaExceededError'); };
      IDBObjectStore.prototype.put = () => { throw new DOMException('The quota has been exceeded.', 'QuotaExceededError'); };
    });
    await widget.converse('and without');
    await widget.converse('and again');
    expect(await relay.heardFrom(await widget.session())).toEqual(['while there was room', 'and without', 'and again']);
  });
});

test('a stored conversation that cannot be read is put aside', async ({ host, page, widget, options }) => {
  await host({ body: body(options) });
  await widget.open();
  await widget.converse('before');
  await page.evaluate(() => { for (const name of Object.keys(localStorage)) localStorage.setItem(name, '{"version":1,"broken'); });
  const warned = page.waitForEvent('console', (message) => message.type() === 'warning' && message.text().includes('visavis'));
  await page.reload();
  await warned;
  await widget.open();
  await widget.converse('after');
  await page.reload();
  await widget.open();
  await widget.says('bot', 'You said: after');
});
