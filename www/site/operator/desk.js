/** How long a visitor counts as writing without saying so again. */
const TYPING_MS = 8_000;

/**
 * What the console knows: conversations, the chosen one with its messages, what is unread.
 *
 * It touches no page. `changed` is called after every change, `added(message)` for each message that comes live into the chosen conversation.
 */
export class Desk {
  /** id → summary as the relay sends it. */
  conversations = new Map();
  /** id → number of messages of the visitor that nobody looked at. */
  unread = new Map();
  chosen = null;
  /** Messages of the chosen conversation, oldest first; `null` until they are read. */
  messages = null;
  #typing = new Map();
  #early = [];
  #attentive = () => true;
  #changed;

  /** `attentive()` tells whether somebody looks at the console. */
  constructor(changed, attentive) {
    this.#changed = changed;
    this.#attentive = attentive;
  }

  /** Takes the relay's list. What moved on while we were away counts as unread. */
  takeList(summaries) {
    const known = this.conversations;
    this.conversations = new Map(summaries.map((summary) => [summary.id, summary]));
    for (const summary of summaries) {
      const before = known.get(summary.id);
      const movedOn = before && summary.last_at > before.last_at && summary.waiting;
      if (movedOn && !this.#isWatched(summary.id) && !this.unread.get(summary.id)) this.unread.set(summary.id, 1);
    }
    this.#changed();
  }

  /** Takes one event of the relay's stream. */
  take(event) {
    if (event.type === 'conversation') this.conversations.set(event.conversation.id, event.conversation);
    else if (event.type === 'message') this.#takeMessage(event.conversation_id, event.message);
    else if (event.type === 'typing') this.#takeTyping(event.conversation_id, event.state);
    else return;
    this.#changed();
  }

  #takeMessage(id, message) {
    const summary = this.conversations.get(id);
    if (summary) this.conversations.set(id, { ...summary, last_text: message.text, last_at: message.sent_at });
    if (message.author === 'visitor') {
      this.#stopTyping(id);
      if (!this.#isWatched(id)) this.unread.set(id, (this.unread.get(id) ?? 0) + 1);
    }
    if (id !== this.chosen) return;
    if (this.messages) this.messages = merged(this.messages, [message]);
    else this.#early.push(message);
  }

  #takeTyping(id, state) {
    this.#stopTyping(id);
    if (state !== 'start') return;
    const timer = setTimeout(() => {
      this.#stopTyping(id);
      this.#changed();
    }, TYPING_MS);
    this.#typing.set(id, timer);
  }

  #stopTyping(id) {
    clearTimeout(this.#typing.get(id));
    this.#typing.delete(id);
  }

  isTyping(id) {
    return this.#typing.has(id);
  }

  /** Chooses a conversation, or none with `null`; its messages are to be read then. */
  choose(id) {
    if (id === this.chosen) return;
    this.chosen = id;
    this.messages = null;
    this.#early = [];
    this.look();
  }

  /** Somebody looks at the chosen conversation. */
  look() {
    if (this.chosen && this.#attentive()) this.unread.delete(this.chosen);
    this.#changed();
  }

  /** Takes the messages of a conversation; what came live meanwhile stays. */
  takeMessages({ conversation, messages }) {
    this.conversations.set(conversation.id, conversation);
    if (conversation.id === this.chosen) {
      this.messages = merged(merged(this.messages ?? [], messages), this.#early);
      this.#early = [];
    }
    this.#changed();
  }

  #isWatched(id) {
    return id === this.chosen && this.#attentive();
  }

  /** Conversations that `filter` (open, waiting, closed) shows: those who wait first, then the newest. */
  list(filter) {
    return [...this.conversations.values()]
      .filter(FILTERS[filter])
      .sort((one, other) => other.waiting - one.waiting || other.last_at - one.last_at || (one.id < other.id ? -1 : 1));
  }

  count(filter) {
    return [...this.conversations.values()].filter(FILTERS[filter]).length;
  }

  /** How many conversations want somebody's attention. */
  get calls() {
    return [...this.conversations.values()].filter(({ id, waiting }) => waiting || this.unread.get(id)).length;
  }
}

const FILTERS = {
  open: ({ status }) => status !== 'closed',
  waiting: ({ waiting }) => waiting,
  closed: ({ status }) => status === 'closed',
};

/** Both lists in order of time, each message once. */
function merged(messages, more) {
  const known = new Set(messages.map(({ id }) => id));
  const fresh = more.filter(({ id }) => !known.has(id));
  if (fresh.length === 0) return messages;
  // Sorting is stable: messages of the same moment stay in order of arrival.
  return [...messages, ...fresh].sort((one, other) => one.sent_at - other.sent_at);
}
