import { built, expect, test as base } from '../stage/application.js';
import { start } from '../stage/process.js';

const KEY = 'mailoo_dev_key';
const WELCOME = 'Hello! Write to us.';

/** The example of the guide, as a site would run it: with the key in its environment, and nowhere else. */
const test = base.extend({
  server: [
    async ({ demo }, use) => {
      const server = await start(built('mailoo'), 'next/dist/bin/next', ['start'], {
        MAILOO_CHAT_INTEGRATION_API: demo.mailoo.url,
        MAILOO_CHAT_INTEGRATION_API_KEY: KEY,
        MAILOO_CHAT_INTEGRATION_PROJECT_UID: 'mailoo-website',
        MAILOO_CHAT_INTEGRATION_ID: 'mailoo_dev_chat_integration',
        MAILOO_CHAT_WELCOME_MESSAGE: WELCOME,
      });
      await use(server);
      await server.stop();
    },
    { scope: 'worker' },
  ],

  /** Everything that the browser was sent: addresses, headers, bodies, frames. */
  received: [
    async ({ page }, use) => {
      const texts = [];
      const reading = [];
      page.on('response', (response) => {
        texts.push(response.url(), JSON.stringify(response.headers()));
        reading.push(response.body().then((body) => texts.push(body.toString('latin1')), () => {}));
      });
      page.on('websocket', (socket) => {
        texts.push(socket.url());
        socket.on('framereceived', ({ payload }) => texts.push(String(payload)));
      });
      await use(async () => {
        await Promise.all(reading);
        return texts.join('\n');
      });
    },
    { auto: true },
  ],
});

async function conversation(mailoo, text) {
  for (const id of await mailoo.sessions()) {
    const [first] = await mailoo.transcript(id);
    if (first?.content === text) return id;
  }
  throw new Error(`no conversation begins with ${text}`);
}

test('a visitor and an operator talk through the Next.js site, and the key never leaves it', async ({ page, server, mailoo, widget, received }) => {
  await page.goto(server.origin);
  await widget.open();
  await expect(widget.log).toContainText(WELCOME);
  await widget.say('Is the lamp in stock?');
  await widget.sent('Is the lamp in stock?');
  const id = await conversation(mailoo, 'Is the lamp in stock?');
  await expect.poll(async () => (await mailoo.counts()).sockets_open).toBeGreaterThan(0);
  await mailoo.operate(id, 'reply', { text: 'Two are left' });
  await widget.says('agent', 'Two are left');

  await page.getByRole('link', { name: 'About us' }).click();
  await expect(page.locator('h1')).toHaveText('About us');
  await widget.say('I take one');
  await widget.sent('I take one');
  expect(await widget.texts('visitor')).toEqual(['Is the lamp in stock?', 'I take one']);
  expect((await mailoo.transcript(id)).map(({ content }) => content)).toEqual(['Is the lamp in stock?', 'Two are left', 'I take one']);

  await page.reload();
  await widget.open();
  await widget.says('agent', 'Two are left');

  const everything = await received();
  expect(everything).toContain('Two are left');
  expect(everything).toContain('WebAssembly');
  expect(everything).not.toContain(KEY);
  expect(server.said()).not.toContain(KEY);
});

test('a session id of somebody else opens nothing', async ({ page, server, mailoo, widget, browser }) => {
  await page.goto(server.origin);
  await widget.open();
  await widget.say('This is between us');
  await widget.sent('This is between us');
  const id = await conversation(mailoo, 'This is between us');
  const ask = (page) =>
    page.evaluate(async (id) => {
      const read = await fetch(`/api/v1/webhooks/chat/messages?sessionPublicId=${id}`);
      const write = await fetch('/api/v1/webhooks/chat/submit', {
        method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ content: 'It is me', sessionPublicId: id }),
      });
      return { statuses: [read.status, write.status], texts: (await read.text()) + (await write.text()) };
    }, id);
  const stranger = await browser.newContext();
  const theirs = await stranger.newPage();
  await theirs.goto(server.origin);
  const refused = await ask(theirs);
  expect(refused.statuses).toEqual([404, 404]);
  expect(refused.texts).not.toContain('This is between us');
  await stranger.close();
  expect((await mailoo.transcript(id)).map(({ content }) => content)).toEqual(['This is between us']);
  expect((await ask(page)).statuses).toEqual([200, 200]);
});

test('another site’s page cannot write in a visitor’s name', async ({ page, server, mailoo, widget, serve }) => {
  await page.goto(server.origin);
  await widget.open();
  await widget.say('My own words');
  await widget.sent('My own words');
  const id = await conversation(mailoo, 'My own words');
  const answer = await fetch(`${server.origin}/api/v1/webhooks/chat/submit`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: await serve('plain/dist') },
    body: JSON.stringify({ content: 'Not my words', sessionPublicId: id }),
  });
  expect(answer.status).toBe(403);
  expect(await mailoo.transcript(id)).toHaveLength(1);
});
