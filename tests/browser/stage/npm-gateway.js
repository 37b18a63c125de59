import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { Server } from 'socket.io';

import { Drops } from '../../e2e/socketio/drops.mjs';

const NAMESPACE = '/chat';
const AGENT = 'jane@x.io';
const HEADERS = 'orgid, authorization, content-type';

/** Soon, so that a server which falls silent is missed soon; and patient, so that a page which is busy is not given up. */
const HEARTBEAT = { pingInterval: 400, pingTimeout: 3_000 };

/** How soon a session that outlived a cut is cut again. */
const CUT_AGAIN_MS = 20;

const encoded = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

/**
 * As much of an AppEngine gateway as a conversation needs, on the Socket.IO server that npm publishes: what carries the packets is nobody's
 * here. What was said outlives a restart, connections do not.
 */
export class NpmGateway {
  #options;
  #dialect;
  #http;
  #io;
  #drops;
  #port = 0;
  #tokens = new Map();
  #holds = 0;
  #held = [];
  #losses = 0;

  /** The conversations: what was said, by conversation. */
  chats = new Map();
  /** What was seen: handshakes by transport, joins that went on where a line broke, histories that were asked for, receipts. */
  seen = { websocket: 0, polling: 0, refused: 0, recovered: 0, histories: 0, read: [] };

  /** `dialect` is `gateway` or `seed`; the rest are the server's own options. */
  static async start({ dialect = 'gateway', ...options } = {}) {
    const gateway = new NpmGateway();
    gateway.#dialect = dialect;
    gateway.#options = { ...HEARTBEAT, serveClient: false, cors: { origin: '*' }, ...options };
    await gateway.#open();
    return gateway;
  }

  async #open() {
    this.#http = createServer((request, answer) => this.#call(request, answer));
    this.#io = new Server(this.#http, this.#options);
    this.#drops = new Drops(this.#io);
    this.#io.engine.on('connection', (engine) => { this.seen[engine.transport.name] += 1; });
    this.#io.engine.on('connection_error', () => { this.seen.refused += 1; });
    this.#io.of(NAMESPACE).on('connection', (socket) => this.#joined(socket));
    this.#http.listen(this.#port, '127.0.0.1');
    await once(this.#http, 'listening');
    this.#port = this.#http.address().port;
  }

  async stop() {
    this.#http.closeAllConnections();
    await this.#io.close();
  }

