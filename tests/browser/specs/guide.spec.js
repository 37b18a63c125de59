import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { named } from '../stage/demo.js';
import { LIBRARY, scriptTag } from '../stage/host.js';
import { expect, test } from '../stage/test.js';
import { init } from '../stage/widget.js';

// Every piece of code in the guide is run here, or is taken line by line from a file that other tests run. One that is in neither list fails.

const REPOSITORY = join(import.meta.dirname, '..', '..', '..');
const APPS = 'tests/frameworks/apps';

/** By label: the file whose lines a piece of code is made of, in their order. */
const TAKEN = {
  React: `${APPS}/react/src/use-chat.ts`,
  'Next.js': `${APPS}/next/app/chat.tsx`,
  'Next.js, on the server': `${APPS}/next/app/about/page.tsx`,
  Vue: `${APPS}/vue/src/use-chat.ts`,
  'Vue’s compiler': `${APPS}/vue/vite.config.js`,
  Angular: `${APPS}/angular/src/chat.ts`,
  'Angular’s provider': `${APPS}/angular/src/app.ts`,
  'Angular’s assets': `${APPS}/angular/angular.json`,
  Vite: `${APPS}/plain/vite.config.js`,
  'Without the interface': `${APPS}/plain/src/headless.ts`,
  'Low layer': `${APPS}/plain/src/protocol.ts`,
  'Copying the files': 'widget-wasm/js/npm.md',
};

