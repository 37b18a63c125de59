import { violations } from '../stage/accessible.js';
import { Gauge } from '../stage/gauge.js';
import { hostPage, scriptTag } from '../stage/host.js';
import { holdings, storedThings } from '../stage/probes.js';
import { expect, test } from '../stage/test.js';

/** Each guard of this suite is shown the fault it is there for: a guard that cannot see it proves nothing. */
test.describe('the instruments see', () => {
  test('a listener, a timer, a socket and a node that stay', async ({ host, page, relay }) => {
    await host();
    const gauge = await Gauge.of(page);
    const [before, listeners] = [await gauge.read(), await gauge.listenersOn('window')];
    await page.evaluate((url) => {
      addEventListener('online', () => {});
      window.onoffline = () => {};
      setTimeout(() => {}, 1e6);
      setInterval(() => {}, 1e6);
      window.socket = new WebSocket(url);
      window.nodes = Array.from({ length: 50 }, () => document.createElement('i'));
      document.body.append(document.createElement('visavis-thread'));
    }, `${relay.url.replace('http', 'ws')}/operator/ws`);
    const after = await gauge.read();
    expect(await gauge.listenersOn('window')).toEqual([...listeners, 'offline', 'online'].sort());
    expect(after.nodes - before.nodes).toBeGreaterThanOrEqual(50);
    expect(after.listeners - before.listeners).toBeGreaterThanOrEqual(2);
    expect(await page.evaluate(holdings)).toMatchObject({ openSockets: 1, timers: 2, widgetNodes: 1 });
    await page.evaluate(() => window.socket.close());
    await expect.poll(() => page.evaluate(holdings)).toMatchObject({ openSockets: 0 });
  });

  test('a timer that ended, and a closure in WebAssembly that did not', async ({ host, page }) => {
    await host();
    await page.evaluate(() => new Promise((resolve) => {
      setTimeout(resolve, 10);
      clearTimeout(setTimeout(() => {}, 1e6));
    }));
    expect((await page.evaluate(holdings)).timers).toBe(0);
    // The smallest module with a memory of one page and a table of two entries, both exported.
    const module = [0, 97, 115, 109, 1, 0, 0, 0, 4, 4, 1, 112, 0, 2, 5, 3, 1, 0, 1, 7, 9, 2, 1, 109, 2, 0, 1, 116, 1, 0];
    await page.evaluate(async (module) => {
      const { instance } = await WebAssembly.instantiate(new Uint8Array(module));
      window.instance = instance;
    }, module);
    expect(await page.evaluate(holdings)).toMatchObject({ memoryPages: 1, tableEntries: 2 });
    await page.evaluate(() => {
      window.instance.exports.m.grow(3);
      window.instance.exports.t.grow(5);
    });
    expect(await page.evaluate(holdings)).toMatchObject({ memoryPages: 4, tableEntries: 7 });
  });

  test('something stored, wherever it is', async ({ host, page, context }) => {
    await host();
    await page.evaluate(async () => {
      localStorage.setItem('a', '1');
      sessionStorage.setItem('b', '1');
      document.cookie = 'c=1';
      await caches.open('d');
      await new Promise((resolve) => { indexedDB.open('e').onsuccess = resolve; });
    });
    expect(await page.evaluate(storedThings)).toEqual({ local: ['a'], session: ['b'], cookies: 'c=1', caches: ['d'], databases: ['e'], workers: 0 });
    expect(await context.cookies()).toHaveLength(1);
  });

  test('an inline style, an inline script and markup from a string', async ({ host, page, complaints }) => {
    complaints.expect(/./);
    const policy = "default-src 'self'; script-src 'self'; style-src 'self'; require-trusted-types-for 'script'";
    await page.route('**/host/careless.js', (route) => route.fulfill({ contentType: 'text/javascript', body: "document.querySelector('h1').innerHTML = '<b>x</b>';" }));
    await host({ policy, body: '<p style="color: red">red</p><style>p { color: red }</style><script>window.ran = 1</script><script src="/host/careless.js"></script>' });
    const refused = await page.evaluate(() => window.probes.violations.map((violation) => violation.split(' ')[0]));
    expect(refused.sort()).toEqual(['require-trusted-types-for', 'script-src-elem', 'style-src-attr', 'style-src-elem']);
  });

  test('what axe would complain about, inside a shadow root, too', async ({ host, page }) => {
    await host({ body: '<div id="root"></div>' });
    expect(await violations(page)).toEqual([]);
    await page.evaluate(() => {
      const root = document.querySelector('#root').attachShadow({ mode: 'open' });
      const [button, text] = [document.createElement('button'), document.createElement('p')];
      text.textContent = 'pale';
      text.style.cssText = 'color: #ccc; background: #fff';
      root.append(button, text);
    });
    const found = await violations(page);
    expect(found.map((line) => line.split(' ')[0]).sort()).toEqual(['button-name', 'color-contrast']);
  });

  test('an error in the console, and one that nobody caught', async ({ host, page, complaints }) => {
    complaints.expect(/planted/);
    await host();
    await page.evaluate(() => {
      console.error('planted: in the console');
      setTimeout(() => { throw new Error('planted: uncaught'); });
      Promise.reject(new Error('planted: unhandled'));
    });
    await expect.poll(() => complaints.heard.length).toBe(3);
  });

  test('a message lost, doubled or moved', async ({ relay, stand }) => {
    const session = await relay.openSession(stand.origin);
    for (const text of ['a', 'b', 'b', 'c']) await relay.say(session, text, 'visitor');
    const heard = await relay.heardFrom(session);
    for (const expected of [['a', 'b', 'c'], ['a', 'b', 'b'], ['a', 'b', 'c', 'b'], ['a', 'b', 'b', 'c', 'd']]) expect(heard).not.toEqual(expected);
    expect(heard).toEqual(['a', 'b', 'b', 'c']);
  });

  test('an event that does not leave its shadow root, or does not bubble', async ({ host, page }) => {
    await host({ body: '<div id="root"></div>' });
    await page.evaluate(() => {
      const inside = document.createElement('b');
      document.querySelector('#root').attachShadow({ mode: 'open' }).append(inside);
      inside.dispatchEvent(new CustomEvent('visavis:open', { bubbles: true }));
      inside.dispatchEvent(new CustomEvent('visavis:close', { composed: true }));
      inside.dispatchEvent(new CustomEvent('visavis:ready', { bubbles: true, composed: true }));
    });
    expect(await page.evaluate(() => window.probes.events.map(({ name }) => name))).toEqual(['ready']);
  });
});

test('values of a test cannot leave their attribute', () => {
  const { html } = hostPage({ body: scriptTag({ routingKey: '"><b>' }) });
  expect(html).toContain('data-routing-key="&quot;>&lt;b>"');
});
