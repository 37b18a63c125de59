/** How long an answer may take. */
const LIMIT_MS = 10_000;

/** What goes on beside single conversations where a back end has several people: who they are, how present, what is broadcast. */
export class Floor {
  #base;

  constructor(baseUrl) {
    this.#base = `${baseUrl}/operator/api`;
  }

  /** The people who answer: address, name, presence. */
  agents() {
    return this.#call('/agents');
  }

  setPresence(agent, presence) {
    return this.#call(`/agents/${encodeURIComponent(agent)}/presence`, { presence });
  }

  beginBroadcast(fields) {
    return this.#call('/broadcast', fields);
  }

  endBroadcast() {
    return this.#call('/broadcast/end', {});
  }

  async #call(path, body) {
    const request = body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    let answer;
    try {
      answer = await fetch(this.#base + path, { signal: AbortSignal.timeout(LIMIT_MS), ...request });
    } catch (cause) {
      throw new Error('The gateway cannot be reached.', { cause });
    }
    const said = await answer.json().catch(() => null);
    if (!answer.ok) throw new Error(said?.message ?? `The gateway answered ${answer.status}.`);
    return said;
  }
}
