// The published Socket.IO server with a hand on it: options as JSON in the first argument, commands as JSON lines on standard input, an answer
// line on standard output for each. It ends when standard input does.
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { Server } from 'socket.io';
import { Decoder } from 'socket.io-parser';

import { Drops } from './drops.mjs';

const { port = 0, ...options } = JSON.parse(process.argv[2] ?? '{}');
const http = createServer();
const io = new Server(http, { pingInterval: 300, pingTimeout: 5000, cors: { origin: true }, ...options });
const left = [];

function serve(socket) {
  if (!socket.recovered) socket.emit('auth', socket.handshake.auth);
  socket.on('message', (...args) => socket.emit('message-back', ...args));
  socket.on('message-with-ack', (...args) => args.pop()(...args));
  socket.on('question-me', (...args) => {
    socket.emit('question', ...args, (...answer) => socket.emit('answered', ...answer));
  });
  socket.on('bytes-with-ack', (answer) => answer(Buffer.from([1, 2, 3]), 'and', Buffer.alloc(0)));
  socket.on('disconnect', (reason) => left.push(reason));
}

for (const name of ['/', '/custom']) io.of(name).on('connection', serve);
io.of('/guarded').use((socket, next) => {
  next(Object.assign(new Error('not you'), { data: { code: 7 } }));
});

/** What the published parser makes of one text: nothing when it refuses it. */
function decoded(text) {
  const decoder = new Decoder();
  let packet = null;
  decoder.on('decoded', (whole) => (packet = whole));
  try {
    decoder.add(text);
  } catch {
    return null;
  }
  const { type, nsp, id, data, attachments = 0 } = packet ?? decoder.reconstructor.reconPack;
  return { type, nsp, id, data, attachments };
}

const drops = new Drops(io);
const commands = {
  disconnect: ({ namespace }) => drops.disconnect(namespace),
  close: () => drops.close(),
  cut: () => drops.cut(),
  mute: () => drops.mute(),
  /** Sends an event to everybody in a namespace. */
  emit: ({ namespace, event, args }) => io.of(namespace).emit(event, ...args),
  /** The same with bytes as its one argument. */
  bytes: ({ namespace, event, bytes }) => io.of(namespace).emit(event, Buffer.from(bytes)),
  decode: ({ texts }) => texts.map(decoded),
  /** How many are connected, and why others left. */
  seen: () => ({ connected: io.engine.clientsCount, left, transports: drops.engines.map((engine) => engine.transport.name) }),
};

http.listen(port, '127.0.0.1', () => console.log(JSON.stringify({ port: http.address().port })));
createInterface({ input: process.stdin })
  .on('line', (line) => {
    const { command, ...fields } = JSON.parse(line);
    console.log(JSON.stringify(commands[command](fields) ?? {}));
  })
  .on('close', () => process.exit(0));
