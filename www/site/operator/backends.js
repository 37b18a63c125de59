import { OperatorApi } from './api.js';

/** Several back ends as if they were one: their conversations in one list, each call to the one it belongs to. */
export class Backends {
  #apis;
  /** id of a conversation → the API that listed it. */
  #owners = new Map();
  /** What each back end listed last. */
  #lists;

  constructor(apis) {
    this.#apis = apis;
    this.#lists = apis.map(() => []);
  }

  static at(baseUrls) {
    return new Backends(baseUrls.map((baseUrl) => new OperatorApi(baseUrl)));
  }

  /** All conversations, and the places of the back ends that did not answer: theirs are as they were. */
  async conversations() {
    const answers = await Promise.allSettled(this.#apis.map((api) => api.conversations()));
    const away = [];
    answers.forEach(({ status, value }, place) => {
      if (status === 'rejected') away.push(place);
      else this.#list(place, value);
    });
    return { summaries: this.#lists.flat(), away };
  }

  #list(place, summaries) {
    this.#lists[place] = summaries;
    for (const { id } of summaries) this.own(id, place);
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

  /** Stores files at the back end that has the conversation. */
  async upload(id, files) {
    return (await this.#ownerOf(id)).upload(files);
  }

  /** A page that was opened at a conversation knows no list yet. */
  async #ownerOf(id) {
    if (!this.#owners.has(id)) await this.conversations();
    return this.#owners.get(id) ?? this.#apis[0];
  }
}