/** By label: runs a piece of code in a page. */
const RUN = {
  'Script tag': async ({ code, host, widget }) => {
    await host({ body: code });
    await widget.open();
    await widget.converse('blue by the guide');
  },

  Texts: async ({ code, host, page, options, widget }) => {
    await host({ body: LIBRARY });
    await run(page, code.replace('{ …,', '{ ...options,'), { options });
    await expect(widget.launcher).toHaveAccessibleName('Ask the wine shop');
    await widget.open();
    await expect(widget.part('header')).toContainText('Ask us');
    await expect(widget.field).toHaveAttribute('placeholder', 'Your question…');
  },

  JavaScript: async ({ code, host, page, options, widget, relay }) => {
    await host({ body: LIBRARY });
    await run(page, code, { ...options, showBadge: 'badge' });
    await widget.heard('message', { author: 'visitor', text: 'Where is my order?' });
    await relay.operate(await widget.session(), 'reply', { text: 'On its way.' });
    await expect.poll(() => page.evaluate(() => window.told.badge?.at(-1) > 0)).toBe(true);
  },

  Stub: async ({ code, host, options, widget }) => {
    await host({ head: `<script>${code}</script><script>visavis('open')</script>`, body: scriptTag(options) });
    await expect(widget.panel).toBeVisible();
  },

  'Early calls': async ({ code, snippets, host, page, options, widget, relay }) => {
    await host({ head: `<script>window.told = []; window.showBadge = (count) => told.push(count); ${snippets.Stub}\n${code}</script>`, body: scriptTag(options) });
    await expect(widget.panel).toBeVisible();
    await widget.converse('blue');
    await page.evaluate(() => window.visavis('close'));
    await relay.operate(await widget.session(), 'reply', { text: 'Are you there?' });
    await expect.poll(() => page.evaluate(() => window.told.at(-1))).toBe(1);
  },

  'Listening on the document': async ({ code, host, page, options, widget }) => {
    await host({ body: scriptTag(options) });
    await page.evaluate(() => { window.analytics = { counted: [], count: (what) => window.analytics.counted.push(what) }; });
    await run(page, code);
    await widget.open();
    await widget.converse('blue');
    expect(await page.evaluate(() => window.analytics.counted)).toEqual(['answer']);
  },

  Identity: async ({ code, host, page, options, widget, relay }) => {
    await page.route('**/chat-identity', (route) => route.fulfill({ body: relay.identity('u_42') }));
    await host({ body: LIBRARY });
    await run(page, code, options);
    await widget.open();
    await widget.heard('session', { change: 'identified' });
    expect((await relay.conversation(await widget.session())).user_id).toBe('u_42');
  },

  Theming: async ({ code, host, page, options, widget }) => {
    await host({ body: scriptTag(options) });
    await page.addStyleTag({ content: code });
    await widget.open();
    await widget.converse('blue');
    const bubble = widget.message('visitor', 'blue').locator('[part~="bubble"]');
    await expect(bubble).toHaveCSS('background-color', 'rgb(47, 93, 80)');
    expect(await widget.panel.evaluate((panel) => getComputedStyle(panel).getPropertyValue('--visavis-radius').trim())).toBe('18px');
  },

  'Content-Security-Policy': async ({ code, host, page, options, widget, complaints }) => {
    complaints.expect(/Content Security Policy|Content-Security-Policy|^visavis/);
    const policy = `default-src 'none'; ${code.replace(/\s+/g, ' ').replaceAll('wss://relay.example', options.baseUrl.replace('http', 'ws'))}`;
    await host({ body: scriptTag(options), policy });
    await widget.open();
    await widget.converse('blue under a policy');
    expect((await page.evaluate(() => window.probes.violations)).filter((violation) => !violation.includes('favicon'))).toEqual([]);
    expect(complaints.heard).toEqual([]);
    // Each of its lines is needed.
    for (const [number, line] of policy.split(';').slice(1, -1).entries()) {
      await host({ body: scriptTag(options), policy: policy.replace(`${line};`, '') }, { path: `/host/policy-${number}` });
      await expect.poll(() => page.evaluate(() => window.probes.violations.length), { message: `without ${line}` }).toBeGreaterThan(0);
    }
  },

  'Cache headers': async ({ code, demo }) => {
    const files = (await readdir(named('VISAVIS_WIDGET_DIR'))).filter((file) => /\.(js|wasm)$/.test(file));
    for (const line of code.split('\n')) {
      const [, path, told] = line.match(/^(\S+)\s+cache-control: (.+)$/);
      const pattern = new RegExp(`^${path.slice(1).replace('.', '\\.').replace('*', '[\\da-f]+')}$`);
      const covered = files.filter((file) => pattern.test(file));
      expect(covered.length, path).toBeGreaterThan(0);
      for (const file of covered) {
        const { headers } = await fetch(`${demo.site}/${file}`, { headers: { 'accept-encoding': 'br' } });
        expect([headers.get('cache-control'), headers.get('content-encoding')], file).toEqual([told, 'br']);
      }
    }
  },

  Integrity: async ({ code, host, page, widget, complaints }) => {
    complaints.expect(/integrity/);
    await host({ body: code.replace('sha384-…', await checksum('visavis.js')) });
    await widget.open();
    await widget.converse('blue and checked');
    await host({ body: code.replace('sha384-…', await checksum('sizes.json')) }, { path: '/host/forged' });
    await page.waitForLoadState();
    await expect(page.locator('visavis-launcher')).toHaveCount(0);
    expect(await page.evaluate(() => typeof window.Visavis)).toBe('undefined');
  },

  'Import map': async ({ code, host, options, widget, complaints }) => {
    complaints.expect(/integrity|visavis/);
    const head = code.replace('visavis-….js', await secondScript());
    await host({ head: head.replace('sha384-…', await checksum('sizes.json')), body: scriptTag({ ...options, load: 'eager' }) });
    await expect(widget.launcher).toHaveAccessibleName(/unavailable/i);
    await host({ head: head.replace('sha384-…', await checksum(await secondScript())), body: scriptTag(options) }, { path: '/host/true' });
    await widget.open();
    await widget.converse('blue and checked');
  },

  'Integrity policy': async ({ code, snippets, host, options, widget, complaints }) => {
    complaints.expect(/integrity|visavis/i);
    const [name, value] = code.split(': ');
    const page = async (file) => ({
      head: snippets['Import map'].replace('visavis-….js', await secondScript()).replace('sha384-…', await checksum(file)),
      body: filled(snippets.Integrity, options).replace('sha384-…', await checksum('visavis.js')),
      headers: { [name]: value },
    });
    await host(await page('sizes.json'));
    for (let attempt = 0; attempt < 2; attempt += 1) {
      await widget.launcher.click();
      await expect(widget.launcher).toHaveAccessibleName(/unavailable/i);
      await expect(widget.launcher).not.toHaveAttribute('aria-busy', 'true');
    }
    await host(await page(await secondScript()), { path: '/host/true' });
    await widget.open();
    await widget.converse('blue and checked');
  },

  Consent: async ({ code, host, page, options, widget }) => {
    await host({ body: `<button id="consent">Yes</button>${LIBRARY}` });
    await run(page, code, options);
    expect(await page.evaluate(() => Object.keys(localStorage))).toEqual([]);
    await expect(widget.launcher).toHaveCount(0);
    await page.locator('#consent').click();
    await widget.open();
    await widget.converse('blue with consent');
    await page.locator('#consent').click();
    await expect(widget.launcher).toHaveCount(1);
  },

  Forgetting: async ({ code, host, page, options, widget }) => {
    await host({ body: LIBRARY });
    await init(page, options);
    await widget.open();
    await widget.converse('blue and then forgotten');
    expect(await page.evaluate(() => Object.keys(localStorage).length)).toBeGreaterThan(0);
    await run(page, code);
    expect(await page.evaluate(() => Object.keys(localStorage))).toEqual([]);
    await init(page, options);
    expect(await page.evaluate(() => window.chat.messages.length)).toBe(0);
  },
};

