// What a long thread costs: from the call that brings it until its last message is drawn, and one message more.

import { installLongThread } from '../stage/long-thread.js';
import { median } from './starts.js';

const LENGTHS = [1000, 10_000];
const APPENDS = 5;
const LIMIT_MS = 180_000;

/** By contestant: one result for each length. */
export async function longThreads(browser, contestants) {
  const named = (name) => contestants.find((contestant) => contestant.name === name);
  const results = new Map();
  for (const [name, measure] of [['bloonio', ours], ['deep-chat', deepChats]]) {
    const found = [];
    for (const length of LENGTHS) found.push(await measure(browser, named(name), length));
    results.set(name, found);
  }
  return results;
}

async function ours(browser, { url }, length) {
  return onPage(browser, url, async (page) => {
    await page.addInitScript(installLongThread, length);
    await page.goto(url);
    await page.waitForFunction(() => document.querySelector('visavis-launcher')?.chat?.connection === 'idle');
    return page.evaluate(async ([length, appends]) => {
      const { chat, shadowRoot } = document.querySelector('visavis-launcher');
      const drawn = (text) =>
        new Promise((resolve) => {
          const look = () => {
            const there = [...shadowRoot.querySelectorAll('[part~="bubble"]')].some((bubble) => bubble.textContent.includes(text));
            requestAnimationFrame(there ? resolve : look);
          };
          look();
        });
      let from = performance.now();
      chat.open();
      await drawn(`Message ${length} of many.`);
      const result = { shown: performance.now() - from, nodes: shadowRoot.querySelectorAll('*').length, kept: chat.messages.length, appends: [] };
      for (let more = 1; more <= appends; more += 1) {
        from = performance.now();
        window.arrives(`One more, ${more}.`);
        await drawn(`One more, ${more}.`);
        result.appends.push(performance.now() - from);
      }
      return result;
    }, [length, APPENDS]);
  });
}

async function deepChats(browser, { library }, length) {
  return onPage(browser, library, async (page) => {
    await page.goto(library);
    await page.waitForFunction(() => customElements.get('deep-chat'));
    return page.evaluate(async ([length, appends]) => {
      const chat = document.createElement('deep-chat');
      const text = (number) => `Message ${number} of many. It has **some** words.`;
      chat.history = Array.from({ length }, (_, index) => ({ role: index % 2 ? 'ai' : 'user', text: text(index + 1) }));
      const drawn = (text) =>
        new Promise((resolve) => {
          const look = () => {
            const bubbles = chat.shadowRoot.querySelectorAll('.message-bubble');
            requestAnimationFrame(bubbles[bubbles.length - 1]?.textContent.includes(text) ? resolve : look);
          };
          look();
        });
      let from = performance.now();
      document.querySelector('main').append(chat);
      await drawn(`Message ${length} of many.`);
      const result = { shown: performance.now() - from, nodes: chat.shadowRoot.querySelectorAll('*').length, kept: chat.getMessages().length, appends: [] };
      for (let more = 1; more <= appends; more += 1) {
        from = performance.now();
        chat.addMessage({ role: 'ai', text: `One more, ${more}.` });
        await drawn(`One more, ${more}.`);
        result.appends.push(performance.now() - from);
      }
      return result;
    }, [length, APPENDS]);
  });
}

async function onPage(browser, url, measure) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  page.setDefaultTimeout(LIMIT_MS);
  try {
    const { appends, ...result } = await measure(page);
    const session = await context.newCDPSession(page);
    await session.send('Performance.enable');
    for (let round = 0; round < 2; round += 1) await session.send('HeapProfiler.collectGarbage');
    const { metrics } = await session.send('Performance.getMetrics');
    return { ...result, heap: metrics.find(({ name }) => name === 'JSHeapUsedSize').value, append: median(appends) };
  } catch (error) {
    return { failed: error.message.split('\n')[0] };
  } finally {
    await context.close();
  }
}
