import { scriptTag } from '../stage/host.js';
import { fillIn, introduce, somebody } from '../stage/guest.js';
import { expect, test } from '../stage/test.js';
import { Widget } from '../stage/widget.js';

for (const dialect of ['gateway', 'seed']) {
  test(`a guest fills the form in, asks, and the assistant answers: ${dialect}`, async ({ host, widget, gateway, gatewayOptions }) => {
    await gateway.command('dialect', { dialect });
    await host({ body: scriptTag(gatewayOptions) });
    await introduce(widget);
    await widget.says('bot', 'I am Iris');
    await widget.converse('blue');
    // The bubble has the whole text a moment before the stream's end is told.
    await widget.heard('stream', { kind: 'end', text: 'You said: blue' });
    const kinds = (await widget.events('stream')).map(({ detail }) => detail.kind);
    expect(kinds[0]).toBe('start');
    expect(kinds.at(-1)).toBe('end');
    expect(kinds.filter((kind) => kind === 'chunk').length).toBeGreaterThan(1);
    expect(await widget.texts('bot')).toHaveLength(2);
    await expect(widget.root.locator('.author')).toHaveText(['Iris', 'Iris']);
    await gateway.command('dialect', { dialect: 'gateway' });
  });
}

test('a dialect that the page names is spoken from the first frame', async ({ host, widget, gateway, gatewayOptions }) => {
  await gateway.command('dialect', { dialect: 'seed' });
  await host({ body: scriptTag({ ...gatewayOptions, dialect: 'seed' }) });
  await introduce(widget);
  await widget.converse('green');
  await gateway.command('dialect', { dialect: 'gateway' });
});

test('the form says in words what is missing, and keeps what was typed', async ({ host, page, widget, gateway, gatewayOptions }) => {
  await host({ body: scriptTag(gatewayOptions) });
  await widget.launcher.click();
  const form = widget.part('form');
  const [name, email] = [form.getByLabel('Name'), form.getByLabel('E-mail')];
  await expect(name).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(form.getByText('Please tell us your name.')).toBeVisible();
  await expect(name).toHaveAttribute('aria-invalid', 'true');
  await expect(name).toHaveAccessibleDescription('Please tell us your name.');
  await expect(name).toBeFocused();
  await name.fill('Alice');
  await expect(name).toHaveAttribute('aria-invalid', 'false');
  await email.fill('alice at home');
  await page.keyboard.press('Enter');
  await expect(form.getByText(/does not look like an e-mail/)).toBeVisible();
  await expect(email).toBeFocused();
  await gateway.command('fail-http', { route: 'register_guest', fault: { kind: 'status', status: 422 }, times: 1 });
  await email.fill(somebody().email);
  await page.keyboard.press('Enter');
  await expect(form.getByRole('alert')).not.toBeEmpty();
  await expect(name).toHaveValue('Alice');
  await form.getByRole('button', { name: 'Start the chat' }).click();
  await expect(widget.field).toBeFocused();
  await widget.converse('blue');
});

test('fields are those of the settings, and a comment becomes the first message', async ({ host, widget, gateway, gatewayOptions }) => {
  const before = { name: true, email: true, phone: false, comments: false };
  await gateway.set('registrationFields', { name: false, email: true, phone: true, comments: true }, before);
  await host({ body: scriptTag(gatewayOptions) });
  await widget.launcher.click();
  const form = widget.part('form');
  await expect(form.getByLabel('E-mail')).toBeFocused();
  await expect(form.getByLabel('Name')).toHaveCount(0);
  await expect(form.getByLabel(/Phone/)).toBeVisible();
  await form.getByLabel(/How can we help/).fill('Is the lamp in stock?');
  await fillIn(widget, somebody());
  await widget.sent('Is the lamp in stock?');
});

test('a guest who comes back is not asked again', async ({ host, page, widget, gatewayOptions, gateway: _ }) => {
  await host({ body: scriptTag(gatewayOptions) });
  await introduce(widget);
  await widget.converse('blue');
  await page.reload();
  await widget.open();
  await widget.says('bot', 'You said: blue');
  await expect(widget.part('form')).toHaveCount(0);
  await widget.converse('green');
});

test('whoever is signed in at the site sees no form', async ({ host, page, widget, gateway, gatewayOptions }) => {
  const { name, email } = somebody();
  const token = await gateway.mintToken(email, name);
  await host({ body: '<script src="/visavis.js"></script>' });
  await page.evaluate(async ([options, user, token]) => {
    window.asked = 0;
    const give = (value) => () => {
      window.asked += 1;
      return Promise.resolve(value);
    };
    window.chat = await window.Visavis.init({ ...options, load: 'eager', user: give(user), token: give(token) });
  }, [gatewayOptions, { name, email }, token]);
  await widget.open();
  await widget.converse('blue');
  await expect(widget.part('form')).toHaveCount(0);
  expect(await page.evaluate(() => window.asked)).toBe(2);
});

test('a user without a token is a guest whose form is filled in', async ({ host, widget, gatewayOptions, gateway: _ }) => {
  await host({ body: scriptTag({ ...gatewayOptions, user: JSON.stringify(somebody()) }) });
  await widget.open();
  await widget.converse('blue');
  await expect(widget.part('form')).toHaveCount(0);
});

const MISTAKES = [
  [{ orgId: undefined }, 'data-org-id', /organisation/],
  [{ configId: ' ' }, 'data-config-id', /configuration/],
  [{ baseUrl: 'gateway' }, 'data-base-url', /https:\/\//],
  [{ dialect: 'latin' }, 'data-dialect', /auto.*gateway.*seed/],
  [{ namespace: 'chat' }, 'data-namespace', /\/chat/],
  [{ user: '{"name":"Alice"}' }, 'user', /email/],
  [{ token: 'abc' }, 'data-user', /email/],
];

for (const [mistake, name, expected] of MISTAKES) {
  test(`one clear error for ${JSON.stringify(mistake)}`, async ({ host, page, gatewayOptions, complaints }) => {
    complaints.expect(/visavis/);
    const options = Object.entries({ ...gatewayOptions, ...mistake }).filter(([, value]) => value !== undefined);
    await host({ body: scriptTag(Object.fromEntries(options)) });
    await expect.poll(() => complaints.heard.length).toBe(1);
    expect(complaints.heard[0]).toContain(name);
    expect(complaints.heard[0]).toMatch(expected);
    await expect(page.locator('[part~="launcher-button"]')).toHaveCount(0);
  });
}

test('the demo page switches between the back ends, and remembers which', async ({ page, relay: _, gateway: __ }) => {
  // The launcher from before stays until the other one takes its place.
  const speak = async (name, backend) => {
    await page.getByRole('radio', { name }).check();
    await expect(page.locator('visavis-launcher')).toHaveAttribute('backend', backend);
  };
  await page.goto('/');
  const widget = new Widget(page);
  await widget.open();
  await widget.converse('to the relay');
  await speak('Gateway', 'appengine');
  expect(page.url()).toContain('backend=appengine');
  await introduce(widget);
  await widget.converse('to the gateway');
  expect(await widget.texts('visitor')).toEqual(['to the gateway']);
  await page.reload();
  await expect(page.getByRole('radio', { name: 'Gateway' })).toBeChecked();
  await widget.open();
  await widget.says('bot', 'You said: to the gateway');
  await speak('Relay', 'bloonio');
  await widget.open();
  await widget.says('bot', 'You said: to the relay');
  expect(page.url()).not.toContain('backend=');
});
