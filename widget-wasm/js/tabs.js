// Several tabs of one site are one visitor's. One of them leads: it alone has the line, the queue and the store. The others follow: they
// show what it shows, and hand it what is wanted in them. The browser's lock says who leads. What that means is the module's business,
// which hears of everything here through one function: `hear(kind, subject, events)`.

const [LEAD, LOST, LED, TOLD, HANDED, TAKEN, SEEN, HIDDEN] = Array(8).keys();

/** What a tab that comes later is told once more, in its newest form. */
const LASTING = ['connection', 'session', 'typing', 'registration', 'queue', 'agent', 'presence', 'status', 'broadcast'];
/** Where in a command its files begin, which no store takes. */
const FILES = 5;
/** How an answer that arrives in pieces ends. */
const ENDS = ['end', 'error', 'interrupted'];

/** Outlives an element that is removed and added again, as the browser's storage would. */
const memory = new Map();
const forgetful = {
  getItem: (key) => memory.get(key) ?? null,
  setItem: (key, text) => memory.set(key, text),
  removeItem: (key) => memory.delete(key),
};

/** The part of a connection that has nothing to share and leaves nothing behind. */
export const ALONE = { keep: () => true, tell() {}, leave() {}, rings: false };

export class Tabs {
  #name;
  #hear;
  #id = String(Math.random());
  #lasting = shelf('localStorage');
  /** Where tabs cannot agree on who leads, each leads by itself, and keeps what lives as long as the tab. */
  #alone = !(navigator.locks && window.BroadcastChannel && this.#lasting);
  #store = (this.#alone ? shelf('sessionStorage') : this.#lasting) ?? forgetful;
  #channel;
  /** The wait for the lock; another one takes its place when it has come to nothing. */
  #turn;
  #release;
  #leader;
  /** What was stored last, by whichever tab led. */
  #kept = null;
  /** What was stored since the others were told. */
  #fresh;
  #followed;
  /** Other tabs that can be seen. */
  #seen = new Set();
  #isSeen;
  #ringer = this.#id;
  #told = new Map();
  #letters = new Map();
  #away = true;
  #over = new AbortController();

  constructor(name) {
    this.#name = name;
  }

  /** What was stored, if anything. */
  read() {
    this.#kept = this.#store.getItem(this.#name);
    return this.#kept ?? undefined;
  }

  /** Replaces what was stored. Answers false, and does not, when another tab has done so meanwhile: then that one leads. */
  keep(text) {
    if (!this.#alone && this.#store.getItem(this.#name) !== this.#kept) {
      this.#stepDown();
      return false;
    }
    this.#fresh = text;
    this.#store.setItem(this.#name, text);
    this.#kept = text;
    return true;
  }

  /** Puts a text that could not be read aside, so that it is neither lost nor read again. */
  setAside(text) {
    const aside = `${this.#name}:unreadable`;
    // Where it cannot even be moved, the next write replaces it.
    try {
      this.#store.setItem(aside, text);
    } catch {}
    this.#store.removeItem(this.#name);
    console.warn(`visavis: the stored conversation could not be read; a new one begins. The old text is kept under ${aside}`);
  }

