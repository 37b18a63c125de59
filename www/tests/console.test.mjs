// What the operator console decides, without a page. Run by tests/console.rs.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

// The site's files carry no word for Node that they are modules.
async function load(name, change = (text) => text) {
  const text = change(await readFile(new URL(`../site/operator/${name}`, import.meta.url), 'utf8'));
  return import(`data:text/javascript,${encodeURIComponent(text)}`);
}

const { Desk } = await load('desk.js');
const { Backends } = await load('backends.js', (text) => text.replace(/^import .*$/m, ''));
const { charge, day, initials, moment, preview } = await load('words.js');

const summary = (id, fields = {}) => ({ id, status: 'open', mode: 'bot', waiting: false, last_at: 1, ...fields });
const message = (id, sent_at = 1, author = 'visitor') => ({ id, author, text: id, sent_at });
const said = (conversation_id, message) => ({ type: 'message', conversation_id, message });

function desk({ attentive = true } = {}) {
  const seen = { attentive, changes: 0 };
  const made = new Desk(() => (seen.changes += 1), () => seen.attentive);
  return [made, seen];
}

test('messages that come live while the list is read stay, each once and in order', () => {
  const [made] = desk();
  made.choose('a');
  made.take(said('a', message('m3', 3)));
  made.takeMessages({ conversation: summary('a'), messages: [message('m1', 1), message('m2', 2), message('m3', 3)] });
  made.take(said('a', message('m4', 4)));
  made.take(said('a', message('m4', 4)));
  assert.deepEqual(made.messages.map(({ id }) => id), ['m1', 'm2', 'm3', 'm4']);
});

test('reading again after a reconnect keeps what is shown and adds what was missed', () => {
  const [made] = desk();
  made.choose('a');
  made.takeMessages({ conversation: summary('a'), messages: [message('m1', 1), message('m4', 4)] });
  const [first] = made.messages;
  made.takeMessages({ conversation: summary('a'), messages: [message('m1', 1), message('m2', 2), message('m4', 4)] });
  assert.deepEqual(made.messages.map(({ id }) => id), ['m1', 'm2', 'm4']);
  assert.equal(made.messages[0], first);
});

test('an answer that arrives after another conversation was chosen is not shown', () => {
  const [made] = desk();
  made.choose('a');
  made.choose('b');
  made.takeMessages({ conversation: summary('a'), messages: [message('m1')] });
  assert.equal(made.messages, null);
});

test('only what a visitor says and nobody sees is unread', () => {
  const [made, seen] = desk();
  made.takeList([summary('a'), summary('b')]);
  made.choose('a');
  made.take(said('a', message('m1')));
  made.take(said('b', message('m2')));
  made.take(said('b', message('m3', 2, 'bot')));
  assert.equal(made.unread.get('a'), undefined);
  assert.equal(made.unread.get('b'), 1);
  seen.attentive = false;
  made.take(said('a', message('m4')));
  assert.equal(made.unread.get('a'), 1);
  assert.equal(made.calls, 2);
  seen.attentive = true;
  made.look();
  assert.equal(made.unread.get('a'), undefined);
});

test('who began to wait while the line was down is unread', () => {
  const [made] = desk();
  made.takeList([summary('a'), summary('b')]);
  made.takeList([summary('a', { last_at: 2, waiting: true }), summary('b', { last_at: 2 })]);
  assert.deepEqual([...made.unread], [['a', 1]]);
});

test('those who wait come first, then the newest', () => {
  const [made] = desk();
  made.takeList([
    summary('old', { last_at: 1 }),
    summary('new', { last_at: 3 }),
    summary('waits', { last_at: 2, waiting: true, mode: 'human' }),
    summary('closed', { last_at: 9, status: 'closed' }),
  ]);
  assert.deepEqual(made.list('open').map(({ id }) => id), ['waits', 'new', 'old']);
  assert.deepEqual(made.list('closed').map(({ id }) => id), ['closed']);
  assert.deepEqual([made.count('open'), made.count('waiting'), made.count('closed')], [3, 1, 1]);
});

test('typing ends with the message, with a stop, and by itself', (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const [made] = desk();
  const types = (state) => made.take({ type: 'typing', conversation_id: 'a', author: 'visitor', state });
  types('start');
  assert.ok(made.isTyping('a'));
  made.take(said('a', message('m1')));
  assert.ok(!made.isTyping('a'));
  types('start');
  types('stop');
  assert.ok(!made.isTyping('a'));
  types('start');
  context.mock.timers.tick(5_000);
  types('start');
  context.mock.timers.tick(7_999);
  assert.ok(made.isTyping('a'));
  context.mock.timers.tick(1);
  assert.ok(!made.isTyping('a'));
});

test('events of an unknown kind change nothing', () => {
  const [made, seen] = desk();
  made.take({ type: 'weather' });
  assert.equal(seen.changes, 0);
});

test('words', () => {
  assert.equal(initials('Visitor 7KQF'), '7K');
  assert.equal(initials('Ada Lovelace'), 'AL');
  assert.equal(initials('u_42'), 'U4');
  assert.equal(initials(''), '?');
  assert.equal(preview('Order **1002** [Follow it](https://x.example)\n- a'), 'Order 1002 Follow it - a');
  const noon = new Date(2026, 2, 30, 12).getTime();
  assert.equal(day(noon, noon), 'Today');
  // Clocks went forward in that night in much of Europe: the day had 23 hours.
  assert.equal(day(new Date(2026, 2, 29, 0, 30).getTime(), noon), 'Yesterday');
  assert.match(moment(noon, noon), /12/);
  assert.equal(charge(summary('a', { mode: 'human', agent: 'Sam' }), 'Sam'), 'You answer');
  assert.equal(charge(summary('a', { mode: 'human', agent: 'Ann' }), 'Sam'), 'Ann answers');
  assert.equal(charge(summary('a', { status: 'closed' }), 'Sam'), 'Closed');
});

function backend(ids) {
  const calls = [];
  return {
    calls,
    conversations: async () => ids.map((id) => summary(id)),
    conversation: async (id) => calls.push(id),
    act: async (id, action) => calls.push(`${action} ${id}`),
  };
}

test('conversations of all back ends are one list, and each call goes to the one that has it', async () => {
  const [relay, gateway] = [backend(['a']), backend(['b'])];
  const both = new Backends([relay, gateway]);
  // A page opened at a conversation has read no list before.
  await both.conversation('b');
  assert.deepEqual((await both.conversations()).summaries.map(({ id }) => id), ['a', 'b']);
  await both.act('a', 'take', {});
  both.own('c', 1);
  await both.act('c', 'close', {});
  assert.deepEqual([relay.calls, gateway.calls], [['take a'], ['b', 'close c']]);
});

test('a back end that is away hides no other', async () => {
  const [relay, gateway] = [backend(['a']), backend(['b'])];
  const both = new Backends([relay, gateway]);
  await both.conversations();
  relay.conversations = () => Promise.reject(new Error('away'));
  gateway.conversations = async () => [summary('b'), summary('c')];
  const { summaries, away } = await both.conversations();
  assert.deepEqual(summaries.map(({ id }) => id), ['a', 'b', 'c']);
  assert.deepEqual(away, [0]);
});
