import { OTHER_SIDE } from '../stage/other-side.js';
import { five, say, shown } from '../stage/tabs.js';
import { expect, test } from '../stage/test.js';

/** Who asks for addresses like these, from now on: the page of each call. */
function watchCalls(context, address) {
  const callers = [];
  context.on('request', (request) => {
    if (address.test(request.url())) callers.push(request.frame().page());
  });
  return callers;
}

/** Begins a conversation in the test's own page and opens four more beside it. */
async function fiveOf(other, { context, page, widget }) {
  await page.goto(other.address);
  await widget.open();
  await widget.say(other.opening);
  await widget.sent(other.opening);
  await widget.part('close-button').click();
  const tabs = await five(context, page, widget);
  for (const tab of tabs.all) await tab.connection('live');
  return tabs;
}

/** All tabs have the same messages with the same status, the same count of new ones, and nothing under way. */
async function inStep(tabs, wanted) {
  const pictures = () => Promise.all(tabs.all.map(shown));
  await expect.poll(async () => new Set((await pictures()).map((picture) => JSON.stringify(picture))).size, { message: 'tabs in step' }).toBe(1);
  await expect.poll(async () => (await pictures())[0]).toMatchObject(wanted);
}

async function saidBy(tab) {
  return (await shown(tab)).messages.filter(([author]) => author === 'visitor').map(([, text]) => text);
}

/**
 * A call that was cut off with its page may still arrive, and a message that goes by call has no id to tell it by: only when that time is
 * over is it sent again.
 */
const SETTLED = { timeout: 40_000 };

for (const backend of ['appengine', 'mailoo']) {
  test(`five tabs have one line, are in step, and one goes on where the one that leads is closed: ${backend}`, async ({ context, page, widget, demo, stand, gateway, mailoo, gatewayOptions }) => {
    test.setTimeout(120_000);
    const other = await OTHER_SIDE[backend]({ demo, stand, gateway, mailoo, gatewayOptions });
    const tabs = await fiveOf(other, { context, page, widget });
    const { opened } = await other.lines();
    expect([await tabs.sockets().then((sockets) => sockets.filter(Boolean)), (await other.lines()).open]).toEqual([[1], 1]);

    await other.reply('To all of you.');
    for (const tab of tabs.all) {
      await tab.heard('message', { text: 'To all of you.', history: false });
      await expect(tab.part('badge')).toBeVisible();
    }
    for (const [at, tab] of tabs.all.entries()) await say(tab, `from tab ${at}`);
    const said = [other.opening, ...tabs.all.map((_, at) => `from tab ${at}`)];
    await expect.poll(() => other.heard()).toEqual(said);
    await tabs.all.at(-1).open();
    await inStep(tabs, { unread: 0, connection: 'live' });
    expect(await saidBy(widget)).toEqual(said);
    expect((await other.lines()).opened, 'nobody called again').toBe(opened);

    const leader = await tabs.leader();
    const [follower] = tabs.followers(leader);
    await say(follower, 'through the one that leads');
    tabs.forget(leader);
    await leader.page.close();
    await say(follower, 'meanwhile');
    const all = [...said, 'through the one that leads', 'meanwhile'];
    await expect.poll(() => other.heard(), SETTLED).toEqual(all);
    await other.reply('And to those who are left.');
    for (const tab of tabs.all) await tab.heard('message', { text: 'And to those who are left.' });
    await inStep(tabs, { connection: 'live' });
    for (const tab of tabs.all) expect(await saidBy(tab)).toEqual(all);
    expect([await tabs.sockets().then((sockets) => sockets.filter(Boolean)), (await other.lines()).open]).toEqual([[1], 1]);
    expect(await other.heard(), 'nothing twice').toEqual(all);
  });
}

