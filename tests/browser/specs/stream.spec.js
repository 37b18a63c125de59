import { violations } from '../stage/accessible.js';
import { Gauge } from '../stage/gauge.js';
import { LIBRARY } from '../stage/host.js';
import { picture } from '../stage/picture.js';
import { expect, test } from '../stage/visit.js';
import { init } from '../stage/widget.js';

/** From one drawing of a growing answer to the next, at least. */
const REST_MS = 80;

const ANSWER = '[part~="message"][data-author="bot"]';

/** Runs in the page: notes at every frame how many answers there are, and whether the first one is still the same element. */
function watchAnswers(selector) {
  const { shadowRoot } = document.querySelector('visavis-launcher');
  const seen = { most: 0, replaced: false, texts: [] };
  let first = null;
  const look = () => {
    const answers = [...shadowRoot.querySelectorAll(selector)].filter(({ textContent }) => !textContent.includes('I am Iris'));
    seen.most = Math.max(seen.most, answers.length);
    first ??= answers[0];
    if (first && !first.isConnected) seen.replaced = true;
    const text = first?.querySelector('.growing')?.textContent ?? '';
    if (text && seen.texts.at(-1) !== text) seen.texts.push(text);
    requestAnimationFrame(look);
  };
  look();
  window.seen = seen;
}

/** Runs in the page: what a screen reader is told, of the log and of the line beside it. */
function listen() {
  const { shadowRoot } = document.querySelector('visavis-launcher');
  const told = { log: [], spoken: [] };
  const isQuiet = (node) => (node.closest ?? node.parentElement?.closest)?.call(node.closest ? node : node.parentElement, '[aria-live="off"]');
  const added = (records, heard) => {
    for (const { addedNodes } of records) {
      for (const node of addedNodes) if (node.textContent && !isQuiet(node)) heard.push(node.textContent);
    }
  };
  const watch = (node, heard) => new MutationObserver((records) => added(records, heard)).observe(node, { childList: true, subtree: true });
  watch(shadowRoot.querySelector('[role="log"]'), told.log);
  watch(shadowRoot.querySelector('.stretch > [role="status"]'), told.spoken);
  window.told = told;
}

/** Runs in the page: notes when something of a growing answer was drawn, and what was there once first words were told. */
function watchDrawings() {
  const { shadowRoot } = document.querySelector('visavis-launcher');
  const seen = { drawn: [], first: undefined };
  const isOfText = ({ target }) => (target.closest ? target : target.parentElement)?.closest('.growing, .grown');
  new MutationObserver((records) => {
    if (records.some(isOfText)) seen.drawn.push(performance.now());
  }).observe(shadowRoot, { childList: true, characterData: true, subtree: true });
  document.addEventListener('visavis:stream', ({ detail }) => {
    // Before anything that waits for a time.
    if (detail.kind === 'chunk') setTimeout(() => { seen.first ??= shadowRoot.querySelector('.growing').textContent; });
  });
  window.drawings = seen;
}

/** Runs in the page: collects the words that its sockets hear, whoever listens besides. */
function overhear() {
  window.overheard = '';
  for (const socket of window.probes.sockets) {
    socket.addEventListener('message', ({ data }) => {
      const said = data.startsWith('42') ? JSON.parse(data.slice(data.indexOf('[')))[1] : undefined;
      if (said?.event === 'chunk') window.overheard += said.data;
    });
  }
}

