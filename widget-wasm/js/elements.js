// The custom elements: `<visavis-launcher>`, `<visavis-panel mode="docked">`, `<visavis-thread>`.

import first from '../src/style/first.css';
import { chatFor } from './chat.js';
import { refusal } from './console.js';
import { NAMES, check, kebab } from './options.js';
import { shell, whenWanted } from './shell.js';
import { adopt } from './styles.js';

// A server that renders this page has no elements, and must be able to import this all the same.
const Base = globalThis.HTMLElement ?? class {};

const ATTRIBUTES = NAMES.filter((name) => name !== 'target').map(kebab);

/** Where the module comes from; the entry that was loaded knows. */
let source;

class VisavisElement extends Base {
  static observedAttributes = ATTRIBUTES;

  #options = {};
  #chat;
  #shadow;
  #frame;
  #shell;
  #view;
  #checking;
  #signed;
  #checked;

  /** Options that an attribute cannot hold, such as functions; they win over attributes. */
  get options() {
    return this.#options;
  }

  set options(options) {
    this.#options = options ?? {};
    this.#reconsider();
  }

  /** The conversation of this element, once its options are right. */
  get chat() {
    return this.#chat;
  }

  connectedCallback() {
    this.#reconsider();
  }

  disconnectedCallback() {
    this.#reconsider();
  }

  attributeChangedCallback(name, before, after) {
    if (before !== after) this.#reconsider();
  }

  /** Draws the conversation in place of the shell. */
  draw(core, styles) {
    const container = document.createElement('div');
    this.#frame.append(container);
    this.#view = core.mount(container, this.#checked);
    adopt(this.#shadow, styles);
    const focused = this.#shadow.activeElement;
    this.#shell.remove();
    if (focused) container.querySelector('[part=launcher-button]')?.focus();
  }

  /** Says that there is no conversation. A wrong option leaves nothing to press. */
  refuse({ kind, words }) {
    if (kind === 'configuration') this.release();
    else this.#shell.refuse(words);
  }

  /** Lets go of the conversation and shows nothing. */
  release() {
    this.#view?.free();
    const chat = this.#chat;
    this.#view = this.#chat = null;
    chat?.detach(this);
    this.#frame?.remove();
  }

  // Frameworks set attributes one by one and move elements about: what counts is how things stand when they are done.
  #reconsider() {
    if (this.#checking) return;
    this.#checking = true;
    queueMicrotask(() => {
      this.#checking = false;
      // A page that replaces its whole content takes the launcher along, which stands for every page; only `destroy` ends it.
      if (!this.isConnected && this.constructor.mode === 'launcher' && this.#chat?.owned.includes(this)) document.body?.append(this);
      if (this.#chat && this.isConnected && JSON.stringify(this.#given()) === this.#signed) return;
      this.release();
      if (this.isConnected) this.#begin();
    });
  }

  #given() {
    const given = { mode: this.constructor.mode };
    for (const name of NAMES) given[name] = this.getAttribute(kebab(name)) ?? given[name];
    return { ...given, ...this.#options };
  }

  #begin() {
    const given = this.#given();
    this.#signed = JSON.stringify(given);
    let options;
    try {
      options = check(given);
    } catch (mistake) {
      return void refusal(mistake, `${kebab(mistake[0])} of <${this.localName}>`);
    }
    this.#checked = options;
    this.#chat = chatFor(options, source);
    this.#shadow ??= this.attachShadow({ mode: 'open' });
    adopt(this.#shadow, first);
    const frame = (this.#frame = document.createElement('div'));
    frame.className = 'frame';
    Object.assign(frame.dataset, { mode: options.mode, scheme: options.colorScheme ?? 'auto', position: options.position ?? 'right' });
    this.#shadow.append(frame);
    this.#shell = shell(frame, options, this.#chat);
    this.#chat.attach(this);
    if (!this.#view && (options.mode !== 'launcher' || options.load !== 'interaction')) whenWanted(options, this.#shell.load);
  }
}

/** By mode: the element's name. */
export const ELEMENTS = { launcher: 'visavis-launcher', docked: 'visavis-panel', thread: 'visavis-thread' };

/** Defines the elements, once. Elsewhere than in a browser it does nothing. */
export function define(importer) {
  source ??= importer;
  const registry = globalThis.customElements;
  for (const [mode, name] of Object.entries(ELEMENTS)) {
    registry?.get(name) ?? registry?.define(name, class extends VisavisElement { static mode = mode; });
  }
}
