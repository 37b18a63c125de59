import { LIBRARY, scriptTag } from '../stage/host.js';
import { expect, test } from '../stage/test.js';

/** The line of the guide. */
const STUB = '<script>window.visavis = window.visavis || function () { (visavis.q = visavis.q || []).push(arguments); };</script>';

/** The loader stays away until it is let go. */
async function heldBack(context) {
  let release;
  const held = new Promise((resolve) => { release = resolve; });
  await context.route('**/visavis.js', async (route) => {
    await held;
    await route.continue();
  });
  return release;
}

test('called before the script has come: open, on and sendMessage', async ({ host, page, widget, options, context, relay }) => {
  const release = await heldBack(context);
  const early = `<script>
    window.heard = [];
    visavis('on', 'message', ({ author, text }) => window.heard.push(author + ': ' + text));
    visavis('sendMessage', 'blue and early');
    visavis('open');
  </script>`;
  // The page counts as loaded only when the script has come, too.
  const going = host({ head: STUB, body: `${scriptTag(options)}${early}` });
  await page.waitForFunction(() => window.heard);
  expect(await page.evaluate(() => [typeof window.Visavis, window.visavis.q.length])).toEqual(['undefined', 3]);
  release();
  await going;
  await expect(widget.panel).toBeVisible();
  await widget.sent('blue and early');
  await expect.poll(() => page.evaluate(() => window.heard)).toEqual(['visitor: blue and early', 'bot: You said: blue and early']);
  expect(await relay.heardFrom(await widget.session())).toEqual(['blue and early']);
});

test('open does not wait until the page is idle', async ({ host, page, widget, options, context }) => {
  let release;
  const held = new Promise((resolve) => { release = resolve; });
  await context.route('**/slow.png', async (route) => {
    await held;
    await route.fulfill({ status: 404, body: '' });
  });
  const going = host({ head: STUB, body: `<img src="/slow.png" alt="">${scriptTag(options)}<script>visavis('open')</script>` });
  await expect(widget.panel).toBeVisible();
  expect(await page.evaluate(() => document.readyState)).not.toBe('complete');
  release();
  await going;
});

test('init before and after the script has come, and every call afterwards', async ({ host, page, widget, options, context }) => {
  const release = await heldBack(context);
  const going = host({ head: STUB, body: `<script async src="/visavis.js"></script><script>visavis('init', ${JSON.stringify(options)});</script>` });
  await page.waitForFunction(() => window.visavis?.q);
  release();
  await going;
  await expect(widget.launcher).toBeVisible();
  const { id } = await page.evaluate(async () => {
    await window.visavis('open');
    return window.visavis('sendMessage', 'blue');
  });
  await expect(widget.message('visitor', 'blue')).toHaveAttribute('data-id', id);
  await widget.says('bot', 'You said: blue');
  await page.evaluate(() => window.visavis('destroy'));
  await expect(widget.launcher).toHaveCount(0);
  expect(await widget.holdings()).toMatchObject({ openSockets: 0, timers: 0, widgetNodes: 0 });

  await page.evaluate((options) => window.visavis('init', options), options);
  await page.evaluate(() => window.visavis('open'));
  await widget.converse('blue once more');
  const stopped = await page.evaluate(async () => {
    let count = 0;
    const stop = await window.visavis('on', 'open', () => { count += 1; });
    await window.visavis('close');
    await window.visavis('open');
    stop();
    await window.visavis('toggle');
    await window.visavis('open');
    return count;
  });
  expect(stopped).toBe(1);
});

test('without the stub and in a file that stands there twice it works as well', async ({ host, page, widget, options }) => {
  await host({ head: LIBRARY, body: `${LIBRARY}<script>visavis('init', ${JSON.stringify(options)}); visavis('open');</script>` });
  await widget.converse('blue');
  await expect(page.locator('visavis-launcher')).toHaveCount(1);
});

test('a wrong option is one error in the console, and what was called waits for a chat', async ({ host, page, widget, options, complaints }) => {
  complaints.expect(/^visavis: the option data-tenant-id is missing/);
  const { tenantId: _, ...rest } = options;
  await host({ head: STUB, body: `${scriptTag(rest)}<script>visavis('open')</script>` });
  await page.waitForFunction(() => window.Visavis);
  await expect.poll(() => complaints.heard.length).toBe(1);
  await page.evaluate((options) => window.visavis('init', options), options);
  await expect(widget.panel).toBeVisible();
  expect(complaints.heard).toHaveLength(1);
});