test('an answer grows in one bubble, which becomes its message', async ({ visit, visitor, gateway, widget, answers, page }) => {
  await gateway.command('pace', { ms: 150 });
  await visit();
  await page.evaluate(watchAnswers, ANSWER);
  await widget.say('Where is order 1002?');
  await expect(answers.locator('.crumb')).toContainText('Look up order');
  await picture(page, 'stream-1-tool');
  await expect(answers.locator('.growing')).toContainText('Order 1002');
  await expect(answers).toHaveAttribute('aria-busy', 'true');
  await picture(page, 'stream-2-grows');
  await expect(answers.locator('.grown')).toContainText('arrives within two days. Follow it.');
  await expect(answers).toHaveAttribute('aria-busy', 'false');
  await expect(answers.locator('.crumb.done')).toContainText('looked up in the order book');
  await expect(answers.locator('.crumbs')).not.toContainText('{');
  await picture(page, 'stream-3-message');
  const stored = (await gateway.transcript(visitor.chat)).at(-1);
  await expect(answers).toHaveAttribute('data-id', stored.id ?? stored.message_id);
  const { most, replaced, texts } = await page.evaluate(() => window.seen);
  expect({ most, replaced }).toEqual({ most: 1, replaced: false });
  expect(texts.length).toBeGreaterThan(5);
  for (const [at, text] of texts.entries()) if (at > 0) expect(text.startsWith(texts[at - 1].slice(0, 5))).toBe(true);

  await page.reload();
  await widget.open();
  await widget.says('bot', 'arrives within two days');
  await expect(answers).toHaveCount(1);
  await expect(answers.locator('.crumb.done')).toContainText(/Look up order.*looked up in the order book/);
  const used = await page.evaluate(() => document.querySelector('visavis-launcher').chat.messages.flatMap(({ tools = [] }) => tools));
  expect(used).toMatchObject([{ tool: expect.stringMatching(/look.up.order/), result: expect.stringContaining('looked up in the order book') }]);
});

test('what is final of a growing text is drawn once, and the end looks as if it had come at once', async ({ visit, gateway, widget, answers, page }) => {
  await gateway.command('pace', { ms: 8 });
  await visit();
  await widget.say('at length 160');
  const text = answers.locator('.growing');
  await expect(text.locator('p').nth(3)).toBeVisible();
  const early = await text.locator('p').first().elementHandle();
  const changes = await early.evaluate((paragraph) => {
    const changes = { count: 0 };
    new MutationObserver((records) => { changes.count += records.length; }).observe(paragraph, { childList: true, characterData: true, subtree: true });
    window.changes = changes;
    return changes.count;
  });
  expect(changes).toBe(0);
  const grown = answers.locator('.grown');
  await expect(grown.locator('p')).toHaveCount(20);
  expect(await page.evaluate(() => window.changes.count)).toBe(0);
  expect(await grown.evaluate((place, first) => place.firstElementChild === first, early)).toBe(true);
  const streamed = await grown.innerText();
  await page.reload();
  await widget.open();
  const bubble = answers.locator('[part~="bubble"]');
  await expect(bubble).toContainText('word 160.');
  expect((await bubble.innerText()).trim()).toBe(streamed.trim());
});

test('pieces that come fast are told together, and none is lost', async ({ visit, gateway, widget, answers }) => {
  await gateway.command('pace', { ms: 1 });
  await visit();
  await widget.say('at length 400');
  await expect(answers.locator('.grown p')).toHaveCount(50, { timeout: 40_000 });
  const steps = (await widget.events('stream')).map(({ detail }) => detail);
  const pieces = steps.filter(({ kind }) => kind === 'chunk').map(({ text }) => text);
  expect(pieces.length).toBeGreaterThan(3);
  expect(pieces.length).toBeLessThan(200);
  expect(steps.map(({ kind }) => kind).filter((kind) => kind !== 'chunk')).toEqual(['start', 'end']);
  expect(pieces.join('').trim()).toBe(steps.at(-1).text.trim());
});

test('the first words are drawn at once, also in a bubble that is there already', async ({ visit, gateway, widget, answers, page }) => {
  await gateway.command('pace', { ms: 60 });
  await visit();
  await page.evaluate(watchDrawings);
  await widget.say('Where is order 1002?');
  await expect(answers.locator('.grown')).toContainText('Follow it.');
  expect(await page.evaluate(() => window.drawings.first)).toContain('Order');
});

