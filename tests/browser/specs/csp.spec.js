import { element, LIBRARY, scriptTag } from '../stage/host.js';
import { expect, test } from '../stage/test.js';
import { Widget } from '../stage/widget.js';

/** The strictest policy that the widget promises to run under, for this relay. */
function strict(relay, { script = "'self' 'wasm-unsafe-eval'", more = '' } = {}) {
  const connect = `connect-src 'self' ${relay.url} ${relay.url.replace('http', 'ws')}`;
  return `default-src 'self'; script-src ${script}; style-src 'self'; ${connect}; require-trusted-types-for 'script'${more}`;
}

const violations = (page) => page.evaluate(() => window.probes.violations);

/** Everything that draws something: panel, answers with formatting, typing, badge, notices, troubles. */
async function liveALittle(widget, relay) {
  await widget.open();
  await widget.converse('blue');
  await widget.say('How much is shipping?');
  await widget.says('bot', 'Shipping is');
  await widget.say('Where is my order 1002?');
  await expect(widget.message('bot', 'Order 1002').getByRole('link')).toBeVisible();
  const session = await widget.session();
  await relay.operate(session, 'typing', { state: 'start' });
  await expect(widget.part('typing')).toBeVisible();
  await relay.operate(session, 'reply', { text: '<b>not bold</b> **bold** `code`' });
  await widget.says('agent', '<b>not bold</b>');
  await widget.field.fill('several\nlines\nmake\nit\ngrow');
  await widget.field.press('Enter');
  await widget.part('close-button').click();
  await relay.say(session, 'Unread.');
  await expect(widget.part('badge')).toBeVisible();
  await relay.command('refuse-sockets', { code: 1013 });
  await relay.command('close-sockets', { code: 1013 });
  await widget.launcher.click();
  await expect(widget.status).toBeVisible();
  await relay.command('clear-faults');
}

for (const [name, more] of [
  ['and Trusted Types', ''],
  ['and no Trusted Types policy at all', "; trusted-types 'none'"],
]) {
  test(`under the strict policy ${name} nothing is refused`, async ({ host, page, widget, options, relay }) => {
    await host({ policy: strict(relay, { more }), body: scriptTag(options) });
    await liveALittle(widget, relay);
    expect(await violations(page)).toEqual([]);
  });

  test(`docked and thread, ${name}`, async ({ host, page, options, relay }) => {
    const body = `${element('visavis-panel', options, 'mode="docked"')}${element('visavis-thread', options)}${LIBRARY}`;
    await host({ policy: strict(relay, { more }), body });
    const panel = new Widget(page.locator('visavis-panel'));
    await panel.converse('docked');
    await new Widget(page.locator('visavis-thread')).says('bot', 'You said: docked');
    expect(await violations(page)).toEqual([]);
  });
}

test('the site’s own strict page counts no violation', async ({ page, widget, relay }) => {
  const answer = await page.goto('/strict-csp.html');
  const policy = answer.headers()['content-security-policy'];
  for (const directive of ["script-src 'self' 'wasm-unsafe-eval'", "style-src 'self'", "require-trusted-types-for 'script'"]) {
    expect(policy).toContain(directive);
  }
  expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'/);
  await liveALittle(widget, relay);
  await expect(page.locator('#count')).toHaveText('0');
  expect(await violations(page)).toEqual([]);
});

test('styles are there under the strict policy', async ({ host, widget, options, relay }) => {
  await host({ policy: strict(relay), body: scriptTag(options) });
  await widget.open();
  const looks = await widget.panel.evaluate((panel) => ({ position: getComputedStyle(panel).position, radius: getComputedStyle(panel).borderRadius }));
  expect(looks.position).toMatch(/fixed|absolute/);
  expect(looks.radius).not.toBe('0px');
});

test('a host that refuses WebAssembly: one word in the console, and a launcher that says so', async ({ host, page, widget, options, relay, complaints }) => {
  complaints.expect(/./);
  await host({ policy: strict(relay, { script: "'self'" }), body: scriptTag(options) });
  await widget.launcher.click();
  await expect(widget.launcher).toHaveAccessibleName(/unavailable/i);
  await expect(page.getByText(/unavailable/i).first()).toBeVisible();
  await expect(widget.panel).toBeHidden();
  await widget.launcher.click();
  await page.waitForTimeout(500);
  const own = complaints.heard.filter((text) => text.includes('visavis:'));
  expect(own).toHaveLength(1);
  expect(own[0]).toContain("'wasm-unsafe-eval'");
  expect(complaints.heard.filter((text) => text.startsWith('uncaught'))).toEqual([]);
});

test('a host that refuses the relay: the line says that there is no connection, and the page goes on', async ({ host, widget, options, relay, complaints }) => {
  complaints.expect(/./);
  await host({ policy: strict(relay).replace(/connect-src [^;]+/, "connect-src 'self'"), body: scriptTag(options) });
  await widget.open();
  await expect(widget.status).toBeVisible();
  await widget.say('blue?');
  await expect(widget.message('visitor', 'blue?')).toHaveAttribute('data-status', 'pending');
  expect(complaints.heard.filter((text) => text.startsWith('uncaught'))).toEqual([]);
});
