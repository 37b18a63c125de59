import { scriptTag } from '../stage/host.js';
import { expect, test } from '../stage/test.js';

test.beforeEach(async ({ host, widget, options }) => {
  await host({ body: scriptTag(options) });
  await widget.open();
  await widget.converse('blue');
});

test('4401 refreshes exactly once, and the session stays', async ({ widget, relay, page }) => {
  const session = await widget.session();
  const before = await relay.counts();
  await relay.command('close-sockets', { code: 4401 });
  await widget.heard('session', { change: 'refreshed', id: session });
  await widget.connection('live');
  await widget.converse('with a new token');
  await page.waitForTimeout(1000);
  const after = await relay.counts();
  expect([after.refreshes - before.refreshes, after.refreshes_refused - before.refreshes_refused, after.creates - before.creates]).toEqual([1, 0, 0]);
  expect(after.connects - before.connects).toBe(1);
  expect(await relay.heardFrom(session)).toEqual(['blue', 'with a new token']);
});

test('a token that has expired meanwhile is renewed once', async ({ widget, relay }) => {
  const session = await widget.session();
  const before = await relay.counts();
  await relay.command('expire-tokens');
  await relay.command('close-sockets', { code: 1012 });
  await expect.poll(async () => (await relay.counts()).refreshes - before.refreshes).toBe(1);
  await widget.converse('renewed');
  const after = await relay.counts();
  expect([after.refreshes - before.refreshes, after.creates - before.creates]).toEqual([1, 0]);
  expect(await relay.heardFrom(session)).toEqual(['blue', 'renewed']);
});

test('4404 begins a new session and says so; the old transcript stays above a divider', async ({ widget, relay, page }) => {
  const old = await widget.session();
  const before = await relay.counts();
  await relay.command('forget-sessions', { session: old });
  await widget.heard('session', { change: 'replaced' });
  const fresh = await widget.session();
  expect(fresh).not.toBe(old);
  await widget.converse('a new beginning');
  expect((await relay.counts()).creates - before.creates).toBe(1);
  expect(await relay.heardFrom(fresh)).toEqual(['a new beginning']);
  expect(await relay.heardFrom(old)).toEqual(['blue']);
  const expected = ['blue', 'You said: blue', 'a new beginning', 'You said: a new beginning'];
  expect(await widget.texts()).toEqual(expected);

  const divider = widget.log.getByText('New conversation');
  await expect(divider).toBeVisible();
  const top = async (locator) => (await locator.boundingBox()).y;
  expect(await top(widget.message('bot', 'You said: blue'))).toBeLessThan(await top(divider));
  expect(await top(divider)).toBeLessThan(await top(widget.message('visitor', 'a new beginning')));

  await page.reload();
  await widget.open();
  await widget.says('bot', 'You said: a new beginning');
  expect(await widget.texts()).toEqual(expected);
  await expect(divider).toBeVisible();
});

test('what was in flight when the session was lost is doubtful; what was never sent moves on', async ({ widget, relay }) => {
  const old = await widget.session();
  await relay.command('swallow-acks', { fault: 'never' });
  await widget.say('in flight');
  await expect.poll(() => relay.heardFrom(old)).toEqual(['blue', 'in flight']);
  await widget.say('never sent');
  await relay.command('clear-faults');
  await relay.command('forget-sessions', { session: old });
  await widget.heard('session', { change: 'replaced' });
  await expect(widget.message('visitor', 'in flight')).toHaveAttribute('data-status', 'uncertain');
  await widget.sent('never sent');
  const fresh = await widget.session();
  expect(await relay.heardFrom(fresh)).toEqual(['never sent']);
  await widget.message('visitor', 'in flight').getByRole('button', { name: /again|retry/i }).click();
  await widget.sent('in flight');
  expect(await relay.heardFrom(fresh)).toEqual(['never sent', 'in flight']);
});

test('an uncertain message can be deleted instead', async ({ widget, relay }) => {
  const old = await widget.session();
  await relay.command('swallow-acks', { fault: 'never' });
  await widget.say('never mind');
  await expect.poll(() => relay.heardFrom(old)).toEqual(['blue', 'never mind']);
  await relay.command('clear-faults');
  await relay.command('forget-sessions', { session: old });
  await widget.message('visitor', 'never mind').getByRole('button', { name: /delete|discard|remove/i }).click();
  await expect(widget.message('visitor', 'never mind')).toHaveCount(0);
  await widget.converse('something else');
  expect(await relay.heardFrom(await widget.session())).toEqual(['something else']);
});

test('a relay that refuses every token ends in a clear word, not in a storm', async ({ widget, relay, complaints, page }) => {
  complaints.expect(/visavis/);
  const before = await relay.counts();
  await relay.command('refuse-sockets', { code: 4401 });
  await relay.command('close-sockets', { code: 4401 });
  await widget.connection('failed');
  await expect(widget.status).toBeVisible();
  const settled = await relay.counts();
  expect(settled.refreshes - before.refreshes).toBeLessThanOrEqual(3);
  expect(settled.creates - before.creates).toBeLessThanOrEqual(1);
  await page.waitForTimeout(3000);
  expect((await relay.counts()).connects).toBe(settled.connects);
});

test('a refresh that is refused for a moment is no lost session', async ({ widget, relay }) => {
  const session = await widget.session();
  const before = await relay.counts();
  await relay.command('fail-http', { route: 'refresh', fault: { kind: 'status', status: 503, retry_after: 1 }, times: 1 });
  await relay.command('close-sockets', { code: 4401 });
  await widget.converse('after a busy moment');
  expect((await relay.counts()).creates).toBe(before.creates);
  expect(await relay.heardFrom(session)).toEqual(['blue', 'after a busy moment']);
});
