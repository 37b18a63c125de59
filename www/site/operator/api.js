/** How long an answer of the relay may take. */
const LIMIT_MS = 10_000;

/** The relay's operator API. Every call rejects with an `Error` whose message a person can read. */
export class OperatorApi {
  #base;

  constructor(baseUrl) {
    this.#base = `${baseUrl}/operator/api/conversations`;
  }

  conversations() {
    return this.#call(this.#base);
  }

  conversation(id) {
    return this.#call(`${this.#base}/${encodeURIComponent(id)}`);
  }

  /** `action` is take, release, close, reply (with `text`) or typing (with `state`). */
  act(id, action, body) {
    return this.#call(`${this.#base}/${encodeURIComponent(id)}/${action}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }

  async #call(url, request) {
    let answer;
    try {
      answer = await fetch(url, { ...request, signal: AbortSignal.timeout(LIMIT_MS) });
    } catch (cause) {
      throw new Error('The relay cannot be reached.', { cause });
    }
    const body = await answer.json().catch(() => null);
    if (!answer.ok) throw new Error(body?.message ?? `The relay answered ${answer.status}.`);
    return body;
  }
}