  /** Takes part from now on. */
  join(hear) {
    this.#hear = hear;
    const { signal } = this.#over;
    // A page that nobody runs must not lead, and one that waits in the back/forward cache may not hold a lock.
    for (const [target, gone, back] of [[window, 'pagehide', 'pageshow'], [document, 'freeze', 'resume']]) {
      target.addEventListener(gone, () => this.#exit(), { signal });
      target.addEventListener(back, () => this.#enter(), { signal });
    }
    document.addEventListener('visibilitychange', () => this.#look(), { signal });
    this.#enter();
  }

  /** Is gone for good. */
  leave() {
    this.#over.abort();
    this.#exit();
  }

  /** Whether a sound is this tab's: of several tabs one that can be seen, else the one that leads. */
  get rings() {
    return (this.#release ? this.#chooseRinger() : this.#ringer) === this.#id;
  }

  /** Everything that happened together, to those who follow. */
  tell(events) {
    const stored = this.#fresh;
    this.#fresh = undefined;
    if (!this.#release || this.#alone) return;
    // A chat that ends here does not end elsewhere.
    const news = events.filter(([, { state }]) => state !== 'closed');
    this.#note(news);
    if (this.#followed && (stored || news.length)) this.#post('told', { stored, events: news, ringer: this.#chooseRinger() });
  }

  /** Gives a command to whoever leads. A message is written down before that: it outlives this tab. */
  handOver(number, command) {
    if (this.#away) return;
    const isMessage = command[0] === 'send' && command.length <= FILES;
    let letter = this.#letters.get(number);
    if (isMessage && !letter) {
      letter = `${this.#name}/${Date.now()}-${String(number).padStart(9, '0')}`;
      this.#letters.set(number, letter);
      // A full store leaves the message to this tab's memory.
      try {
        this.#store.setItem(letter, JSON.stringify(command));
      } catch {}
    }
    this.#post('hand', { number, command, letter });
  }

  /** The leader does not answer. */
  takeLead() {
    if (this.#away || this.#release) return;
    this.#turn.abort();
    this.#wait({ steal: true });
  }

  #enter() {
    if (!this.#away) return;
    this.#away = false;
    this.#isSeen = undefined;
    if (this.#alone) {
      this.#lead(() => {});
    } else {
      this.#channel = new BroadcastChannel(this.#name);
      this.#channel.onmessage = ({ data }) => this.#heard(data);
      this.#wait();
      this.#post('hello', { isSeen: !document.hidden });
    }
    this.#look();
  }

  #exit() {
    if (this.#away) return;
    this.#away = true;
    this.#hear(LOST);
    if (this.#alone) return;
    this.#post('seen', { isSeen: false });
    this.#turn.abort();
    this.#channel.close();
    this.#release?.();
    this.#release = undefined;
  }

  /** Waits for the lock until it comes, and holds it until it is given back or taken away. */
  #wait(how) {
    const turn = new AbortController();
    this.#turn = turn;
    const granted = () => (turn.signal.aborted ? undefined : new Promise((release) => this.#lead(release)));
    navigator.locks.request(this.#name, how ?? { signal: turn.signal }, granted).catch(() => {
      if (turn !== this.#turn || turn.signal.aborted) return;
      this.#stepDown();
    });
  }

  /** Perhaps another tab leads by now, perhaps this one will again: the lock decides. */
  #stepDown() {
    this.#turn.abort();
    this.#release?.();
    this.#release = undefined;
    this.#hear(LOST);
    this.#wait();
    this.#post('hello', { isSeen: !document.hidden });
  }

  #lead(release) {
    this.#release = release;
    this.#leader = this.#id;
    this.#seen.clear();
    const stored = this.#store.getItem(this.#name);
    const news = stored === this.#kept ? undefined : (stored ?? undefined);
    this.#kept = stored;
    this.#hear(LEAD, news);
    if (this.#alone) return;
    const letters = Object.keys(this.#store).filter((key) => key.startsWith(`${this.#name}/`));
    for (const letter of letters.sort()) this.#take(JSON.parse(this.#store.getItem(letter)), letter);
    if (this.#release) this.#present();
  }

  /** The message is in the leader's store now. */
  #take(command, letter) {
    this.#hear(HANDED, command);
    if (letter) this.#store.removeItem(letter);
  }

  /** What this tab leads, to one tab or to all. */
  #present(to) {
    const at = Date.now();
    const events = [...this.#told.values()].flatMap(({ events, since }) => events.map(([name, detail]) => [name, again(name, detail, at - since)]));
    this.#post('state', { to, stored: this.#store.getItem(this.#name) ?? undefined, events, ringer: this.#chooseRinger() });
  }

  #heard({ kind, from, ...said }) {
    const leads = this.#release;
    if (kind === 'hello' || kind === 'seen') {
      this.#followed = true;
      this.#seen.delete(from);
      if (said.isSeen) this.#seen.add(from);
      if (leads && kind === 'hello') this.#present(from);
      if (leads) this.#look();
    } else if (kind === 'state' && !leads && (said.to ?? this.#id) === this.#id) {
      this.#leader = from;
      this.#told.clear();
      this.#hear(LED);
      this.#overhear(said);
      // A new leader does not know yet who can be seen.
      if (!said.to) this.#post('seen', { isSeen: !document.hidden });
    } else if (leads && (kind === 'state' || kind === 'told')) {
      // One of two that lead was asleep when it lost the lead.
      this.#stepDown();
    } else if (kind === 'told' && !leads && from === this.#leader) {
      this.#overhear(said);
    } else if (kind === 'hand' && leads) {
      this.#followed = true;
      this.#take(said.command, said.letter);
      this.#post('taken', { to: from, number: said.number });
    } else if (kind === 'taken' && said.to === this.#id) {
      this.#store.removeItem(this.#letters.get(said.number));
      this.#letters.delete(said.number);
      this.#hear(TAKEN, said.number);
    }
  }

  #overhear({ stored, events, ringer }) {
    this.#ringer = ringer;
    this.#kept = stored ?? this.#kept;
    this.#note(events);
    this.#hear(TOLD, stored, events);
  }

  #note(events) {
    for (const event of events) {
      const [name, detail] = event;
      const isPiece = name === 'stream';
      const key = isPiece ? `stream ${detail.id}` : name;
      const pieces = (isPiece && this.#told.get(key)?.events) || [];
      this.#told.delete(key);
      if (name === 'session') this.#told.delete('registration');
      if (isPiece ? ENDS.includes(detail.kind) : !LASTING.includes(name)) continue;
      pieces.push(event);
      this.#told.set(key, { events: pieces, since: Date.now() });
    }
  }

  #chooseRinger() {
    return document.hidden ? ([...this.#seen].at(-1) ?? this.#id) : this.#id;
  }

  /** Whether the visitor can see the conversation: in this tab, or for the one that leads in any. */
  #look() {
    if (this.#away) return;
    const isSeen = !document.hidden || Boolean(this.#release && this.#seen.size);
    if (!this.#release) this.#post('seen', { isSeen });
    if (isSeen === this.#isSeen) return;
    // The module takes a page for one that can be seen until it hears otherwise.
    if (this.#isSeen !== undefined || !isSeen) this.#hear(isSeen ? SEEN : HIDDEN);
    this.#isSeen = isSeen;
  }

  #post(kind, said) {
    this.#channel?.postMessage({ kind, from: this.#id, ...said });
  }
}

/** An event for a tab that was not there when it happened. */
function again(name, detail, passed) {
  if (name === 'session') return { ...detail, change: 'resumed' };
  if (detail.retryInMs > 0) return { ...detail, retryInMs: Math.max(0, detail.retryInMs - passed) };
  return detail;
}

/** One of the browser's storages, if this page may use it. */
function shelf(kind) {
  try {
    const storage = window[kind];
    storage.getItem('visavis');
    return storage;
  } catch {
    return null;
  }
}
