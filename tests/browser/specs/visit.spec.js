import { violations } from '../stage/accessible.js';
import { chatOf, introduce, somebody } from '../stage/guest.js';
import { element, LIBRARY, scriptTag } from '../stage/host.js';
import { picture } from '../stage/picture.js';
import { expect, test } from '../stage/test.js';

const OPENERS = ['Hello! Where is my order?', 'What are your opening hours?'];

test('nobody is there: a message is left, and nothing typed is lost when it cannot be sent', async ({ host, page, widget, gateway, gatewayOptions }) => {
  await gateway.set('status', 'offline', 'online');
  await host({ body: scriptTag(gatewayOptions) });
  await widget.launcher.click();
  await expect(widget.root.getByText('We are away. Leave us a message.')).toBeVisible();
  await expect(widget.part('composer')).toBeHidden();
  // The form before a conversation may wait behind the one that is shown.
  const form = widget.part('form').filter({ visible: true });
  await expect(form.getByLabel(/Name/)).toBeFocused();
  const { email } = somebody();
  const words = `Please call me back, ${email}`;
  await form.getByRole('button', { name: 'Send message' }).click();
  await expect(form.getByLabel('E-mail')).toBeFocused();
  await form.getByLabel('E-mail').fill(email);
  await form.getByRole('button', { name: 'Send message' }).click();
  await expect(form.getByLabel('Your message')).toBeFocused();
  await expect(form.getByText('Please write a message.')).toBeVisible();
  await form.getByLabel('Your message').fill(words);
  await gateway.command('fail-http', { route: 'contact_form', fault: { kind: 'status', status: 503 }, times: 1 });
  await form.getByRole('button', { name: 'Send message' }).click();
  await expect(form.getByRole('alert')).toContainText('It is still here');
  await widget.part('close-button').click();
  await widget.launcher.click();
  await expect(form.getByLabel('Your message')).toHaveValue(words);
  await page.reload();
  await widget.launcher.click();
  await expect(form.getByLabel('Your message')).toHaveValue(words);
  await form.getByRole('button', { name: 'Send message' }).click();
  await expect(widget.root.getByText('Thank you!')).toBeVisible();
  const forms = JSON.stringify(await gateway.contactForms());
  expect(forms.split(words)).toHaveLength(2);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(form.getByLabel('Your message')).toBeFocused();
  await expect(form.getByLabel('Your message')).toHaveValue('');
  await expect(form.getByLabel('E-mail')).toHaveValue(email);
});

test('settings that come late change the form, and not what was typed', async ({ host, page, widget, gateway, gatewayOptions }) => {
  const before = { name: true, email: true, phone: false, comments: false };
  await gateway.set('registrationFields', { name: true, email: true, phone: true, comments: false }, before);
  let answer;
  const held = new Promise((resolve) => { answer = resolve; });
  await page.route(/chat-config/, async (route) => {
    await held;
    await route.continue();
  });
  await host({ body: scriptTag(gatewayOptions) });
  await widget.launcher.click();
  const form = widget.part('form');
  await form.getByLabel('Name').fill('Alice');
  await form.getByLabel('E-mail').fill('alice@');
  answer();
  await expect(form.getByLabel(/Phone/)).toBeVisible();
  await expect(form.getByLabel('Name')).toHaveValue('Alice');
  await expect(form.getByLabel('E-mail')).toHaveValue('alice@');
});

test('nobody is there and no message is taken: only the site’s words', async ({ host, widget, gateway, gatewayOptions }) => {
  const before = { showForm: true, message: 'We are away. Leave us a message.' };
  await gateway.set('status', 'offline', 'online');
  await gateway.set('offline', { showForm: false, message: 'Back on Monday.' }, before);
  await host({ body: scriptTag(gatewayOptions) });
  await widget.launcher.click();
  await expect(widget.root.getByText('Back on Monday.')).toBeVisible();
  await expect(widget.part('form').filter({ visible: true })).toHaveCount(0);
  await expect(widget.part('composer')).toBeHidden();
});

