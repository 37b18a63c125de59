// What an element shows before the conversation is there: for a launcher its button at once, for the others nothing yet.

const SVG = 'http://www.w3.org/2000/svg';
// The same pictogram as in `ui/icons.rs`, so that nothing moves when the interface takes over.
const CHAT =
  'M12 3.5c5 0 9 3.4 9 7.7s-4 7.7-9 7.7c-1 0-2-.1-2.9-.4L4.6 20.4c-.5.2-1-.3-.8-.8l1.1-3.2C3.7 15 3 13.2 3 11.2c0-4.3 4-7.7 9-7.7Z';

// What is said before the interface's words are there; see `lang`.
const WORDS = { open: 'Open chat', unavailable: 'Chat is unavailable. Press to try again.' };

export class Shell {
  #options;
  #chat;
  #words;
  #button;
  #note;
  #frame;

  constructor(frame, options, chat) {
    this.#frame = frame;
    this.#options = options;
    this.#chat = chat;
    this.#words = { ...WORDS, ...options.texts };
    if (options.mode === 'launcher') frame.append((this.#button = this.#launcher()));
  }

  /** Brings the conversation when it is time: the launcher's may wait until the page is idle or the visitor comes near. */
  wait() {
    if (this.#options.load !== 'interaction' || !this.#button) whenWanted(this.#options, () => this.#load());
  }

  /** Says that there is no conversation, and how to try again; in the interface's words, if they came. */
  refuse(words) {
    const unavailable = words?.split('\n')[0] ?? this.#words.unavailable;
    if (!this.#button) {
      this.#button = element('button', { type: 'button', class: 'unavailable' });
      this.#button.addEventListener('click', () => this.#load());
      this.#frame.append(this.#button);
      this.#button.append(unavailable);
    }
    this.#button.removeAttribute('aria-busy');
    this.#button.setAttribute('aria-label', unavailable);
    this.#button.dataset.state = 'unavailable';
    this.#note?.remove();
    if (this.#options.mode !== 'launcher') return;
    this.#note = element('div', { class: 'note', role: 'status', part: 'toast' });
    this.#frame.append(this.#note);
    this.#note.append(unavailable);
  }

  remove() {
    this.#button?.remove();
    this.#note?.remove();
  }

  #load() {
    // A failure shows in `refuse`.
    this.#chat.load().catch(() => {});
  }

  #launcher() {
    const button = element('button', {
      type: 'button',
      class: 'launcher',
      part: 'launcher-button',
      'aria-expanded': 'false',
      'aria-haspopup': 'dialog',
      'aria-label': this.#words.open,
    });
    const icon = element('svg', { viewBox: '0 0 24 24', class: 'icon', 'aria-hidden': 'true', focusable: 'false' }, SVG);
    icon.append(element('path', { d: CHAT }, SVG));
    button.append(icon);
    button.addEventListener('click', () => {
      button.setAttribute('aria-busy', 'true');
      this.#chat.open();
    });
    for (const sign of ['pointerenter', 'focus', 'touchstart']) {
      button.addEventListener(sign, () => this.#load(), { once: true, passive: true });
    }
    return button;
  }
}

function element(name, attributes, namespace = 'http://www.w3.org/1999/xhtml') {
  const made = document.createElementNS(namespace, name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  return made;
}

/** Acts at once, or for a launcher after the page's own work: loaded, and with time left. */
export function whenWanted({ mode, load }, act) {
  if (mode !== 'launcher' || load === 'eager') return act();
  return new Promise((resolve, reject) => {
    const done = () => Promise.resolve(act()).then(resolve, reject);
    const idle = () => (window.requestIdleCallback ? requestIdleCallback(done, { timeout: 2000 }) : setTimeout(done, 200));
    if (document.readyState === 'complete') idle();
    else addEventListener('load', idle, { once: true });
  });
}
