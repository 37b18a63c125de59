// What a long thread costs: from the call that brings it until its last message is drawn, and one message more: until it is painted, and what that costs.

import { Cost } from '../stage/cost.js';
import { installLongThread } from '../stage/long-thread.js';
import { median } from './starts.js';

const LENGTHS = [1000, 10_000];
const APPENDS = 15;
const LIMIT_MS = 180_000;

/** By contestant: one result for each length, of several runs the middle one. */
export async function longThreads(browser, contestants) {
  const named = (name) => contestants.find((contestant) => contestant.name === name);
  const results = new Map();
  // One run of the other one takes minutes.
  for (const [name, measure, runs] of [['bloonio', ours, 5], ['deep-chat', deepChats, 1]]) {
    const found = [];
    for (const length of LENGTHS) {
      const taken = [];
      while (taken.length < runs) taken.push(await measure(browser, named(name), length));
      found.push(middle(taken));
    }
    results.set(name, found);
  }
  return results;
}

/** The run in which it took the middle of the times until the thread was shown; one that failed, where there is one. */
function middle(runs) {
  return runs.find(({ failed }) => failed) ?? runs.toSorted((a, b) => a.shown - b.shown)[runs.length >> 1];
}

async function ours(browser, { url }, length) {
  return onPage(browser, async (page) => {
    await page.addInitScript(installLongThread, length);
    await page.goto(url);
    await page.waitForFunction(() => document.querySelector('visavis-launcher')?.chat?.connection === 'idle');
    return page.evaluate(async (length) => {
      const { chat, shadowRoot } = document.querySelector('visavis-launcher');
      const bubbles = () => [...shadowRoot.querySelectorAll('[part~="bubble"]')];
      window.drawn = (text) => window.painted(() => bubbles().some(({ textContent }) => textContent.includes(text)));
      window.append = (text) => window.arrives(text);
      const from = performance.now();
      chat.open();
      await window.drawn(`Message ${length} of many.`);
      return { shown: performance.now() - from, nodes: shadowRoot.querySelectorAll('*').length, kept: chat.messages.length };
    }, length);
  });
}

async function deepChats(browser, { library }, length) {
  return onPage(browser, async (page) => {
    await page.goto(library);
    await page.waitForFunction(() => customElements.get('deep-chat'));
    return page.evaluate(async (length) => {
      const chat = document.createElement('deep-chat');
      const text = (number) => `Message ${number} of many. It has **some** words.`;
      chat.history = Array.from({ length }, (_, index) => ({ role: index % 2 ? 'ai' : 'user', text: text(index + 1) }));
      const bubbles = () => chat.shadowRoot.querySelectorAll('.message-bubble');
      window.drawn = (text) => window.painted(() => bubbles()[bubbles().length - 1]?.textContent.includes(text));
      window.append = (text) => chat.addMessage({ role: 'ai', text });
      const from = performance.now();
      document.querySelector('main').append(chat);
      await window.drawn(`Message ${length} of many.`);
      return { shown: performance.now() - from, nodes: chat.shadowRoot.querySelectorAll('*').length, kept: chat.getMessages().length };
    }, length);
  });
}

/**
 * Runs in the page before its own scripts: `painted(isThere)` resolves once the frame has been made that has something for the first time.
 * Whatever begins then has all of a frame's time to wait for the next one.
 */
function installPainted() {
  window.painted = (isThere) =>
    new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = resolve;
      const look = () => {
        // The next task comes when this frame has been laid out and painted.
        if (isThere()) port2.postMessage('');
        else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    });
}

/** Runs in the page: lets messages come, one after the other, and answers how long each took. */
async function appendAll(appends) {
  const took = [];
  for (let more = 1; more <= appends; more += 1) {
    const from = performance.now();
    window.append(`One more, ${more}.`);
    await window.drawn(`One more, ${more}.`);
    took.push(performance.now() - from);
  }
  return took;
}

async function onPage(browser, measure) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  page.setDefaultTimeout(LIMIT_MS);
  await page.addInitScript(installPainted);
  try {
    const result = await measure(page);
    const cost = await Cost.of(page);
    await cost.begin();
    const appends = await page.evaluate(appendAll, APPENDS);
    const { cpu } = await cost.end();
    const session = await context.newCDPSession(page);
    await session.send('Performance.enable');
    for (let round = 0; round < 2; round += 1) await session.send('HeapProfiler.collectGarbage');
    const { metrics } = await session.send('Performance.getMetrics');
    const heap = metrics.find(({ name }) => name === 'JSHeapUsedSize').value;
    return { ...result, heap, append: median(appends), soonest: Math.min(...appends), cpu: cpu / APPENDS };
  } catch (error) {
    return { failed: error.message.split('\n')[0] };
  } finally {
    await context.close();
  }
}