test('words that follow are drawn no oftener than they can be read, and all of them in the end', async ({ visit, gateway, widget, answers, page }) => {
  // Slower than what is told together, and faster than what is drawn.
  await gateway.command('pace', { ms: 35 });
  await visit();
  await page.evaluate(watchDrawings);
  await widget.say('at length 120');
  await expect(answers.locator('.grown p')).toHaveCount(15, { timeout: 40_000 });
  await expect(answers.locator('.grown')).toContainText('word 120.');
  const { drawn } = await page.evaluate(() => window.drawings);
  expect(drawn.length).toBeGreaterThan(5);
  // The bubble itself, the first words and the end wait for nothing.
  expect(drawn.length).toBeLessThanOrEqual((drawn.at(-1) - drawn[0]) / REST_MS + 3);
});

test('what came fast before the line broke is told', async ({ visit, gateway, widget, page }) => {
  await gateway.command('pace', { ms: 1 });
  await visit();
  await page.evaluate(overhear);
  await gateway.command('interrupt-next-answer', { kind: 'cut', after: 300 });
  await widget.say('at length 400');
  await widget.heard('stream', { kind: 'interrupted' });
  const pieces = (await widget.events('stream')).filter(({ detail }) => detail.kind === 'chunk');
  const overheard = await page.evaluate(() => window.overheard);
  expect(overheard.length).toBeGreaterThan(500);
  expect(pieces.map(({ detail }) => detail.text).join('')).toBe(overheard);
});

test('who reads older lines is not moved, who is at the end stays there', async ({ visit, gateway, widget, answers, page }) => {
  await gateway.command('pace', { ms: 8 });
  await visit();
  await widget.say('at length 240');
  await expect(answers.locator('.grown p')).toHaveCount(30);
  const thread = widget.part('thread');
  expect(await thread.evaluate((thread) => thread.scrollTop)).toBe(0);
  await widget.say('at length 400');
  await expect(answers.nth(1).locator('p')).not.toHaveCount(0);
  await thread.evaluate((thread) => { thread.scrollTop = -500; });
  await page.evaluate(() => {
    const { shadowRoot } = document.querySelector('visavis-launcher');
    const line = shadowRoot.querySelectorAll('.grown p')[20];
    const places = [];
    const look = () => {
      places.push(Math.round(line.getBoundingClientRect().top));
      requestAnimationFrame(look);
    };
    requestAnimationFrame(() => requestAnimationFrame(look));
    window.places = places;
  });
  await expect(answers.nth(1).locator('.grown p')).toHaveCount(50);
  const places = await page.evaluate(() => window.places);
  expect(places.length).toBeGreaterThan(20);
  expect(Math.max(...places) - Math.min(...places)).toBeLessThanOrEqual(1);
  await picture(page, 'stream-4-reading');
});

test('a screen reader is told the finished answer once, and nothing of it before', async ({ visit, gateway, widget, answers, page }) => {
  await gateway.command('pace', { ms: 20 });
  await visit();
  await page.evaluate(listen);
  await widget.say('Where is order 1002?');
  await expect(answers.locator('.grown')).toContainText('Follow it.');
  await expect.poll(() => page.evaluate(() => window.told.spoken.length)).toBeGreaterThan(0);
  await widget.say('blue');
  await expect(answers.nth(1).locator('.grown')).toContainText('You said: blue');
  await expect.poll(() => page.evaluate(() => window.told.spoken.length)).toBeGreaterThan(1);
  const { log, spoken } = await page.evaluate(() => window.told);
  expect(spoken).toEqual(['Order 1002 is on its way and arrives within two days. Follow it.', 'You said: blue']);
  expect(log.filter((text) => /1002 is|You said/.test(text))).toEqual([]);
});

test('an answer that breaks off says so, and the rest comes with the history', async ({ visit, gateway, widget, answers, page }) => {
  await visit();
  await gateway.command('interrupt-next-answer', { kind: 'error', after: 6 });
  await widget.say('one two three four five six');
  const broken = answers.first();
  await expect(broken).toContainText('You said: one two three four');
  await expect(broken.locator('.broken')).toHaveText('The answer broke off. The assistant lost its thread.');
  await picture(page, 'stream-5-broken');

  await gateway.command('interrupt-next-answer', { kind: 'cut', after: 4 });
  await widget.say('seven eight nine ten');
  const cut = answers.nth(1);
  await expect(cut).toContainText('You said: seven eight nine ten');
  await expect(cut.locator('.broken')).toHaveCount(0);
  await expect(answers).toHaveCount(2);
});

