import { scriptTag } from '../stage/host.js';
import { Tabs, five, say, shown } from '../stage/tabs.js';
import { expect, test } from '../stage/test.js';

const rings = (tab) => tab.page.evaluate(() => document.querySelector('visavis-launcher').chat.rings);

test.beforeEach(async ({ host, page, widget, options }) => {
  await host({ body: scriptTag(options) });
  await widget.open();
  await widget.converse('blue');
  await widget.part('close-button').click();
});

test('five tabs have one socket, and are in step', async ({ context, page, widget, relay }) => {
  const before = await relay.counts();
  const tabs = await five(context, page, widget);
  const session = await widget.session();
  for (const tab of tabs.all) await tab.connection('live');
  expect((await tabs.sockets()).filter(Boolean)).toEqual([1]);

  await relay.operate(session, 'typing', { state: 'start' });
  for (const tab of tabs.all) await tab.heard('typing', { on: true });
  await relay.say(session, 'To all of you.');
  for (const tab of tabs.all) {
    await tab.heard('message', { text: 'To all of you.', history: false });
    await expect(tab.part('badge')).toHaveText(/1/);
  }
  for (const [at, tab] of tabs.all.entries()) await say(tab, `from tab ${at}`);
  const said = ['blue', ...tabs.all.map((_, at) => `from tab ${at}`)];
  await expect.poll(() => relay.heardFrom(session)).toEqual(said);
  for (const tab of tabs.all) await tab.heard('message', { text: 'You said: from tab 4' });

  const last = tabs.all.at(-1);
  await last.open();
  await expect.poll(async () => (await Promise.all(tabs.all.map(shown))).map(({ unread }) => unread)).toEqual([0, 0, 0, 0, 0]);
  const pictures = await Promise.all(tabs.all.map(shown));
  for (const picture of pictures) expect(picture).toEqual(pictures[0]);
  expect(pictures[0].messages.map(([, text]) => text)).toContain('To all of you.');

  await relay.command('refuse-sockets', { code: 1013 });
  await relay.command('close-sockets', { code: 1013 });
  for (const tab of tabs.all) await tab.connection('backoff');
  await expect(last.status).toContainText(/\d+ s/);
  await relay.command('clear-faults');
  for (const tab of tabs.all) await tab.connection('live');
  const after = await relay.counts();
  expect([after.creates - before.creates, after.sockets_per_session_max]).toEqual([0, 1]);
  expect((await tabs.sockets()).filter(Boolean)).toEqual([1]);
});

