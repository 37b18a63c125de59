/** How long an answer of the relay may take. */
const LIMIT_MS = 10_000;
const UPLOAD_LIMIT_MS = 120_000;

/** The relay's operator API. Every call rejects with an `Error` whose message a person can read. */
export class OperatorApi {
  #base;
  #files;

  constructor(baseUrl) {
    this.#files = `${baseUrl}/operator/api/files`;
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

  /** Stores files, to be named in a reply. */
  upload(files) {
    const body = new FormData();
    for (const file of files) body.append('files', file);
    return this.#call(this.#files, { method: 'POST', body, signal: AbortSignal.timeout(UPLOAD_LIMIT_MS) });
  }

  async #call(url, request) {
    let answer;
    try {
      answer = await fetch(url, { signal: AbortSignal.timeout(LIMIT_MS), ...request });
    } catch (cause) {
      throw new Error('The relay cannot be reached.', { cause });
    }
    const body = await answer.json().catch(() => null);
    if (!answer.ok) throw new Error(body?.message ?? `The relay answered ${answer.status}.`);
    return body;
  }
}