/** Runs code as the body of an asynchronous function; a name whose value is a word in quotes becomes a function that notes what it is told. */
function run(page, code, names = {}) {
  return page.evaluate(([code, names]) => {
    window.told ??= {};
    const note = (name) => (value) => { (window.told[name] ??= []).push(value); };
    const values = Object.entries(names).map(([name, value]) => (name === 'showBadge' ? note(value) : value));
    const Asynchronous = (async () => {}).constructor;
    return new Asynchronous(...Object.keys(names), `${code}\nif (typeof chat !== 'undefined') window.chat = chat;`)(...values);
  }, [code, names]);
}

/** Bloonio's, which the loader imports. */
async function secondScript() {
  const { builds } = JSON.parse(await readFile(join(named('VISAVIS_WIDGET_DIR'), 'sizes.json'), 'utf8'));
  return builds.bloonio.files.find(({ role }) => role === 'glue').file;
}

async function checksum(file) {
  return `sha384-${createHash('sha384').update(await readFile(join(named('VISAVIS_WIDGET_DIR'), file))).digest('base64')}`;
}

/** The guide's pieces of code by their labels. */
async function snippets(page) {
  await page.goto('/guide/');
  return Object.fromEntries(await page.locator('main pre').evaluateAll((all) => all.map((pre) => [pre.getAttribute('aria-label'), pre.textContent])));
}

/** What a reader fills in. */
function filled(code, options) {
  return code.replaceAll('https://relay.example', options.baseUrl).replaceAll('019e4ae7-…', options.tenantId).replaceAll('pk_…', options.publicKey);
}

test('every piece of code in the guide is checked', async ({ page }) => {
  const found = await snippets(page);
  expect(await page.locator('main pre').count()).toBe(Object.keys(found).length);
  expect(Object.keys(found).sort()).toEqual([...Object.keys(TAKEN), ...Object.keys(RUN)].sort());
});

test('what the guide takes from the applications stands there', async ({ page }) => {
  const found = await snippets(page);
  for (const [label, file] of Object.entries(TAKEN)) {
    const lines = (await readFile(join(REPOSITORY, file), 'utf8')).split('\n');
    let from = 0;
    for (const line of found[label].split('\n').filter((line) => line.trim())) {
      const place = lines.findIndex((other, number) => number >= from && other.includes(line.trim()));
      expect(place, `${label}: ${line}`).toBeGreaterThanOrEqual(0);
      from = place + 1;
    }
  }
});

