// How soon the widget is there, what it weighs and what a long thread costs, beside other chat widgets in the same run: `npm run bench`.
//
// VISAVIS_BENCH_RUNS says how often each start is measured (7), VISAVIS_BENCH_ONLY which part: sizes, starts, slow, threads, streams.

import { readFileSync } from 'node:fs';
import { cpus, loadavg, setPriority } from 'node:os';
import { join } from 'node:path';

import { chromium } from '@playwright/test';

import { BUDGETS } from './bench/budgets.js';
import { contestants } from './bench/contestants.js';
import { Shelf } from './bench/shelf.js';
import { SLOW, starts } from './bench/starts.js';
import { streams } from './bench/streams.js';
import { longThreads } from './bench/threads.js';
import { Demo, named } from './stage/demo.js';

const RUNS = Number(process.env.VISAVIS_BENCH_RUNS ?? 7);
const ONLY = process.env.VISAVIS_BENCH_ONLY?.split(',');
/** Nothing beyond this machine is asked: every other host is said not to be there. */
const SWITCHES = [
  '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];

const wanted = (part) => !ONLY || ONLY.includes(part);
boost();
const demo = await Demo.start();
const shelf = await Shelf.open(demo.site);
const browser = await chromium.launch({ executablePath: process.env.VISAVIS_CHROMIUM || '/usr/bin/chromium', args: SWITCHES });
try {
  const all = await contestants(shelf, demo);
  const columns = all.map(({ name }) => name);
  const machine = `${cpus().length} × ${cpus()[0].model.trim()}, load ${busy()}`;
  console.log(`\n${machine}, Chromium ${browser.version()}, ${new Date().toISOString().slice(0, 10)}, median of ${RUNS}; slow: ${SLOW.rate} × slower CPU, 1.6 Mbit/s down, 750 kbit/s up, 150 ms`);
  // Rows come as they are measured: on a busy machine the whole table takes its time.
  table(['', ...columns, 'budget'], []);
  if (wanted('starts')) startRows(columns, await starts(browser, all, shelf, RUNS), '').forEach(line);
  if (wanted('slow')) startRows(columns, await starts(browser, all, shelf, RUNS, SLOW), ', slow').forEach(line);
  if (wanted('threads')) threadRows(columns, await longThreads(browser, all)).forEach(line);
  if (wanted('streams')) streamRows(columns, await streams(browser, all, demo, shelf)).forEach(line);
  console.log(`\nload at the end ${busy()}`);
  if (wanted('sizes')) printSizes();
} finally {
  await browser.close();
  await shelf.close();
  await demo.stop();
}

/** Lets the server and this program run before whatever else keeps this machine busy, where that is allowed. Chromium sets its pages back to the usual. */
function boost() {
  try {
    setPriority(-15);
  } catch {
    console.log('nothing can be put first here: on a busy machine the times are too long');
  }
}

function startRows(columns, results, profile) {
  const row = (what, name, unit) => [`${what}${profile}`, ...columns.map((column) => unit(results.get(column)[name])), BUDGETS[`${name}${profile}`]];
  const times = [
    row('launcher visible', 'launcher', ms),
    row('panel takes text', 'field', ms),
    row('from the click to that', 'wait', ms),
    row('main-thread CPU until then', 'cpu', ms),
    row('long tasks until then', 'long', ms),
    row('of them beyond 50 ms (TBT)', 'tbt', ms),
  ];
  if (profile) return times;
  return [
    row('files asked for before the launcher', 'launcherBytes', kib),
    row('files asked for before the panel', 'bytes', kib),
    ...times,
    row('JavaScript heap', 'heap', mb),
    row('memory of WebAssembly', 'wasm', mb),
    row('elements', 'nodes', whole),
    row('other hosts asked', 'foreign', whole),
  ];
}

function threadRows(columns, results) {
  return [1000, 10_000].flatMap((length, at) => {
    const row = (what, name, unit) => [
      `${length} messages: ${what}`,
      ...columns.map((column) => {
        const result = results.get(column)?.[at];
        return result?.failed ?? unit(result?.[name]);
      }),
      BUDGETS[`${length} ${name}`],
    ];
    return [
      row('shown after', 'shown', ms),
      row('one more, painted after (median)', 'append', ms),
      row('one more, painted after (soonest)', 'soonest', ms),
      row('one more, main-thread CPU', 'cpu', ms),
      row('elements', 'nodes', whole),
      row('kept', 'kept', whole),
      row('JavaScript heap', 'heap', mb),
    ];
  });
}

function streamRows(columns, { rows, deepChat }) {
  const cells = (column, value) => columns.map((name) => (name === column ? value : '-'));
  return [
    ...rows.map(([what, measured]) => [what, ...cells('appengine', measured), what.endsWith('main-thread CPU') ? BUDGETS.stream : undefined]),
    ['answer of 2000 chunks, four a task: main-thread CPU', ...cells('deep-chat', `${deepChat.cpu} ms (scripts ${deepChat.script} ms, style and layout ${deepChat.layout} ms)`), BUDGETS.stream],
  ];
}

function busy() {
  return loadavg()[0].toFixed(1);
}

function printSizes() {
  const { builds } = JSON.parse(readFileSync(join(named('VISAVIS_WIDGET_DIR'), 'sizes.json'), 'utf8'));
  const rows = Object.entries(builds).map(([backend, { files, total_until_panel: total }]) => [
    backend, ...files.map(({ brotli }) => kib(brotli)), kib(total.brotli), BUDGETS.bytes,
  ]);
  table(['brotli', 'loader', 'glue', 'module', 'until the panel', 'budget'], rows);
}

function table(head, rows) {
  console.log('');
  line(head);
  line(head.map((_, at) => (at ? '---:' : '---')));
  rows.forEach(line);
}

function line(cells) {
  console.log(`| ${cells.map((cell) => cell ?? '').join(' | ')} |`);
}

function ms(value) {
  return value === undefined ? '-' : `${Math.round(value)} ms`;
}

function kib(value) {
  return value === undefined ? '-' : `${(value / 1024).toFixed(1)} KiB`;
}

function mb(value) {
  return value === undefined ? '-' : `${(value / 1_000_000).toFixed(2)} MB`;
}

function whole(value) {
  return value === undefined ? '-' : `${value}`;
}