test('where there is no socket one of five tabs asks for news, and the next one when it is closed', async ({ context, page, widget, demo, mailoo }) => {
  await mailoo.command('refuse-sockets', { status: 403 });
  const callers = watchCalls(context, /\/webhooks\/chat\//);
  const other = await OTHER_SIDE.mailoo({ demo, mailoo });
  const tabs = await fiveOf(other, { context, page, widget });
  // Where nobody looks it is asked less often; that one looks counts for the one that leads, too.
  await tabs.all[2].page.bringToFront();
  await tabs.all[2].open();
  await other.reply('To all of you.');
  for (const tab of tabs.all) await tab.heard('message', { text: 'To all of you.', history: false });
  await say(tabs.all[3], 'from a follower');
  await expect.poll(() => other.heard()).toEqual([other.opening, 'from a follower']);
  await inStep(tabs, { connection: 'live' });
  expect(new Set(callers), 'one tab calls').toEqual(new Set([page]));

  tabs.forget(widget);
  await page.close();
  callers.length = 0;
  await say(tabs.all[1], 'from another');
  await other.reply('And to those who are left.');
  for (const tab of tabs.all) await tab.heard('message', { text: 'And to those who are left.' });
  expect(await other.heard()).toEqual([other.opening, 'from a follower', 'from another']);
  await inStep(tabs, { connection: 'live' });
  expect(new Set(callers).size, 'one tab calls').toBe(1);
});

test('files that a follower attaches go up once, by the tab that leads', async ({ context, page, widget, stand, gateway, gatewayOptions }) => {
  const other = await OTHER_SIDE.appengine({ stand, gateway, gatewayOptions });
  const tabs = await fiveOf(other, { context, page, widget });
  const callers = watchCalls(context, /upload/);
  const before = await gateway.counts();
  const leader = await tabs.leader();
  const [follower, another] = tabs.followers(leader);
  // A tab behind others draws once a second, and a click waits until what is pressed stands still.
  await follower.page.bringToFront();
  await follower.open();
  const choosing = follower.page.waitForEvent('filechooser');
  await follower.part('attach-button').click();
  await (await choosing).setFiles({ name: 'plan.txt', mimeType: 'text/plain', buffer: Buffer.from('Turn left.') });
  await follower.field.fill('Here is the plan');
  await follower.field.press('Enter');
  await follower.sent('Here is the plan');
  await expect(follower.message('visitor', 'Here is the plan').getByRole('link', { name: 'plan.txt' })).toBeVisible();
  await another.open();
  await another.sent('Here is the plan');
  await expect(another.message('visitor', 'Here is the plan').getByRole('link', { name: 'plan.txt' })).toBeVisible();
  expect(callers).toEqual([leader.page]);
  expect((await gateway.counts()).uploads - before.uploads).toBe(1);
  const stored = (await gateway.transcript(other.chat)).filter(({ text }) => text === 'Here is the plan');
  expect(stored.map(({ files }) => files.map(({ name }) => name))).toEqual([['plan.txt']]);
  expect(await (await fetch(stored[0].files[0].url)).text()).toBe('Turn left.');
});

test('a follower says who the visitor is: the relay hears it once, by the tab that leads', async ({ context, page, widget, stand, relay, options }) => {
  const other = await OTHER_SIDE.bloonio({ stand, relay, options });
  const tabs = await fiveOf(other, { context, page, widget });
  const callers = watchCalls(context, /identify/);
  const before = await relay.counts();
  const leader = await tabs.leader();
  const [follower] = tabs.followers(leader);
  const identify = (identity) =>
    follower.page.evaluate((identity) => document.querySelector('visavis-launcher').chat.identify(identity).then(() => 'linked', ({ kind }) => kind), identity);
  expect(await identify('u_5:abcdef')).toBe('refused');
  expect(await identify(relay.identity('u_5'))).toBe('linked');
  for (const tab of tabs.all) await tab.heard('session', { change: 'identified' });
  expect((await relay.conversation(await other.conversation())).user_id).toBe('u_5');
  const { identifies, identifies_refused: refused } = await relay.counts();
  expect([identifies - before.identifies, refused - before.identifies_refused]).toEqual([1, 1]);
  expect(new Set(callers)).toEqual(new Set([leader.page]));
});
