// How soon the widget is there and what a long thread costs, in Chromium against the demo server: `npm run bench`.

import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';

import { chromium } from '@playwright/test';

import { Demo, named } from './stage/demo.js';
import { scriptTag } from './stage/host.js';
import { installLongThread } from './stage/long-thread.js';
import { Stand } from './stage/stand.js';
import { streamedAnswers } from './stage/streamed-answer.js';

const RUNS = 7;
const SWITCHES = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];
/** A phone of the middle class on its way: four times slower, 150 ms away, 1.6 Mbit/s. */
const SLOW = { rate: 4, network: { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 94_000 } };

const demo = await Demo.start();
const stand = await Stand.open(demo.site);
const browser = await chromium.launch({ executablePath: process.env.VISAVIS_CHROMIUM || '/usr/bin/chromium', args: SWITCHES });
try {
  const page = stand.put('/bench', { body: scriptTag(demo.options) });
  const rows = [...sizes(), ...(await starts(page, 'as it is')), ...(await starts(page, 'slow', SLOW)), ...(await longThread(page)), ...(await streamedAnswers(browser, demo, stand))];
  print(rows);
} finally {
  await browser.close();
  await stand.close();
  await demo.stop();
}

function sizes() {
  const { builds } = JSON.parse(readFileSync(join(named('VISAVIS_WIDGET_DIR'), 'sizes.json'), 'utf8'));
  const kib = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`;
  return Object.entries(builds).flatMap(([backend, { files, total_until_panel: total }]) => [
    ...files.map(({ role, brotli }) => [`${backend}: ${role}, brotli`, kib(brotli)]),
    [`${backend}: everything until the panel, brotli`, kib(total.brotli)],
  ]);
}

/** From the beginning of the page to the launcher, and from a click on it at that moment to a field that takes text. */
async function starts(url, name, slow) {
  const [launcher, usable] = [[], []];
  for (let run = 0; run < RUNS; run += 1) {
    const context = await browser.newContext();
    const page = await context.newPage();
    if (slow) {
      const session = await context.newCDPSession(page);
      await session.send('Emulation.setCPUThrottlingRate', { rate: slow.rate });
      await session.send('Network.enable');
      await session.send('Network.emulateNetworkConditions', slow.network);
    }
    await page.addInitScript(noteFirsts);
    await page.goto(url);
    await page.waitForFunction(() => window.firsts.field);
    const firsts = await page.evaluate(() => window.firsts);
    launcher.push(firsts.launcher);
    usable.push(firsts.field - firsts.launcher);
    await context.close();
  }
  return [
    [`launcher visible, ${name}`, `${median(launcher)} ms`],
    [`from a click at that moment to a panel that takes text, ${name}`, `${median(usable)} ms`],
  ];
}

/** Runs in the page: when the launcher was there, which is clicked at once, and when the field; looked for at every frame. */
function noteFirsts() {
  window.firsts = {};
  const look = () => {
    const root = document.querySelector('visavis-launcher')?.shadowRoot;
    const there = (part) => root?.querySelector(`[part~="${part}"]`)?.getClientRects().length > 0;
    if (!window.firsts.launcher && there('launcher-button')) {
      window.firsts.launcher = performance.now();
      root.querySelector('[part~="launcher-button"]').click();
    }
    if (!window.firsts.field && there('composer-input')) window.firsts.field = performance.now();
    if (!window.firsts.field) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

async function longThread(url) {
  const rows = [];
  for (const length of [200, 1000, 10_000]) {
    const page = await browser.newPage();
    await page.addInitScript(installLongThread, length);
    await page.goto(url);
    await page.waitForFunction(() => document.querySelector('visavis-launcher')?.chat?.connection === 'idle');
    const { shown, nodes, kept, append } = await page.evaluate(async (length) => {
      const { chat, shadowRoot } = document.querySelector('visavis-launcher');
      const drawn = (text) =>
        new Promise((resolve) => {
          const look = () => {
            if ([...shadowRoot.querySelectorAll('[part~="bubble"]')].some((bubble) => bubble.textContent.includes(text))) requestAnimationFrame(resolve);
            else requestAnimationFrame(look);
          };
          look();
        });
      let from = performance.now();
      chat.open();
      await drawn(`Message ${length} of many.`);
      const shown = performance.now() - from;
      from = performance.now();
      window.arrives('One more.');
      await drawn('One more.');
      return { shown, nodes: shadowRoot.querySelectorAll('*').length, kept: chat.messages.length, append: performance.now() - from };
    }, length);
    rows.push(
      [`${length} messages in the welcome: kept by the core`, `${kept}`],
      [`${length} messages: click to drawn`, `${Math.round(shown)} ms`],
      [`${length} messages: elements`, `${nodes}`],
      [`${length} messages: one more, until drawn`, `${Math.round(append)} ms`],
    );
    await page.close();
  }
  return rows;
}

function median(values) {
  return Math.round(values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)]);
}

function print(rows) {
  const machine = `${cpus().length} × ${cpus()[0].model.trim()}, Chromium ${browser.version()}, ${new Date().toISOString().slice(0, 10)}, median of ${RUNS}`;
  console.log(`\n${machine}\n\n| what | measured |\n| --- | ---: |`);
  for (const [what, measured] of rows) console.log(`| ${what} | ${measured} |`);
}
