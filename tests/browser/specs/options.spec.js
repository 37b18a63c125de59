import { element, LIBRARY, scriptTag } from '../stage/host.js';
import { expect, test } from '../stage/test.js';

/** What is wrong, under which option's name it is told, and what the page is told to write instead. */
const MISTAKES = [
  [{ baseUrl: undefined }, 'baseUrl', /https:\/\//],
  [{ baseUrl: 'relay.example' }, 'baseUrl', /https:\/\//],
  [{ baseUrl: 'ftp://relay.example' }, 'baseUrl', /https:\/\//],
  [{ baseUrl: '' }, 'baseUrl', /https:\/\//],
  [{ tenantId: undefined }, 'tenantId', /tenant/],
  [{ tenantId: ' ' }, 'tenantId', /tenant/],
  [{ publicKey: undefined }, 'publicKey', /pk_/],
  [{ publicKey: 'sk_secret' }, 'publicKey', /pk_/],
  [{ backend: 'smoke-signals' }, 'backend', /bloonio/],
  [{ mode: 'popup' }, 'mode', /launcher.*docked.*thread/],
  [{ mode: 'docked' }, 'target', /selector/],
  [{ mode: 'thread', target: '#nowhere' }, 'target', /#nowhere/],
  [{ mode: 'thread', target: '##' }, 'target', /selector/],
  [{ colorScheme: 'sepia' }, 'colorScheme', /auto.*light.*dark/],
  [{ position: 'top' }, 'position', /right.*left/],
  [{ load: 'never' }, 'load', /idle.*eager.*interaction/],
  [{ locale: 'not a language' }, 'locale', /fr/],
  [{ sessionMode: 'robot' }, 'sessionMode', /bot.*human/],
  [{ metadata: '{"plan"' }, 'metadata', /JSON/],
  [{ metadata: '[1]' }, 'metadata', /JSON object/],
  [{ identity: 'u_42' }, 'identity', /userId:signature/],
  [{ visitorToken: 'nothing like a token' }, 'visitorToken', /token/],
];

/** The options with a mistake in them; what is `undefined` is left out. */
function mistaken(options, mistake) {
  return Object.fromEntries(Object.entries({ ...options, ...mistake }).filter(([, value]) => value !== undefined));
}

function title(mistake) {
  return Object.entries(mistake).map(([name, value]) => (value === undefined ? `no ${name}` : `${name}: ${JSON.stringify(value)}`)).join(', ');
}

/** One error in the console that names the option and says what was expected, and no widget. */
async function oneClearError(page, complaints, name, expected) {
  complaints.expect(/visavis/);
  await expect.poll(() => complaints.heard.length).toBeGreaterThan(0);
  // A second one would come with the next tasks.
  await page.waitForTimeout(150);
  const heard = complaints.heard.splice(0);
  expect(heard).toHaveLength(1);
  expect(heard[0]).toContain(name);
  expect(heard[0]).toMatch(expected);
  expect(heard[0]).toMatch(/expected/);
  const drawn = page.locator('[part~="launcher-button"], [part~="panel"], [part~="composer"]');
  await expect(drawn).toHaveCount(0);
}

test('a mistake in the script tag is one clear error and no widget', async ({ host, page, options, complaints }) => {
  for (const [mistake, name, expected] of MISTAKES) {
    await test.step(title(mistake), async () => {
      await host({ body: scriptTag(mistaken(options, mistake)) });
      await oneClearError(page, complaints, `data-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`, expected);
    });
  }
});

test('a mistake in Visavis.init is one clear error and no widget', async ({ host, page, options, complaints }) => {
  await host({ body: LIBRARY });
  for (const [mistake, name, expected] of MISTAKES) {
    await test.step(title(mistake), async () => {
      const made = await page.evaluate(async (options) => {
        try {
          return Boolean(await window.Visavis.init(options));
        } catch {
          return false;
        }
      }, mistaken(options, mistake));
      expect(made).toBe(false);
      await oneClearError(page, complaints, name, expected);
    });
  }
});

test('a page that does not wait for the outcome of init has one error in its console, not two', async ({ host, page, options, complaints }) => {
  await host({ body: LIBRARY });
  await page.evaluate((options) => void window.Visavis.init(options), { ...options, mode: 'popup' });
  await oneClearError(page, complaints, 'mode', /launcher.*docked.*thread/);
});

test.describe('a mistake in an element', () => {
  for (const [name, mistake, told, expected] of [
    ['visavis-launcher', { baseUrl: undefined }, 'base-url', /https:\/\//],
    ['visavis-thread', { tenantId: undefined }, 'tenant-id', /tenant/],
    ['visavis-panel', { mode: 'docked', sessionMode: 'robot' }, 'session-mode', /bot.*human/],
    ['visavis-launcher', { colorScheme: 'sepia' }, 'color-scheme', /auto.*light.*dark/],
  ]) {
    test(`<${name}> with ${title(mistake)}`, async ({ host, page, options, complaints }) => {
      await host({ body: `${element(name, mistaken(options, mistake))}${LIBRARY}` });
      await oneClearError(page, complaints, told, expected);
    });
  }

  test('a corrected attribute brings the widget', async ({ host, page, options, complaints, widget }) => {
    await host({ body: `${element('visavis-thread', mistaken(options, { publicKey: undefined }))}${LIBRARY}` });
    await oneClearError(page, complaints, 'public-key', /pk_/);
    await page.evaluate((key) => document.querySelector('visavis-thread').setAttribute('public-key', key), options.publicKey);
    await widget.converse('now it works');
  });
});

test.describe('what the relay refuses', () => {
  test('a wrong key: said in the console and in the panel, and nothing is tried again and again', async ({ host, page, widget, options, complaints, relay }) => {
    complaints.expect(/visavis/);
    await host({ body: scriptTag({ ...options, publicKey: 'pk_wrong' }) });
    await expect(widget.launcher).toBeVisible();
    await widget.open();
    await widget.connection('failed');
    await expect(widget.status).toBeVisible();
    await widget.heard('error', { kind: 'configuration' });
    const requests = [];
    page.on('request', (request) => requests.push(request.url()));
    await page.waitForTimeout(3000);
    expect(requests).toEqual([]);
    expect((await relay.counts()).sockets_open).toBe(0);
  });
});
