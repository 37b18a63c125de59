import { OperatorApi } from './api.js';

/** Several back ends as if they were one: their conversations in one list, each call to the one it belongs to. */
export class Backends {
  #apis;
  /** id of a conversation → the API that listed it. */
  #owners = new Map();

  constructor(apis) {
    this.#apis = apis;
  }

  static at(baseUrls) {
    return new Backends(baseUrls.map((baseUrl) => new OperatorApi(baseUrl)));
  }

  /** All conversations. One back end that is away hides no other; only when all are, it rejects. */
  async conversations() {
    const answers = await Promise.allSettled(this.#apis.map((api) => api.conversations()));
    const refusal = answers.find(({ status }) => status === 'rejected');
    if (answers.every(({ status }) => status === 'rejected')) throw refusal.reason;
    return answers.flatMap(({ value }, place) => this.#owned(value ?? [], this.#apis[place]));
  }

  #owned(summaries, api) {
    for (const { id } of summaries) this.#owners.set(id, api);
    return summaries;
  }

  /** Notes that `id` came in a live event of the back end at `place`. */
  own(id, place) {
    this.#owners.set(id, this.#apis[place]);
  }

  async conversation(id) {
    return (await this.#ownerOf(id)).conversation(id);
  }

  async act(id, action, body) {
    return (await this.#ownerOf(id)).act(id, action, body);
  }

  /** A page that was opened at a conversation knows no list yet. */
  async #ownerOf(id) {
    if (!this.#owners.has(id)) await this.conversations();
    return this.#owners.get(id) ?? this.#apis[0];
  }
}