test('of five tabs one rings: the one that can be seen', async ({ context, page, widget }) => {
  const tabs = await five(context, page, widget);
  const told = async () => (await Promise.all(tabs.all.map(rings))).filter(Boolean).length;
  await expect.poll(told).toBe(1);
  const leader = await tabs.leader();
  const [follower] = tabs.followers(leader);
  const show = (tab, state) => tab.page.evaluate((state) => {
    Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });
    Object.defineProperty(document, 'hidden', { value: state === 'hidden', configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, state);
  for (const tab of tabs.all) await show(tab, 'hidden');
  await show(follower, 'visible');
  await say(leader, 'who rings?');
  for (const tab of tabs.all) await tab.heard('message', { text: 'You said: who rings?' });
  expect(await rings(follower)).toBe(true);
  expect(await told()).toBe(1);
  await show(follower, 'hidden');
  await say(leader, 'and now?');
  for (const tab of tabs.all) await tab.heard('message', { text: 'You said: and now?' });
  expect(await rings(leader), 'nobody looks: the one that leads').toBe(true);
  expect(await told()).toBe(1);
});

/** Ends a tab as a visitor does, or as a crash does. */
async function kill(tab, manner, context) {
  if (manner === 'crash') {
    const crashed = tab.page.waitForEvent('crash');
    const devtools = await context.newCDPSession(tab.page);
    // There is nobody left to answer.
    devtools.send('Page.crash').catch(() => {});
    await crashed;
  }
  await tab.page.close();
}

/** Milliseconds until one of the tabs is live on a socket of its own. */
async function untilLive(tabs, since) {
  for (;;) {
    const live = await Promise.all(tabs.all.map(async (tab) => (await tab.holdings()).openSockets === 1 && (await shown(tab)).connection === 'live'));
    if (live.some(Boolean)) return Date.now() - since;
  }
}

test('the leader is killed fifty times: the next one is there, nothing is sent twice or lost', async ({ context, page, widget, relay }) => {
  test.setTimeout(600_000);
  const tabs = await five(context, page, widget);
  const session = await widget.session();
  const said = ['blue'];
  const times = [];
  for (let round = 0; round < 50; round += 1) {
    const leader = await tabs.leader();
    const [follower, another] = tabs.followers(leader);
    for (const [tab, text] of [[leader, 'by the leader'], [follower, 'by a follower']]) {
      said.push(`${round} ${text}`);
      await say(tab, `${round} ${text}`);
    }
    tabs.forget(leader);
    const since = Date.now();
    await kill(leader, round % 2 ? 'crash' : 'close', context);
    said.push(`${round} meanwhile`);
    await say(another, `${round} meanwhile`);
    times.push(await untilLive(tabs, since));
    await tabs.open();
  }
  await expect.poll(async () => (await relay.heardFrom(session)).length, { timeout: 30_000 }).toBeGreaterThanOrEqual(said.length);
  const heard = await relay.heardFrom(session);
  expect([...heard].sort()).toEqual([...said].sort());
  for (const own of ['by the leader', 'by a follower', 'meanwhile']) {
    expect(heard.filter((text) => text.endsWith(own))).toEqual(said.filter((text) => text.endsWith(own)));
  }
  // A tab that came late has what is stored: the newest.
  const newest = (texts) => texts.slice(-40);
  for (const tab of tabs.all) await expect.poll(async () => newest((await shown(tab)).messages.filter(([author]) => author === 'visitor').map(([, text]) => text))).toEqual(newest(heard));
  times.sort((one, other) => one - other);
  console.log(`        from the kill until the next tab is live: median ${times[25]} ms, worst ${times[49]} ms`);
  expect(times[25], 'the browser passes the lock on at once').toBeLessThan(2000);
});

test('a leader that hangs without a word: the tab that is used takes its place, and the other notices', async ({ context, page, widget, relay }) => {
  const tabs = await five(context, page, widget);
  const session = await widget.session();
  const leader = await tabs.leader();
  const [follower] = tabs.followers(leader);
  const hangs = leader.page.evaluate(() => {
    const until = Date.now() + 8000;
    while (Date.now() < until);
  });
  await say(follower, 'is anybody there?');
  await expect.poll(() => relay.heardFrom(session), { timeout: 7500 }).toEqual(['blue', 'is anybody there?']);
  await hangs;
  await say(leader, 'sorry');
  await expect.poll(() => relay.heardFrom(session)).toEqual(['blue', 'is anybody there?', 'sorry']);
  await expect.poll(async () => (await tabs.sockets()).filter(Boolean)).toEqual([1]);
  for (const tab of tabs.all) await tab.heard('message', { text: 'You said: sorry' });
});

test('a frozen leader gives its place away, and follows when it runs again', async ({ context, page, widget, relay }) => {
  const tabs = await five(context, page, widget);
  const session = await widget.session();
  const leader = await tabs.leader();
  // The browser freezes only what cannot be seen, and here everything can: it says so all the same, and the page must let go before it is.
  const turn = (happens) => leader.page.evaluate((happens) => document.dispatchEvent(new Event(happens)), happens);
  await turn('freeze');
  tabs.forget(leader);
  const next = await tabs.leader();
  await say(next, 'while you were out');
  await next.heard('message', { text: 'You said: while you were out' });
  expect((await leader.holdings()).openSockets).toBe(0);
  await turn('resume');
  tabs.all.push(leader);
  await expect.poll(async () => (await shown(leader)).messages.map(([, text]) => text)).toContain('You said: while you were out');
  await say(leader, 'back');
  await expect.poll(() => relay.heardFrom(session)).toEqual(['blue', 'while you were out', 'back']);
  expect((await tabs.sockets()).filter(Boolean)).toEqual([1]);
});

test('what a follower writes down is sent even if both tabs are gone at once', async ({ context, page, widget, relay }) => {
  const tabs = await five(context, page, widget);
  const session = await widget.session();
  const leader = await tabs.leader();
  const [follower] = tabs.followers(leader);
  leader.page.evaluate(() => {
    const until = Date.now() + 3000;
    while (Date.now() < until);
  }).catch(() => {});
  await say(follower, 'last words');
  await Promise.all(tabs.all.map((tab) => tab.page.close()));
  const later = await context.newPage();
  await later.goto(tabs.address);
  await expect.poll(() => relay.heardFrom(session)).toEqual(['blue', 'last words']);
  await expect.poll(() => later.evaluate(() => Object.keys(localStorage).length)).toBe(1);
});

test.describe('where the browser has no locks', () => {
  test.beforeEach(({ context }) => context.addInitScript(() => Object.defineProperty(navigator, 'locks', { value: undefined })));

  test('each tab is by itself, with a line and a queue of its own', async ({ host, page, context, options, relay }) => {
    await host({ body: scriptTag(options) }, { path: '/host/lockless' });
    const tabs = new Tabs(context, page.url());
    const [one, other] = [await tabs.open(), await tabs.open()];
    for (const [at, tab] of [one, other].entries()) {
      await tab.open();
      await tab.converse(`tab ${at}`);
    }
    expect(await tabs.sockets()).toEqual([1, 1]);
    await context.setOffline(true);
    await relay.command('close-sockets', { code: 1006 });
    await one.say('waits in the first');
    const queues = await Promise.all([one, other].map((tab) => tab.page.evaluate(() => JSON.stringify({ ...sessionStorage }))));
    expect(queues.map((queue) => queue.includes('waits in the first'))).toEqual([true, false]);
    await context.setOffline(false);
    await one.sent('waits in the first');
    expect(await relay.heardFrom(await other.session())).toEqual(['tab 1']);
  });
});
