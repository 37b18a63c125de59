// The published Socket.IO server as a gateway that welcomes everybody and takes every message, for clients that are measured. It tells its
// port on a line of standard output and ends when standard input does.
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const http = createServer();
const io = new Server(http, { transports: ['websocket'], serveClient: false });
let taken = 0;

io.of('/chat').on('connection', (socket) => {
  const { token } = socket.handshake.auth;
  socket.on('chat-history', (asked, answer) => answer({ success: true, history: [] }));
  socket.on('chat-message', (message, answer) => {
    taken += 1;
    answer({ success: true, messageId: `m${taken}`, chatId: message.chatId, routedTo: 'ai' });
  });
  socket.emit('authenticate', {
    success: true,
    user: { email: `${token}@site.example`, name: 'Alice', role: 'customer' },
    chatSessionId: 'cs_1',
    isGuest: false,
  });
});

http.listen(0, '127.0.0.1', 1024, () => console.log(http.address().port));
process.stdin.resume().on('end', () => process.exit(0));