  get url() {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** The widget's options for a guest. */
  get options() {
    return { backend: 'appengine', baseUrl: this.url, orgId: 'acme', configId: 'c_1', locale: 'en', dialect: this.#dialect };
  }

  /** Somebody who is signed in at the site: the widget's options, and the id of the conversation. */
  visitor(name = 'alice') {
    const email = `${name}@visitor.example`;
    const user = JSON.stringify({ email, name });
    return { chat: `customer::${email}`, options: { ...this.options, user, token: this.#grant(email) } };
  }

  #grant(email) {
    const iat = Math.floor(Date.now() / 1_000);
    const token = `${encoded({ alg: 'none' })}.${encoded({ email, iat, exp: iat + 3_600, n: this.#tokens.size })}.c2ln`;
    this.#tokens.set(token, email);
    return token;
  }

  // --- a hand on it -------------------------------------------------------------------------------------------------------------

  /** Puts everybody out of the namespace. */
  dismiss() {
    this.#drops.disconnect(NAMESPACE);
  }

  /** Closes every session of the transport in order. */
  closeEngines() {
    this.#drops.close();
  }

  /**
   * Breaks every connection as a dead network would, sockets and calls alike, and waits until the server knows. What it writes before into a
   * call that is dying is lost to everybody: Chromium makes such a call again by itself, and neither end hears of it. A session that has no call
   * open at the moment is not broken by a cut, so it is cut again.
   */
  async cut() {
    const { engines } = this.#drops;
    while (engines.some(({ readyState }) => readyState !== 'closed')) {
      this.#http.closeAllConnections();
      for (const { transport } of engines) transport.socket?.terminate();
      await pause(CUT_AGAIN_MS);
    }
  }

  /** Sends no more pings to those who are connected. */
  mute() {
    this.#drops.mute();
  }

  /** Goes away, and comes back as a process that remembers no connection. */
  async restart() {
    await this.stop();
    await this.#open();
  }

  /** Keeps acknowledgements to itself until `release`. */
  hold() {
    this.#holds = Infinity;
  }

  release() {
    this.#holds = 0;
    for (const answer of this.#held.splice(0)) answer();
  }

  /** Takes the next message, and breaks the line before it says so. */
  loseNextAck() {
    this.#losses = 1;
  }

  /** An agent writes. */
  say(chat, text) {
    const message = this.#keep(chat, { from: AGENT, content: text });
    // To a room, so that the server keeps it for those who come back to theirs.
    this.#io.of(NAMESPACE).to(chat).emit('message', message);
  }

  /** What was said in a conversation, in the order in which the server has it. */
  transcript(chat) {
    return (this.chats.get(chat) ?? []).map(({ content }) => content);
  }

  /** How many are connected, and by which transport. */
  get transports() {
    return this.#drops.engines.map(({ transport }) => transport.name);
  }

  // --- the conversation ---------------------------------------------------------------------------------------------------------

  #keep(chat, message) {
    const messages = this.chats.get(chat) ?? [];
    this.chats.set(chat, messages);
    const time = new Date().toISOString();
    const kept = { sk: `m_${chat}_${messages.length}`, chatId: chat, type: 'user', sentTime: time, createdate: time, ...message };
    messages.push(kept);
    return kept;
  }

  #joined(socket) {
    const { token, orgId } = socket.handshake.auth;
    const email = this.#tokens.get(token);
    if (!email || orgId !== 'acme') {
      socket.emit('authenticate', { success: false, error: 'token_expired' });
      return socket.disconnect();
    }
    const chat = `customer::${email}`;
    socket.on('join-chat', () => socket.join(chat));
    socket.on('chat-history', (_, answer) => answer({ success: true, history: this.#history(chat) }));
    socket.on('chat-message', ({ message, messageId }, answer) => this.#taken(socket, chat, email, message, messageId, answer));
    socket.on('message', ({ content, messageId }, answer) => this.#taken(socket, chat, email, content, messageId, answer));
    socket.on('updateMessageStatus', ({ uid, status }) => { if (status === 'read') this.seen.read.push(uid); });
    if (socket.recovered) this.seen.recovered += 1;
    else if (this.#dialect === 'seed') socket.join(chat);
    else socket.emit('authenticate', { success: true, user: { email, role: 'customer' }, chatId: chat, chatSessionId: 'cs_1', isGuest: false });
    return undefined;
  }

  #history(chat) {
    this.seen.histories += 1;
    return this.chats.get(chat) ?? [];
  }

  /** A message is known by the id that its sender gave it. */
  #taken(socket, chat, from, content, messageId, answer) {
    const known = this.chats.get(chat)?.find((message) => message.messageId === messageId);
    const { sk } = known ?? this.#keep(chat, { from, content, messageId });
    const acknowledge = () => answer({ success: true, messageId: sk, chatId: chat, routedTo: 'agent' });
    if (this.#losses > 0) {
      this.#losses -= 1;
      void this.cut();
    } else if (this.#holds > 0) this.#held.push(acknowledge);
    else acknowledge();
  }

  // --- its calls ----------------------------------------------------------------------------------------------------------------

  async #call(request, answer) {
    const say = (status, body) => {
      const headers = { 'access-control-allow-origin': '*', 'access-control-allow-headers': HEADERS, 'content-type': 'application/json' };
      answer.writeHead(status, headers).end(JSON.stringify(body));
    };
    const path = decodeURIComponent(new URL(request.url, this.url).pathname);
    if (path.startsWith('/socket.io/')) return;
    if (request.method === 'OPTIONS') return void say(204);
    const email = this.#tokens.get(request.headers.authorization?.replace(/^Bearer /, ''));
    if (path.startsWith('/repository/get/chat-config/')) {
      const registrationFields = { name: true, email: true, phone: false, comments: false };
      return void say(200, { data: { content: { name: 'Desk', status: 'online', registrationRequired: true, registrationFields } } });
    }
    if (path === '/profile/customer/register-guest') {
      const guest = JSON.parse(await text(request));
      return void say(201, { token: this.#grant(guest.email), guest: { sk: 'g_1', data: guest } });
    }
    if (path.startsWith('/chat/history/') && email) return void say(200, this.#history(`customer::${email}`));
    return void say(email ? 404 : 401, { statusCode: email ? 404 : 401, message: 'There is nothing here for you.' });
  }
}

async function text(request) {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
}