test('an answer that fails before its first word leaves no bubble and is told', async ({ visit, gateway, widget, answers, page }) => {
  await visit();
  await gateway.command('interrupt-next-answer', { kind: 'error', after: 0 });
  await widget.say('eleven');
  await expect(widget.log).toContainText('The answer broke off. The assistant lost its thread.');
  await expect(answers).toHaveCount(0);
  await picture(page, 'stream-6-unanswered');
  await widget.say('twelve');
  await widget.says('bot', 'You said: twelve');
  await expect(widget.log).not.toContainText('broke off');
});

test('with reduced motion nothing blinks', async ({ visit, gateway, widget, answers, page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await gateway.command('pace', { ms: 100 });
  await visit();
  await widget.say('one two three four five six');
  await expect(answers.locator('.growing')).toContainText('You said: one');
  const running = await page.evaluate(() => {
    const { shadowRoot } = document.querySelector('visavis-launcher');
    return shadowRoot.getAnimations().filter(({ playState }) => playState === 'running').map(({ animationName }) => animationName);
  });
  expect(running).toEqual([]);
});

for (const [name, looks, size] of [
  ['light', { colorScheme: 'light' }, { width: 1280, height: 800 }],
  ['dark', { colorScheme: 'dark' }, { width: 1280, height: 800 }],
  ['phone', { colorScheme: 'light' }, { width: 390, height: 844 }],
]) {
  test(`axe finds nothing while an answer grows, nor when it is there or broke off: ${name}`, async ({ visit, gateway, widget, answers, page }) => {
    await page.setViewportSize(size);
    await gateway.command('pace', { ms: 400 });
    await visit({ looks });
    await widget.say('Where is order 1002?');
    await expect(answers.locator('.growing')).toContainText('Order 1002');
    await picture(page, `stream-7-${name}`);
    expect(await violations(page)).toEqual([]);
    await gateway.command('pace', { ms: 5 });
    await widget.says('bot', 'Follow it.');
    await gateway.command('interrupt-next-answer', { kind: 'error', after: 4 });
    await widget.say('one two three four');
    await expect(widget.log.locator('.broken')).toBeVisible();
    expect(await violations(page)).toEqual([]);
    await picture(page, `stream-8-${name}`);
  });
}

test('a thread with answers and files leaves nothing behind when it is removed and added again', async ({ host, visitor, gateway, widget, answers, page }) => {
  await gateway.command('pace', { ms: 1 });
  await host({ body: `<div id="place"></div>${LIBRARY}` });
  await init(page, { ...visitor.options, mode: 'thread', target: '#place' });
  await widget.say('at length 160');
  await expect(answers.locator('.grown p')).toHaveCount(20);
  await gateway.operate(visitor.chat, 'reply', { text: 'A person, too', files: [{ name: 'a.pdf', url: `${gateway.url}/files/a/a.pdf`, path: 'a/a.pdf', mimeType: 'application/pdf', size: 9 }] });
  await widget.says('agent', 'A person, too');
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
  const measure = async () => ({ ...(await gauge.read()), ...(await widget.holdings()) });
  await cycle(30);
  await page.waitForTimeout(500);
  const warm = await measure();
  await cycle(200);
  await page.waitForTimeout(500);
  const later = await measure();
  expect(later.nodes - warm.nodes).toBeLessThan(40);
  expect(later.listeners - warm.listeners).toBeLessThan(10);
  expect(later.timers - warm.timers).toBeLessThanOrEqual(1);
  expect(later.memoryPages - warm.memoryPages).toBeLessThanOrEqual(1);
  await expect(answers.locator('.grown p')).toHaveCount(20);
});
