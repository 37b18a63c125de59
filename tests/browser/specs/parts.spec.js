import { OPTIONS_OF, pressAtOnce, UNANSWERED, unanswered } from '../stage/backends.js';
import { scriptTag } from '../stage/host.js';
import { expect, test } from '../stage/test.js';

const MODULE = /visavis-[\w-]+\.wasm$/;

/** Lets the first module through and answers for the rest as told; resolves what was asked for. */
async function rest(page, answer) {
  const asked = [];
  await page.route(MODULE, (route) => {
    const file = new URL(route.request().url()).pathname;
    if (!asked.includes(file)) asked.push(file);
    return asked[0] === file ? route.continue() : answer(route);
  });
  return asked;
}

/** How often a call could not wait for the rest. */
const hurried = (page) => page.evaluate(() => performance.getEntriesByName('visavis:rest-needed').length);

for (const [backend, given] of Object.entries(OPTIONS_OF)) {
  test(`${backend}: a press in the first frame needs nothing of the rest`, async ({ host, page, widget, demo, options, gatewayOptions }) => {
    await page.addInitScript(pressAtOnce);
    await host({ body: scriptTag(given({ demo, options, gatewayOptions })) });
    await expect(widget.panel).toBeVisible();
    await page.waitForTimeout(1000);
    expect(await hurried(page)).toBe(0);
  });

  for (const [how, answer] of Object.entries(UNANSWERED)) {
    test(`${backend}: a page that is left while its calls are ${how} needs nothing of the rest`, async ({ host, page, widget, demo, options, gatewayOptions }) => {
      await unanswered(page, answer);
      await page.addInitScript(pressAtOnce);
      // It is on its way for ever, and a call that cannot wait for it fails at once.
      const asked = await rest(page, (route) => (route.request().resourceType() === 'xhr' ? route.abort() : undefined));
      await host({ body: scriptTag(given({ demo, options, gatewayOptions })) });
      await expect(widget.panel).toBeVisible();
      await expect.poll(() => asked.length).toBe(2);
      for (const name of ['pagehide', 'pageshow', 'pagehide']) {
        await page.evaluate((name) => window.dispatchEvent(new PageTransitionEvent(name, { persisted: true })), name);
      }
      expect(await hurried(page)).toBe(0);
    });
  }

  test(`${backend}: launcher and panel need nothing of the rest`, async ({ host, page, widget, demo, options, gatewayOptions }) => {
    const asked = await rest(page, () => {});
    await host({ body: scriptTag(given({ demo, options, gatewayOptions })) });
    await widget.launcher.click();
    await expect(widget.panel).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(widget.panel).toBeHidden();
    await widget.launcher.click();
    await expect.poll(() => asked.length).toBe(2);
    expect(await hurried(page)).toBe(0);
  });
}

test('what is written before the rest is there stays in the field, and goes out with it', async ({ host, page, widget, options, relay }) => {
  let arrived;
  await rest(page, (route) => new Promise((resolve) => (arrived = () => resolve(route.continue()))));
  await host({ body: scriptTag(options) });
  await widget.open();
  await widget.field.fill('Is anybody there?');
  await widget.field.press('Enter');
  await expect.poll(() => arrived).toBeTruthy();
  await expect(widget.field).toHaveValue('Is anybody there?');
  expect(await hurried(page)).toBe(0);
  arrived();
  await widget.sent('Is anybody there?');
  await expect(widget.field).toHaveValue('');
  expect(await relay.heardFrom(await widget.session())).toEqual(['Is anybody there?']);
});

test('the rest comes by itself when the page is idle, and once', async ({ host, page, widget, options }) => {
  const asked = await rest(page, (route) => route.continue());
  await host({ body: scriptTag(options) });
  await widget.heard('ready');
  await expect.poll(() => asked.length).toBe(2);
  await widget.open();
  await widget.converse('blue');
  expect(asked).toHaveLength(2);
  expect(await hurried(page)).toBe(0);
});

test('a rest that cannot be had is asked for again, and the console says so once', async ({ host, page, widget, options, complaints }) => {
  complaints.expect(/a file of the widget could not be loaded and is asked for again/);
  let refusals = 2;
  await rest(page, (route) => (refusals-- > 0 ? route.abort() : route.continue()));
  await host({ body: scriptTag(options) });
  await widget.open();
  await widget.converse('blue');
  expect(complaints.heard.filter((text) => text.includes('is asked for again'))).toHaveLength(1);
});

test('who has been here before gets all of it at once', async ({ host, page, widget, options }) => {
  const asked = await rest(page, (route) => route.continue());
  await host({ body: scriptTag(options) });
  await widget.open();
  await widget.converse('blue');
  await page.reload();
  await widget.heard('ready');
  expect(await page.evaluate(() => document.querySelector('visavis-launcher').chat.messages.length)).toBe(2);
  expect(asked).toHaveLength(2);
  expect(await hurried(page)).toBe(0);
});
