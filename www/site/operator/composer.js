/** The relay forgets that somebody writes unless it is told again. */
const REPEAT_MS = 4_000;
const IDLE_MS = 5_000;

/** The reply box: grows with the text, Enter sends, Shift+Enter breaks the line, and says that somebody writes. */
export class Composer {
  #form;
  #box;
  #typing;
  #drafts = new Map();
  #id = null;
  #lastStart = 0;
  #idle = 0;

  /** `send(id, text)` returns a promise; `typing(id, state)` is told start and stop. */
  constructor(form, { send, typing, failed }) {
    this.#form = form;
    this.#box = form.querySelector('textarea');
    this.#typing = typing;
    const submit = async () => {
      const [id, text] = [this.#id, this.#box.value];
      if (!id || text.trim() === '') return;
      this.#stop();
      this.#write('');
      try {
        await send(id, text);
        failed(null);
      } catch (error) {
        // What could not be sent comes back, unless somebody has begun to write something else.
        if (this.#id === id && this.#box.value === '') this.#write(text);
        else if (this.#id !== id) this.#drafts.set(id, text);
        failed(error);
      }
    };
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      submit();
    });
    this.#box.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      submit();
    });
    this.#box.addEventListener('input', () => this.#changed());
    this.#box.addEventListener('blur', () => this.#stop());
  }

  /** Turns to another conversation; what was begun for this one is kept. */
  turnTo(id) {
    if (id === this.#id) return;
    this.#stop();
    if (this.#id) this.#drafts.set(this.#id, this.#box.value);
    this.#id = id;
    this.#write(this.#drafts.get(id) ?? '');
  }

  focus() {
    this.#box.focus();
  }

  #write(text) {
    this.#box.value = text;
    this.#fit();
  }

  #changed() {
    this.#fit();
    if (this.#box.value === '') {
      this.#stop();
      return;
    }
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#stop(), IDLE_MS);
    const now = performance.now();
    if (this.#lastStart && now - this.#lastStart < REPEAT_MS) return;
    this.#lastStart = now;
    this.#typing(this.#id, 'start');
  }

  #stop() {
    clearTimeout(this.#idle);
    if (!this.#lastStart) return;
    this.#lastStart = 0;
    this.#typing(this.#id, 'stop');
  }

  /** Rows, because a height would need an inline style. */
  #fit() {
    const box = this.#box;
    box.rows = 1;
    while (box.rows < 8 && box.scrollHeight > box.clientHeight) box.rows += 1;
    this.#form.toggleAttribute('data-empty', box.value.trim() === '');
  }
}
