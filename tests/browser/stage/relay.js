import { createHmac } from 'node:crypto';

/** The demo tenant's secret, which its server would sign users with. */
const TENANT_SECRET = 'sk_demo_keep_me_on_the_server';

/** The relay as a test sees it: its counts, its transcripts, its operators and its faults. */
export class Relay {
  #config;

  constructor(url, config) {
    this.url = url;
    this.#config = config;
  }

  /** Breaks or changes something: a command of the relay's control surface with its fields. */
  command(name, fields = {}) {
    return this.#call(`/control/${name}`, fields);
  }

  counts() {
    return this.#call('/control/counts');
  }

  sessions() {
    return this.#call('/control/sessions');
  }

  transcript(session) {
    return this.#call(`/control/transcript/${session}`);
  }

  /** What a visitor said, as the relay has it. */
  async heardFrom(session) {
    return (await this.transcript(session)).filter(({ author }) => author === 'visitor').map(({ text }) => text);
  }

  say(session, text, role = 'bot') {
    return this.command('say', { session, role, text });
  }

  /** What an operator's console would do: take, release, close, reply, typing. */
  operate(session, action, fields = {}) {
    return this.#call(`/operator/api/conversations/${session}/${action}`, { operator: 'Sam', ...fields });
  }

  async conversation(session) {
    return (await this.#call(`/operator/api/conversations/${session}`)).conversation;
  }

  /** Opens a session as a site's own server would for its page, and returns its id. */
  async openSession(origin) {
    const { tenant_id, public_key: widget_public_key } = this.#config;
    const body = { tenant_id, widget_public_key, origin, locale: 'en' };
    const { data } = await this.#call('/api/v1/create/visitor-session', body);
    return data.session_id;
  }

  /** A ready visitor token for a session. */
  async mintToken(session, lifetime_s = 3600) {
    return (await this.command('mint-token', { session, lifetime_s })).visitor_token;
  }

  /** `userId:signature`, as a site's own server makes it. */
  identity(user) {
    return `${user}:${createHmac('sha256', TENANT_SECRET).update(user).digest('hex')}`;
  }

  /** Nobody listens for so long, as after a crash (`abrupt`) or at a deployment (`announced`). */
  outage(ms, manner = 'abrupt') {
    return this.command('outage', { ms, manner });
  }

  /** Heals everything, and waits for the end of an outage. */
  async heal() {
    for (;;) {
      try {
        return await this.command('clear-faults');
      } catch (error) {
        // `fetch` says it this way when nobody listens.
        if (!(error instanceof TypeError)) throw error;
        await pause();
      }
    }
  }

  /** Ends what earlier tests left connected, and forgets the most they had: a line that a fault made silent does not notice that its page is gone. */
  async quiet() {
    await this.command('close-sockets', { code: 1006 });
    while ((await this.counts()).sockets_open > 0) await pause();
    await this.command('reset-maxima');
  }

  async #call(path, body) {
    const request = body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const answer = await fetch(`${this.url}${path}`, request);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${text}`);
    return JSON.parse(text);
  }
}

function pause() {
  return new Promise((resolve) => { setTimeout(resolve, 50); });
}
