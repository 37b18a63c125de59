import { Gauge } from '../stage/gauge.js';
import { LIBRARY, scriptTag } from '../stage/host.js';
import { expect, test } from '../stage/test.js';
import { init } from '../stage/widget.js';

/** How frameworks put the next page into this one. Each gets the next page's content as HTML. */
const SWAPS = {
  'the body is replaced by another one': (html) => {
    const body = document.createElement('body');
    body.append(document.createRange().createContextualFragment(html));
    document.documentElement.replaceChild(body, document.body);
  },
  'the content of the body is replaced': (html) => {
    document.body.replaceChildren(document.createRange().createContextualFragment(html));
  },
  'node by node': (html) => {
    while (document.body.firstChild) document.body.firstChild.remove();
    document.body.append(document.createRange().createContextualFragment(html));
  },
  'in a view transition': async (html) => {
    const next = new DOMParser().parseFromString(html, 'text/html').body;
    await document.startViewTransition(() => document.body.replaceWith(document.adoptNode(next))).finished;
  },
};

const NEXT = '<main><h1>The next page</h1></main>';

for (const [manner, swap] of Object.entries(SWAPS)) {
  test(`${manner}: the open launcher stays as it is, with its line and what was being written`, async ({ host, page, widget, options, relay }) => {
    await host({ body: scriptTag(options) });
    await widget.open();
    await widget.converse('on the first page');
    await widget.field.fill('half a sen');
    const before = await relay.counts();
    await page.evaluate(swap, NEXT);
    await expect(page.locator('h1')).toHaveText('The next page');
    await expect(page.locator('body > visavis-launcher')).toHaveCount(1);
    await expect(widget.panel).toBeVisible();
    await expect(widget.field).toHaveValue('half a sen');
    expect(await widget.texts()).toEqual(['on the first page', 'You said: on the first page']);
    await widget.converse('on the next page');
    const after = await relay.counts();
    expect([after.creates - before.creates, after.connects - before.connects, after.sockets_open]).toEqual([0, 0, 1]);
  });
}

/** The script tag of the next page, run again as its own would be. */
const runAgain = (attributes) => {
  const script = document.createElement('script');
  script.async = true;
  for (const [name, value] of Object.entries(attributes)) script.dataset[name] = value;
  script.src = '/visavis.js';
  return new Promise((resolve) => { script.onload = resolve; document.body.append(script); });
};

test('the next page has the script tag, too: one launcher, the same conversation', async ({ host, page, widget, options, relay }) => {
  await host({ body: scriptTag(options) });
  await widget.open();
  await widget.converse('on the first page');
  const before = await relay.counts();
  for (let visit = 0; visit < 3; visit += 1) {
    await page.evaluate(SWAPS['the body is replaced by another one'], NEXT);
    await page.evaluate(runAgain, options);
  }
  await expect(page.locator('visavis-launcher')).toHaveCount(1);
  await widget.converse('on the last page');
  expect(await widget.holdings()).toMatchObject({ openSockets: 1, widgetNodes: 1 });
  expect((await relay.counts()).connects).toBe(before.connects);
});

test('a thread of a page goes with it, and comes with the next page that has a place for it', async ({ host, page, widget, options, relay }) => {
  const given = { ...options, mode: 'thread', target: '#chat' };
  await host({ body: `<div id="chat"></div>${scriptTag(given)}` });
  await widget.converse('on the first page');
  const session = await widget.session();
  await page.evaluate(SWAPS['the body is replaced by another one'], NEXT);
  await expect(page.locator('visavis-thread')).toHaveCount(0);
  await page.evaluate(SWAPS['the body is replaced by another one'], `${NEXT}<div id="chat"></div>`);
  await page.evaluate(runAgain, given);
  await expect(page.locator('#chat > visavis-thread')).toHaveCount(1);
  await widget.converse('on the last page');
  expect(await widget.texts('visitor')).toEqual(['on the first page', 'on the last page']);
  expect(await relay.heardFrom(session)).toEqual(['on the first page', 'on the last page']);
});

test('100 navigations leave nothing behind, and destroy nothing at all', async ({ host, page, widget, options, relay }) => {
  await host({ body: LIBRARY });
  await init(page, options);
  await widget.open();
  await widget.converse('blue');
  const gauge = await Gauge.of(page);
  const visit = async (pages) => {
    await page.evaluate(async (pages) => {
      for (let number = 0; number < pages; number += 1) {
        const body = document.createElement('body');
        body.append(Object.assign(document.createElement('h1'), { textContent: `Page ${number}` }));
        document.documentElement.replaceChild(body, document.body);
        await new Promise((resolve) => { requestAnimationFrame(resolve); });
      }
    }, pages);
    const { listeners, nodes } = await gauge.read();
    return { listeners, nodes, ...(await widget.holdings()) };
  };
  const warm = await visit(20);
  const after = await visit(100);
  for (const name of Object.keys(warm)) expect(after[name], `${name}: ${JSON.stringify({ warm, after })}`).toBeLessThanOrEqual(warm[name]);
  await widget.converse('blue again');
  await page.evaluate(() => window.chat.destroy());
  await expect(page.locator('visavis-launcher')).toHaveCount(0);
  expect(await widget.holdings()).toMatchObject({ openSockets: 0, timers: 0, widgetNodes: 0 });
  await page.evaluate(SWAPS['the body is replaced by another one'], NEXT);
  await expect.poll(async () => (await relay.counts()).sockets_open).toBe(0);
  await expect(page.locator('visavis-launcher')).toHaveCount(0);
});

test('a launcher that is moved stays where it was put', async ({ host, page, widget, options, relay }) => {
  await host({ body: `<div id="place"></div>${scriptTag(options)}` });
  await widget.open();
  await widget.converse('before');
  const before = await relay.counts();
  await page.evaluate(() => document.querySelector('#place').append(document.querySelector('visavis-launcher')));
  await widget.converse('after');
  await expect(page.locator('#place > visavis-launcher')).toHaveCount(1);
  expect((await relay.counts()).connects).toBe(before.connects);
});
