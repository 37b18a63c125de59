import { built, expect, test } from '../stage/application.js';
import { start } from '../stage/process.js';

const SAMPLE = { baseUrl: '$BASE_URL', publicKey: 'pk_...' };

test('the documentation’s sample of ChatClient and WSClient, with only the import changed', async ({ page, options, relay, serve }) => {
  const said = [];
  page.on('console', async (message) => said.push([message.text().split(' ')[0], await message.args()[1]?.jsonValue()]));
  // What the sample leaves to its reader; the tenant's id in it is the demo's.
  const origin = await serve('plain/dist', { replaced: { [SAMPLE.baseUrl]: options.baseUrl, [SAMPLE.publicKey]: options.publicKey } });
  await page.goto(`${origin}/protocol.html`);
  const heard = (name) => said.filter(([word]) => word === name).map(([, frame]) => frame);
  await expect.poll(() => heard('msg').length).toBeGreaterThan(0);
  const [welcome] = heard('welcome');
  expect(welcome).toMatchObject({ type: 'welcome', session_id: expect.any(String) });
  expect(heard('msg').at(-1)).toMatchObject({ type: 'msg', content: expect.stringContaining('order') });
  expect(heard('proto')).toEqual([]);
  expect(await relay.heardFrom(welcome.session_id)).toEqual(['Where is my order?']);
  expect((await relay.counts()).sockets_open).toBe(1);
});

test('the conversation without an interface', async ({ page, relay, serve, widget }) => {
  const earlier = await relay.sessions();
  const origin = await serve('plain/dist');
  await page.goto(`${origin}/headless.html`);
  await page.getByRole('button', { name: 'send' }).click();
  const list = page.locator('ol');
  await expect(list).toContainText('bot: You said: blue without an interface');
  const [session] = (await relay.sessions()).filter((id) => !earlier.includes(id));
  expect(await page.evaluate(() => customElements.get('visavis-launcher') === undefined)).toBe(true);
  await expect(page.locator('output')).toHaveText('1');
  await page.getByRole('button', { name: 'open' }).click();
  await expect(page.locator('output')).toHaveText('0');
  await relay.operate(session, 'reply', { text: 'seen at once' });
  await expect(list).toContainText('agent: seen at once');
  await expect(page.locator('output')).toHaveText('0');
  await page.getByRole('button', { name: 'close' }).click();
  await relay.operate(session, 'reply', { text: 'not seen' });
  await expect(page.locator('output')).toHaveText('1');
  expect((await relay.counts()).sockets_open).toBe(1);

  await page.reload();
  await expect(list).toContainText('agent: not seen');
  await page.getByRole('button', { name: 'end', exact: true }).click();
  await expect.poll(async () => (await relay.counts()).sockets_open).toBe(0);
  expect(await widget.holdings()).toMatchObject({ openSockets: 0, timers: 0, widgetNodes: 0 });
});

test('in Vite’s development server', async ({ page, widget, options }) => {
  const server = await start(built('plain'), 'vite/bin/vite.js', ['--host', '127.0.0.1', '--strictPort']);
  try {
    await page.route('**/options.js', (route) => route.fulfill({ contentType: 'text/javascript', body: `window.chatOptions = ${JSON.stringify(options)}` }));
    await page.goto(server.origin);
    await widget.open();
    await widget.converse('blue in development');
  } finally {
    await server.stop();
  }
});
