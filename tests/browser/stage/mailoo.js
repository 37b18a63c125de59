/** Mailoo's API as a test sees it: its counts, its conversations, its operators and its faults. */
export class Mailoo {
  constructor(url) {
    this.url = url;
  }

  /** Breaks or changes something: a command of its control surface with its fields. */
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

  /** What an operator's console would do: take, release, reply. */
  operate(session, action, fields = {}) {
    return this.#call(`/operator/api/conversations/${session}/${action}`, { operator: 'Sam', ...fields });
  }

  heal() {
    return this.command('clear-faults');
  }

  async #call(path, body) {
    const request = body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const answer = await fetch(`${this.url}${path}`, request);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${text}`);
    return JSON.parse(text);
  }
}
