import { Gauge } from '../stage/gauge.js';
import { installFickleLine, installHaste } from '../stage/haste.js';
import { LIBRARY, scriptTag } from '../stage/host.js';
import { expect, test } from '../stage/test.js';
import { init } from '../stage/widget.js';

test.setTimeout(150_000);

/** Everything that must not grow. */
async function measure(gauge, widget) {
  const { listeners, nodes, heap } = await gauge.read();
  return { listeners, nodes, heap, ...(await widget.holdings()) };
}

/** `after` holds no more than `before`; what is counted in bytes may breathe. */
function expectNoGrowth(before, after) {
  for (const name of ['memoryPages', 'tableEntries', 'openSockets', 'timers', 'listeners', 'nodes', 'widgetNodes']) {
    expect(after[name], `${name}: ${JSON.stringify({ before, after })}`).toBeLessThanOrEqual(before[name]);
  }
  expect(after.heap, 'the heap of JavaScript').toBeLessThan(before.heap + 400_000);
}

test('1,000 reconnects leave no closure, listener, timer or page of memory behind', async ({ host, page, widget, options, context }) => {
  await context.addInitScript(installFickleLine);
  await context.addInitScript(installHaste);
  await host({ body: scriptTag(options) });
  await widget.open();
  await widget.connection('live');
  const gauge = await Gauge.of(page);

  /** Lets so many lines be cut, then waits until one holds. */
  const reconnect = async (times) => {
    await page.evaluate(async (times) => {
      const { line } = window;
      const goal = line.closed + times;
      line.fickle = true;
      window.hurry(2000);
      window.probes.events.length = 0;
      const channel = new MessageChannel();
      await new Promise((resolve) => {
        channel.port1.onmessage = () => {
          window.probes.events.length = 0;
          if (line.closed >= goal) resolve();
          else channel.port2.postMessage(0);
        };
        // The line that holds now is cut like the others.
        line.live.end(1012);
        channel.port2.postMessage(0);
      });
      channel.port1.close();
      line.fickle = false;
    }, times);
    await expect.poll(() => page.evaluate(() => document.querySelector('visavis-launcher').chat.connection), { timeout: 60_000 }).toBe('live');
    await page.evaluate(() => {
      window.hurry(1);
      window.probes.events.length = 0;
    });
  };

  await reconnect(200);
  const warm = await measure(gauge, widget);
  await reconnect(1000);
  expect(await page.evaluate(() => window.line.closed)).toBeGreaterThanOrEqual(1200);
  expectNoGrowth(warm, await measure(gauge, widget));
});

test('100 times made and destroyed: as if it had been a few times', async ({ host, page, widget, options }) => {
  await host({ body: `<div id="place"></div>${LIBRARY}` });
  const gauge = await Gauge.of(page);
  const cycle = (times) =>
    page.evaluate(async ([options, times]) => {
      const modes = ['launcher', 'docked', 'thread'];
      for (let round = 0; round < times; round += 1) {
        const mode = modes[round % modes.length];
        const chat = await window.Visavis.init({ ...options, mode, load: 'eager', ...(mode === 'launcher' ? {} : { target: '#place' }) });
        chat.on('message', () => {});
        chat.open();
        await new Promise((resolve) => { requestAnimationFrame(resolve); });
        chat.destroy();
      }
      window.probes.events.length = 0;
    }, [options, times]);
  await cycle(20);
  await page.waitForTimeout(1000);
  const warm = await measure(gauge, widget);
  await cycle(100);
  await page.waitForTimeout(1000);
  expectNoGrowth(warm, await measure(gauge, widget));
  await init(page, options);
  await widget.open();
  await widget.converse('still as good as new');
});

test('100 times removed and added again: one conversation, one socket, nothing left behind', async ({ host, page, widget, options, relay }) => {
  await host({ body: `<div id="place"></div>${LIBRARY}` });
  await init(page, { ...options, mode: 'thread', target: '#place' });
  await widget.converse('blue');
  const before = await relay.counts();
  const gauge = await Gauge.of(page);
  const cycle = (times) =>
    page.evaluate(async (times) => {
      const thread = document.querySelector('visavis-thread');
      for (let round = 0; round < times; round += 1) {
        thread.remove();
        await new Promise((resolve) => { requestAnimationFrame(resolve); });
        document.querySelector('#place').append(thread);
        await new Promise((resolve) => { requestAnimationFrame(resolve); });
      }
    }, times);
  await cycle(20);
  await page.waitForTimeout(500);
  const warm = await measure(gauge, widget);
  await cycle(100);
  await page.waitForTimeout(500);
  expectNoGrowth(warm, await measure(gauge, widget));
  await widget.converse('still here');
  expect(await widget.texts('visitor')).toEqual(['blue', 'still here']);
  expect((await relay.counts()).connects).toBe(before.connects);
});

test('opened and closed 100 times', async ({ host, page, widget, options }) => {
  await host({ body: scriptTag(options) });
  await widget.open();
  await widget.converse('blue');
  const gauge = await Gauge.of(page);
  const cycle = (times) =>
    page.evaluate(async (times) => {
      const { chat } = document.querySelector('visavis-launcher');
      for (let round = 0; round < times; round += 1) {
        chat.toggle();
        await new Promise((resolve) => { requestAnimationFrame(resolve); });
      }
      window.probes.events.length = 0;
    }, 2 * times);
  await cycle(20);
  await page.waitForTimeout(500);
  const warm = await measure(gauge, widget);
  await cycle(100);
  await page.waitForTimeout(500);
  expectNoGrowth(warm, await measure(gauge, widget));
});