test('a day that is not worked on is a day when nobody is there', async ({ host, widget, gateway, gatewayOptions }) => {
  const tomorrow = new Date(Date.now() + 2 * 86_400_000).toLocaleDateString('en', { weekday: 'long', timeZone: 'UTC' });
  await gateway.set('availability', { allTimes: false, workDays: [tomorrow] }, { allTimes: true, workDays: [] });
  await host({ body: scriptTag(gatewayOptions) });
  await widget.launcher.click();
  await expect(widget.root.getByRole('heading', { name: 'Nobody is here right now' })).toBeVisible();
});

test('before anybody wrote: one of the greetings, the people, and a header made of a short list of elements', async ({ host, page, widget, gateway, gatewayOptions }) => {
  const header = '<h2>Ask us</h2><p onclick="x()">Or <em>read</em> our <a href="https://shop.example/help" onmouseover="y()">help</a>, '
    + '<a href="javascript:z()">here</a>.<img src=x onerror=alert(1)><script>alert(2)</script></p>';
  await gateway.set('headerContent', header, '<strong>Boutique</strong>');
  await host({ body: scriptTag({ ...gatewayOptions, user: JSON.stringify(somebody()) }) });
  await page.routeWebSocket(/socket\.io/, () => {});
  await widget.open();
  const shown = widget.root.locator('.welcome');
  await expect(shown.locator('.bubble')).toContainText(new RegExp(OPENERS.map((text) => text.replace('?', '\\?')).join('|')));
  await expect(shown.getByRole('list', { name: 'Our team' }).getByRole('listitem')).toHaveText([/Jane.*Billing/, /Omar.*Returns/]);
  const site = shown.locator('.site-header');
  await expect(site.locator('strong')).toHaveText('Ask us');
  await expect(site.locator('em')).toHaveText('read');
  await expect(site.getByRole('link')).toHaveCount(1);
  await expect(site.getByRole('link', { name: 'help' })).toHaveAttribute('href', 'https://shop.example/help');
  await expect(site.getByRole('link')).toHaveAttribute('rel', /noopener/);
  expect(await site.locator('*').evaluateAll((all) => [...new Set(all.map(({ localName }) => localName))].sort())).toEqual(['a', 'br', 'em', 'p', 'strong']);
  expect(await site.innerText()).not.toContain('alert');
});

test('questions and answers: an address at the end of the thread, and the assistant alone', async ({ host, widget, gateway, gatewayOptions }) => {
  await gateway.set('template', 'qa', 'default');
  await host({ body: scriptTag(gatewayOptions) });
  await widget.launcher.click();
  const gate = widget.part('form');
  await expect(gate.getByRole('textbox')).toHaveCount(1);
  await expect(gate.getByRole('textbox')).toBeFocused();
  await expect(widget.root.locator('.welcome')).toBeVisible();
  await gate.getByRole('button', { name: 'Continue' }).click();
  await expect(gate.getByText('Please enter your e-mail address.')).toBeVisible();
  await gate.getByRole('textbox').fill(somebody().email);
  await gate.getByRole('button', { name: 'Continue' }).click();
  await expect(widget.field).toBeFocused();
  await widget.converse('blue');
  await expect(widget.part('agent-button')).toHaveCount(0);
});