const WIDGET = join(REPOSITORY, 'widget-wasm');

/** The texts of a folder's files whose name ends so, the folders in it included. */
async function sources(folder, ending) {
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(ending));
  return (await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))).join('\n');
}

/** The words in code of a table of the guide: by row, those of each cell. */
async function table(page, label) {
  await page.goto('/guide/');
  const rows = page.getByRole('region', { name: label, exact: true }).locator('tbody tr');
  return rows.evaluateAll((rows) => rows.map(({ cells }) => [...cells].map((cell) => [...cell.querySelectorAll('code')].map((code) => code.textContent))));
}

test('every custom property stands in the guide, with its default', async ({ page }) => {
  const told = Object.fromEntries((await table(page, 'Custom properties')).map(([[name], [value]]) => [name, value]));
  const styles = await sources(join(WIDGET, 'src', 'style'), '.css');
  // The first time that a property is read is for a light page.
  const read = [...styles.matchAll(/var\((--visavis-[a-z-]+), ([^;]+)\);/g)].toReversed();
  const defaults = Object.fromEntries(read.map(([, name, value]) => [name, value]));
  expect(Object.keys(told).sort()).toEqual(Object.keys(defaults).sort());
  const long = (color) => color.replace(/^#(.)(.)(.)$/, '#$1$1$2$2$3$3');
  for (const [name, value] of Object.entries(defaults)) {
    if (/^(#[\da-f]+|\d+(px)?)$/.test(value)) expect(told[name], name).toBe(long(value));
  }
});

test('every part stands in the guide, and no other', async ({ page }) => {
  const told = (await table(page, 'Parts')).flatMap(([names]) => names);
  const drawn = await sources(join(WIDGET, 'src', 'ui'), '.rs') + await sources(join(WIDGET, 'js'), '.js');
  const parts = new Set([...drawn.matchAll(/\.part\("([a-z-]+)"\)|\bpart: '([a-z-]+)'/g)].map(([, rust, script]) => rust ?? script));
  expect(told.sort()).toEqual([...parts].sort());
});

test('every option, event and word of the chat object stands in the guide', async ({ page }) => {
  const types = await readFile(join(WIDGET, 'js', 'types.d.ts'), 'utf8');
  const members = (name) => {
    const [, body] = new RegExp(`interface ${name}(?: extends \\w+)? \\{([^]*?)^\\}`, 'm').exec(types);
    return [...body.matchAll(/^ {2}(?:readonly )?'?([\w-]+)'?(?:<.*>)?[?:(]/gm)].map(([, member]) => member);
  };
  const optionTables = { CommonOptions: 'look and place', BloonioOptions: 'the connection', AppEngineOptions: 'the connection to AppEngine', MailooOptions: 'the connection to Mailoo' };
  for (const [name, label] of Object.entries(optionTables)) {
    const told = (await table(page, `Options for ${label}`)).map(([[option]]) => option);
    expect(told.filter((option) => option !== 'backend').sort(), name).toEqual(members(name).filter((option) => option !== 'backend').sort());
  }
  const events = (await table(page, 'Events')).flatMap(([names]) => names);
  expect(events.sort()).toEqual(members('Events').sort());
  const calls = (await table(page, 'JavaScript interface')).flatMap(([names]) => names.flatMap((name) => name.split(' · ')));
  const told = calls.map((call) => /(?:chat\.)?([a-zA-Z]+)(?:\(.*\))?$/.exec(call)[1]);
  expect(told.filter((call) => call !== 'init').sort()).toEqual(members('Chat').sort());
});

for (const [label, check] of Object.entries(RUN)) {
  test(`runs: ${label}`, async ({ page, host, options, widget, relay, demo, complaints }) => {
    const found = await snippets(page);
    await check({ code: filled(found[label], options), snippets: found, page, host, options, widget, relay, demo, complaints });
  });
}
