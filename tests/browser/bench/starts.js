// From the beginning of a page to its launcher, from a click in that frame to a field that takes text, and what that costs.

import { summary, watch } from './page.js';

/** A phone of the middle class on its way: four times slower, 150 ms away, 1.6 Mbit/s down, 750 kbit/s up. */
export const SLOW = { rate: 4, network: { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 93_750 } };

/** A contestant's medians over some runs, each with nothing cached. The contestants take turns, so that a busy moment of the machine meets all. */
export async function starts(browser, contestants, shelf, runs, profile) {
  const blank = await heapOfNothing(browser, shelf);
  // The shelf packs every file when it is asked for the first time.
  for (const contestant of contestants) await start(browser, contestant, shelf, undefined, blank);
  const results = new Map(contestants.map(({ name }) => [name, []]));
  for (let run = 0; run < runs; run += 1) {
    for (const contestant of contestants) results.get(contestant.name).push(await start(browser, contestant, shelf, profile, blank));
  }
  return new Map([...results].map(([name, all]) => [name, medians(all)]));
}

async function start(browser, { url, launcher, field }, shelf, profile, blank) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  try {
    const session = await context.newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    const arrived = new Promise((resolve) => session.on('Runtime.bindingCalled', () => resolve(metrics(session))));
    await session.send('Runtime.enable');
    await session.send('Runtime.addBinding', { name: 'arrived' });
    if (profile) {
      await session.send('Emulation.setCPUThrottlingRate', { rate: profile.rate });
      await session.send('Network.enable');
      await session.send('Network.emulateNetworkConditions', profile.network);
    }
    await page.addInitScript(watch, { launcher, field });
    const before = (await metrics(session)).TaskDuration;
    await page.goto(url, { waitUntil: 'commit' });
    const { TaskDuration: after } = await within(60_000, arrived, url);
    if (profile) await session.send('Emulation.setCPUThrottlingRate', { rate: 1 });
    // Long tasks are told a little later.
    await page.waitForTimeout(300);
    const seen = await page.evaluate(summary);
    const heap = (await heapOf(session)) - blank;
    const bytes = (limit) => seen.asked.filter(({ startTime }) => startTime < limit).reduce((sum, { name }) => sum + shelf.weight(new URL(name).pathname), 0);
    return {
      launcher: seen.launcher,
      field: seen.field,
      wait: seen.launcher && seen.field - seen.launcher,
      cpu: (after - before) * 1000,
      long: seen.long.reduce((sum, duration) => sum + duration, 0),
      tbt: seen.long.reduce((sum, duration) => sum + duration - 50, 0),
      heap,
      wasm: seen.wasm,
      nodes: seen.nodes,
      launcherBytes: seen.launcher && bytes(seen.launcher),
      bytes: bytes(seen.field),
      foreign: new Set(seen.asked.map(({ name }) => new URL(name)).filter(({ hostname }) => hostname !== '127.0.0.1').map(({ host }) => host)).size,
    };
  } finally {
    await context.close();
  }
}

async function metrics(session) {
  const { metrics } = await session.send('Performance.getMetrics');
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
}

async function heapOf(session) {
  for (let round = 0; round < 2; round += 1) await session.send('HeapProfiler.collectGarbage');
  return (await metrics(session)).JSHeapUsedSize;
}

async function heapOfNothing(browser, shelf) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Performance.enable');
  await page.goto(shelf.page('/blank', '<!doctype html><title>Blank</title>'));
  const heap = await heapOf(session);
  await context.close();
  return heap;
}

function within(ms, promise, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: no field that takes text after ${ms / 1000} s`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function medians(runs) {
  return Object.fromEntries(Object.keys(runs[0]).map((name) => [name, median(runs.map((run) => run[name]))]));
}

/** The middle one; nothing where nothing was measured. */
export function median(values) {
  if (values[0] === undefined) return undefined;
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)];
}