test('the end: asked for, thought better of, and then with a transcript', async ({ host, page, widget, gateway, gatewayOptions }) => {
  await host({ body: scriptTag(gatewayOptions) });
  const { email } = await introduce(widget);
  await widget.converse('blue');
  const end = widget.part('end-button');
  await end.click();
  const card = widget.root.getByRole('group', { name: 'End this chat?' });
  await expect(card.getByRole('button', { name: 'End chat' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(card).toHaveCount(0);
  await expect(end).toBeFocused();
  await expect(widget.panel).toHaveAttribute('data-state', 'open');
  await page.keyboard.press('Enter');
  await card.getByLabel('Send me a transcript by e-mail').check();
  await expect(card.getByLabel('E-mail for the transcript')).toHaveValue(email);
  await card.getByLabel('E-mail for the transcript').fill('nobody');
  await card.getByRole('button', { name: 'End chat' }).click();
  await expect(card.getByLabel('E-mail for the transcript')).toBeFocused();
  await expect(card.getByRole('alert')).toContainText('e-mail address');
  await card.getByLabel('E-mail for the transcript').fill(email);
  await card.getByRole('button', { name: 'End chat' }).click();
  await widget.heard('command', { name: 'close-chat', ok: true });
  await expect(card).toHaveCount(0);
  await expect(widget.field).toBeFocused();
  await expect(widget.root.getByText('This chat has ended.')).toBeVisible();
  await expect(end).toHaveCount(0);
  await widget.converse('once more');
  await expect(widget.root.getByText('This chat has ended.')).toHaveCount(0);
});

test('whoever moves through the site is followed', async ({ host, page, widget, gateway, gatewayOptions }) => {
  await host({ body: scriptTag(gatewayOptions) });
  const guest = await introduce(widget);
  await widget.converse('blue');
  await page.evaluate(() => {
    history.pushState(null, '', '/host/basket?step=1');
    history.pushState(null, '', '/host/basket?step=2');
    document.title = 'Your basket';
  });
  const chat = await chatOf(gateway, guest);
  await expect.poll(async () => (await gateway.conversation(chat)).page?.url).toContain('/host/basket?step=2');
  expect((await gateway.conversation(chat)).page.title).toBe('Your basket');
});

test('French', async ({ host, widget, gatewayOptions, gateway: _ }) => {
  await host({ body: scriptTag({ ...gatewayOptions, locale: 'fr' }), lang: 'fr' });
  await widget.launcher.click();
  const form = widget.part('form');
  await expect(form.getByRole('heading', { name: 'Avant de commencer' })).toBeVisible();
  await form.getByRole('button', { name: 'Commencer la discussion' }).click();
  await expect(form.getByText('Merci d’indiquer votre nom.')).toBeVisible();
});

test('a thread in the page: the form in its place, then the conversation', async ({ host, page, widget, gatewayOptions, gateway: _ }) => {
  await page.route('**/host/box.css', (route) => route.fulfill({ contentType: 'text/css', body: '#box { height: 520px; max-width: 420px }' }));
  await host({ head: '<link rel="stylesheet" href="/host/box.css">', body: `<div id="box">${element('visavis-thread', gatewayOptions)}</div>${LIBRARY}` });
  await widget.field.click();
  const form = widget.part('form');
  await expect(form.getByLabel('Name')).toBeFocused();
  const { name, email } = somebody();
  await form.getByLabel('Name').fill(name);
  await form.getByLabel('E-mail').fill(email);
  await page.keyboard.press('Enter');
  await expect(widget.field).toBeFocused();
  await widget.converse('blue');
  await expect(widget.part('end-button')).toBeVisible();
});

test('under the strictest policy nothing is refused', async ({ host, page, widget, gateway, gatewayOptions, stand }) => {
  const policy = `default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; `
    + `connect-src 'self' ${gateway.url} ${gateway.url.replace('http', 'ws')}; require-trusted-types-for 'script'`;
  await host({ body: scriptTag(gatewayOptions), policy });
  const guest = await introduce(widget);
  await widget.converse('blue');
  await widget.root.getByRole('button', { name: 'Talk to a person' }).click();
  await expect(widget.part('queue')).toBeVisible();
  await gateway.operate(await chatOf(gateway, guest), 'take');
  await widget.part('end-button').click();
  await widget.root.getByRole('button', { name: 'Keep chatting' }).click();
  expect(await page.evaluate(() => window.probes.violations)).toEqual([]);
  expect(stand.origin).not.toBe(gateway.url);
});
