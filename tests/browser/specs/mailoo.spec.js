import { picture } from '../stage/picture.js';
import { expect, test } from '../stage/test.js';
import { Widget } from '../stage/widget.js';
import { violations } from '../stage/accessible.js';

const KEY = 'mailoo_dev_key';
const SHOP = '/?backend=mailoo&mode=docked';

/** The shop with the site's own chat, and the first message sent. */
async function visit(page, text) {
  await page.goto(SHOP);
  const widget = new Widget(page.locator('#dock'));
  await expect(widget.log).toContainText('Write to us');
  await widget.say(text);
  await widget.sent(text);
  return widget;
}

/** The id of the conversation that begins with this text. */
async function conversation(mailoo, text) {
  for (const id of await mailoo.sessions()) {
    const [first] = await mailoo.transcript(id);
    if (first?.content === text) return id;
  }
  throw new Error(`no conversation begins with ${text}`);
}

test('a visitor and an operator talk through the site; an answer is there at once', async ({ page, mailoo }) => {
  const widget = await visit(page, 'Is the lamp in stock?');
  const id = await conversation(mailoo, 'Is the lamp in stock?');
  await expect.poll(async () => (await mailoo.counts()).sockets_open).toBeGreaterThan(0);
  await mailoo.operate(id, 'reply', { text: 'Two are left' });
  await widget.says('agent', 'Two are left');
  await widget.say('I take one');
  await widget.sent('I take one');
  expect(await violations(page)).toEqual([]);
  await picture(page, 'shop-mailoo');
  await page.reload();
  await widget.says('agent', 'Two are left');
  expect(await widget.texts('visitor')).toEqual(['Is the lamp in stock?', 'I take one']);
  expect((await mailoo.transcript(id)).map(({ content }) => content)).toEqual(['Is the lamp in stock?', 'Two are left', 'I take one']);
});

test('where the socket is refused the conversation is polled', async ({ page, mailoo }) => {
  await mailoo.command('refuse-sockets', { status: 403 });
  const widget = await visit(page, 'No socket today');
  await mailoo.operate(await conversation(mailoo, 'No socket today'), 'reply', { text: 'Still here' });
  await widget.says('agent', 'Still here');
});

test('a push that says only that something changed brings the message', async ({ page, mailoo }) => {
  await mailoo.command('push-shape', { shape: 'unknown' });
  const widget = await visit(page, 'Guess what');
  await expect.poll(async () => (await mailoo.counts()).sockets_open).toBeGreaterThan(0);
  await mailoo.operate(await conversation(mailoo, 'Guess what'), 'reply', { text: 'Tell me' });
  await widget.says('agent', 'Tell me');
});

test('pushes that never come are made up for by the next look', async ({ page, mailoo }) => {
  test.setTimeout(120_000);
  const widget = await visit(page, 'Anybody?');
  await expect.poll(async () => (await mailoo.counts()).sockets_open).toBeGreaterThan(0);
  await mailoo.command('lose-pushes');
  await mailoo.operate(await conversation(mailoo, 'Anybody?'), 'reply', { text: 'Sorry to keep you waiting' });
  // Beside a socket the widget looks once a minute.
  await expect(widget.message('agent', 'Sorry to keep you waiting')).toBeVisible({ timeout: 75_000 });
});

test('whoever is signed in at the site has a name in the console', async ({ page, mailoo }) => {
  await page.goto(SHOP);
  await page.getByRole('button', { name: 'Sign in as Ada' }).click();
  await expect(page.getByRole('button', { name: 'Sign out Ada' })).toBeVisible();
  const widget = new Widget(page.locator('#dock'));
  await widget.say('It is me');
  await widget.sent('It is me');
  const id = await conversation(mailoo, 'It is me');
  await page.goto(`/operator.html`);
  await expect(page.getByText('Ada').first()).toBeVisible();
  await picture(page, 'console-mailoo');
  expect((await mailoo.transcript(id))[0].senderName).toBe('Ada');
});

test('the key never comes near the browser, and a foreign conversation stays closed', async ({ page, request, mailoo }) => {
  const seen = [];
  page.on('request', (sent) => seen.push(sent.url(), JSON.stringify(sent.headers()), sent.postData() ?? ''));
  page.on('response', async (answer) => {
    seen.push(JSON.stringify(answer.headers()));
    seen.push(await answer.text().catch(() => ''));
  });
  page.on('websocket', (socket) => {
    seen.push(socket.url());
    for (const way of ['framesent', 'framereceived']) socket.on(way, ({ payload }) => seen.push(String(payload)));
  });
  const widget = await visit(page, 'Top secret');
  const id = await conversation(mailoo, 'Top secret');
  await expect.poll(async () => (await mailoo.counts()).sockets_open).toBeGreaterThan(0);
  await mailoo.operate(id, 'reply', { text: 'Understood' });
  await widget.says('agent', 'Understood');
  const all = seen.join('\n');
  expect(all, 'the scan sees what goes to and fro').toContain(id);
  expect(all).toContain('Understood');
  expect(all).not.toContain(KEY);

  const foreign = await request.get(`/api/v1/webhooks/chat/messages?sessionPublicId=${id}`);
  expect(foreign.status()).toBe(404);
  const own = await page.evaluate(async (session) => (await fetch(`/api/v1/webhooks/chat/messages?sessionPublicId=${session}`)).status, id);
  expect(own).toBe(200);
});
