import { createHmac } from 'node:crypto';

/** The demo tenant's secret, which its server would sign users with. */
const TENANT_SECRET = 'sk_demo_keep_me_on_the_server';

/** The relay as a test sees it: its counts, its transcripts, its operators and its faults. */
export class Relay {
  #origin;
  #config;

  constructor(url, origin, config) {
    this.url = url;
    this.#origin = origin;
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

  /** Opens a session as a site's own server would, and returns its id. */
  async openSession() {
    const { tenant_id, public_key: widget_public_key } = this.#config;
    const body = { tenant_id, widget_public_key, origin: this.#origin, locale: 'en' };
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

  /** Heals everything and waits until nobody of an earlier test is connected. */
  async rest() {
    for (;;) {
      try {
        await this.command('clear-faults');
        if ((await this.counts()).sockets_open === 0) return;
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async #call(path, body) {
    const request = body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const answer = await fetch(`${this.url}${path}`, request);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${text}`);
    return JSON.parse(text);
  }
}
