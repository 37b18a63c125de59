// A measured client: the published one for Node. What it does and how often are its arguments; the server's address and then a token for each
// connection come as lines on standard input, and the report is a line of JSON.
import { createInterface } from 'node:readline';
import { io } from 'socket.io-client';

const [task, count] = [process.argv[2], Number(process.argv[3])];
const lines = [];
for await (const line of createInterface({ input: process.stdin })) lines.push(line);
const [address, ...tokens] = lines;

/** A connection that was welcomed. */
function connect(token) {
  const socket = io(`${address}/chat`, {
    transports: ['websocket'],
    forceNew: true,
    auth: { token, orgId: 'acme', orgid: 'acme', configId: 'c', chatId: `customer::${token}@site.example` },
  });
  return new Promise((resolve, reject) => {
    socket.once('authenticate', () => resolve(socket));
    socket.once('connect_error', reject);
  });
}

const question = (number) => ({
  message: `Where is my order, please? I have been waiting since Monday. (${number})`,
  chatId: 'customer::alice@site.example',
  chatSessionId: 'cs_1',
  messageId: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
});

const micros = (from) => Number(process.hrtime.bigint() - from) / 1e3;
const cpu = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

async function roundTrips() {
  const socket = await connect(tokens[0]);
  const trip = (number) => socket.emitWithAck('chat-message', question(number));
  const warmUp = Math.floor(count / 10);
  for (let number = 0; number < warmUp; number += 1) await trip(number);
  const times = [];
  const [begun, used] = [process.hrtime.bigint(), cpu()];
  for (let number = warmUp; number < warmUp + count; number += 1) {
    const sent = process.hrtime.bigint();
    await trip(number);
    times.push(micros(sent));
  }
  const [elapsed, spent] = [micros(begun), cpu() - used];
  times.sort((one, other) => one - other);
  return {
    p50_us: times[Math.floor(count / 2)],
    p99_us: times[Math.floor((count * 99) / 100)],
    cpu_us: spent / count,
    per_second: (count * 1e6) / elapsed,
  };
}

const resident = () => {
  globalThis.gc();
  return process.memoryUsage.rss();
};
const settled = () => new Promise((resolve) => setTimeout(resolve, 1000));

async function fleet() {
  // What the first connection loads is not counted to any of them.
  const first = await connect('first');
  await settled();
  const [before, begun, used] = [resident(), process.hrtime.bigint(), cpu()];
  const sockets = [first];
  for (let at = 0; at < tokens.length; at += 256) {
    sockets.push(...(await Promise.all(tokens.slice(at, at + 256).map(connect))));
  }
  const [elapsed, spent] = [micros(begun), cpu() - used];
  await settled();
  const grown = Math.max(0, resident() - before);
  if (!sockets.every((socket) => socket.connected)) throw new Error('a connection ended early');
  return { kib: grown / 1024 / tokens.length, cpu_us: spent / tokens.length, seconds: elapsed / 1e6 };
}

console.log(JSON.stringify(task === 'fleet' ? await fleet() : await roundTrips()));
process.exit(0);
