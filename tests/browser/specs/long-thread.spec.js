import { scriptTag } from '../stage/host.js';
import { installLongThread } from '../stage/long-thread.js';
import { expect, test } from '../stage/test.js';

/** The most elements that a thread of one-line messages may hold, wherever its visitor is in it. */
const MOST_NODES = 400;

async function visitLongThread({ host, page, widget, options }, length) {
  await page.addInitScript(installLongThread, length);
  await host({ body: scriptTag(options) });
  await widget.open();
  await expect(widget.message('bot', `Message ${length} of many.`)).toBeVisible();
}

const nodes = (page) => page.evaluate(() => document.querySelector('visavis-launcher').shadowRoot.querySelectorAll('*').length);

/** Runs in the page: scrolls up step by step to the beginning, and notes what happens to a line that can be seen. */
async function readUp() {
  const { shadowRoot } = document.querySelector('visavis-launcher');
  const thread = shadowRoot.querySelector('.thread');
  const frame = () => new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(resolve)); });
  const report = { most: 0, moved: 0, blank: 0 };
  const middle = () => {
    const { top, height } = thread.getBoundingClientRect();
    return [...shadowRoot.querySelectorAll('.lines > .message')].find((line) => line.getBoundingClientRect().bottom > top + height / 2);
  };
  for (let still = 0, steps = 0; still < 3 && steps < 2000; steps += 1) {
    const line = middle();
    if (!line) report.blank += 1;
    const from = line?.getBoundingClientRect().top;
    const before = thread.scrollTop;
    thread.scrollTop -= 400;
    const by = before - thread.scrollTop;
    still = by === 0 ? still + 1 : 0;
    await frame();
    if (line?.isConnected) report.moved = Math.max(report.moved, Math.abs(line.getBoundingClientRect().top - from - by));
    report.most = Math.max(report.most, shadowRoot.querySelectorAll('*').length);
  }
  report.first = shadowRoot.querySelector('.lines > .message').textContent;
  return report;
}

for (const [length, oldest] of [[1000, 1], [10_000, 9001]]) {
  test(`of ${length} messages only those near what can be seen are in the page, and reading up moves nothing`, async ({ host, page, widget, options, relay: _ }) => {
    test.slow();
    await visitLongThread({ host, page, widget, options }, length);
    expect(await nodes(page)).toBeLessThanOrEqual(MOST_NODES);
    const { most, moved, blank, first } = await page.evaluate(readUp);
    expect(most).toBeLessThanOrEqual(MOST_NODES);
    expect(moved).toBeLessThanOrEqual(2);
    expect(blank).toBe(0);
    expect(first).toContain(`Message ${oldest} of many.`);
    await widget.panel.getByRole('button', { name: /newest/i }).click();
    await expect(widget.message('bot', `Message ${length} of many.`)).toBeInViewport();
    expect(await nodes(page)).toBeLessThanOrEqual(MOST_NODES);
  });
}

test('reading down again, the lines are where they were', async ({ host, page, widget, options, relay: _ }) => {
  await visitLongThread({ host, page, widget, options }, 300);
  const places = await page.evaluate(async () => {
    const { shadowRoot } = document.querySelector('visavis-launcher');
    const thread = shadowRoot.querySelector('.thread');
    const frame = () => new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(resolve)); });
    const seen = new Map();
    const note = (put) => {
      for (const line of shadowRoot.querySelectorAll('.lines > .message')) put(line.dataset.id, Math.round(line.getBoundingClientRect().top - thread.getBoundingClientRect().top + thread.scrollTop));
    };
    for (let step = 0; step < 30; step += 1) {
      note((id, place) => seen.set(id, place));
      thread.scrollTop -= 200;
      await frame();
    }
    let worst = 0;
    let compared = 0;
    for (let step = 0; step < 35; step += 1) {
      thread.scrollTop += 170;
      await frame();
      note((id, place) => {
        if (!seen.has(id)) return;
        compared += 1;
        worst = Math.max(worst, Math.abs(seen.get(id) - place));
      });
    }
    return { worst, compared };
  });
  expect(places.compared).toBeGreaterThan(100);
  expect(places.worst).toBeLessThanOrEqual(2);
});

test('a screen reader hears of a message that comes, not of lines that were scrolled to', async ({ host, page, widget, options, relay: _ }) => {
  await visitLongThread({ host, page, widget, options }, 300);
  await page.evaluate(() => {
    const { shadowRoot } = document.querySelector('visavis-launcher');
    window.told = [];
    window.added = 0;
    new MutationObserver((records) => {
      for (const { addedNodes } of records) {
        for (const node of addedNodes) {
          window.added += 1;
          const near = node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
          if (node.textContent && !near?.closest('[aria-live="off"]')) window.told.push(node.textContent);
        }
      }
    }).observe(shadowRoot.querySelector('[role="log"]'), { childList: true, subtree: true });
  });
  const thread = widget.part('thread');
  for (const by of [-900, -900, -900, 900, 900, 900]) {
    await thread.evaluate((thread, by) => new Promise((resolve) => { thread.scrollTop += by; requestAnimationFrame(() => requestAnimationFrame(resolve)); }), by);
  }
  expect(await page.evaluate(() => window.added)).toBeGreaterThan(20);
  expect(await page.evaluate(() => window.told)).toEqual([]);
  await thread.evaluate((thread) => { thread.scrollTop = 0; });
  await page.evaluate(() => window.arrives('Something new'));
  await widget.says('bot', 'Something new');
  const told = await page.evaluate(() => window.told);
  expect(told.filter((text) => text.includes('Something new'))).toHaveLength(1);
  expect(told.filter((text) => text.includes('of many'))).toEqual([]);
});

test('who reads older lines is not moved by what comes; a pill counts it and leads there', async ({ host, page, widget, options, relay: _ }) => {
  await visitLongThread({ host, page, widget, options }, 300);
  const thread = widget.part('thread');
  await thread.evaluate((thread) => { thread.scrollTop = -3000; });
  const pill = widget.part('newest-button');
  await expect(pill).toHaveAccessibleName(/newest/i);
  await expect(widget.messages().first()).toBeAttached();
  const place = () => page.evaluate(() => {
    const { shadowRoot } = document.querySelector('visavis-launcher');
    const { top } = shadowRoot.querySelector('.thread').getBoundingClientRect();
    const line = [...shadowRoot.querySelectorAll('.lines > .message')].find((line) => line.getBoundingClientRect().top > top);
    return { id: line.dataset.id, at: Math.round(line.getBoundingClientRect().top) };
  });
  const before = await place();
  await page.evaluate(() => { window.arrives('One more'); window.arrives('Two more'); });
  await expect(pill).toHaveText('2 new messages');
  expect(await place()).toEqual(before);
  await pill.click();
  await expect(widget.message('bot', 'Two more')).toBeInViewport();
  await expect(pill).toHaveCount(0);
});

test('a message that was changed says so', async ({ host, page, widget, options, relay: _ }) => {
  await visitLongThread({ host, page, widget, options }, 20);
  await page.evaluate(() => window.changes(18, 'Other words'));
  await expect(widget.message('bot', 'Other words')).toContainText('Edited');
  await expect(widget.messages('bot').filter({ hasText: 'Edited' })).toHaveCount(1);
});
