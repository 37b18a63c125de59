// The custom elements: `<visavis-launcher>`, `<visavis-panel mode="docked">`, `<visavis-thread>`.

import tokens from '../src/style/tokens.css';
import launcher from '../src/style/launcher.css';
import { chatFor } from './chat.js';
import { complain } from './console.js';
import { NAMES, OptionError, check, kebab } from './options.js';
import { Shell } from './shell.js';
import { adopt } from './styles.js';
import { words } from './words.js';

// A server that renders this page has no elements, and must be able to import this all the same.
const Base = globalThis.HTMLElement ?? class {};

const ATTRIBUTES = NAMES.filter((name) => name !== 'target').map(kebab);

/** Where the module comes from; the entry that was loaded knows. */
let source;

class VisavisElement extends Base {
  static observedAttributes = ATTRIBUTES;

  #options = {};
  #chat = null;
  #shadow = null;
  #frame = null;
  #shell = null;
  #view = null;
  #checking = false;

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
  draw(core, module) {
    const container = document.createElement('div');
    this.#frame.append(container);
    this.#view = core.mount(container, this.#looks);
    Promise.resolve(module).then(({ styles }) => adopt(this.#shadow, styles));
    const focused = this.#shadow.activeElement !== null;
    this.#shell?.remove();
    this.#shell = null;
    if (focused) container.querySelector('[part=launcher-button]')?.focus();
  }

  /** Says that there is no conversation. A wrong option leaves nothing to press. */
  refuse(error) {
    if (error?.kind === 'configuration') this.release();
    else this.#shell?.refuse();
  }

  /** Lets go of the conversation and shows nothing. */
  release() {
    this.#view?.free();
    this.#view = null;
    const chat = this.#chat;
    this.#chat = null;
    chat?.detach(this);
    this.#shell = null;
    this.#frame?.remove();
    this.#frame = null;
  }

  // Frameworks set attributes one by one and move elements about: what counts is how things stand when they are done.
  #reconsider() {
    if (this.#checking) return;
    this.#checking = true;
    queueMicrotask(() => {
      this.#checking = false;
      // A page that replaces its whole content takes the launcher along, which stands for every page; only `destroy` ends it.
      if (!this.isConnected && this.constructor.mode === 'launcher' && this.#chat?.owned.includes(this)) document.body?.append(this);
      if (this.#chat && this.isConnected && this.#signature === this.#signed) return;
      this.release();
      if (this.isConnected) this.#begin();
    });
  }

  #signed;
  #looks;

  get #given() {
    const given = { mode: this.constructor.mode };
    for (const name of NAMES) {
      const value = this.getAttribute(kebab(name));
      if (value !== null) given[name] = value;
    }
    return { ...given, ...this.#options };
  }

  get #signature() {
    return JSON.stringify(this.#given);
  }

  #begin() {
    this.#signed = this.#signature;
    let options;
    try {
      options = check(this.#given, kebab);
    } catch (error) {
      if (!(error instanceof OptionError)) throw error;
      complain(`<${this.localName}>: ${error.message}`);
      return;
    }
    this.#chat = chatFor(options, source);
    this.#looks = { mode: options.mode, locale: options.locale, position: options.position };
    this.#shadow ??= this.attachShadow({ mode: 'open' });
    adopt(this.#shadow, tokens);
    adopt(this.#shadow, launcher);
    this.#frame = document.createElement('div');
    this.#frame.className = 'frame';
    this.#frame.dataset.scheme = options.colorScheme ?? 'auto';
    this.#frame.dataset.mode = options.mode;
    this.#frame.dataset.position = options.position ?? 'right';
    this.#shadow.append(this.#frame);
    this.#shell = new Shell(this.#frame, options, this.#chat, words(options.locale));
    this.#chat.attach(this);
    if (this.#view === null) this.#shell.wait();
  }
}

class Launcher extends VisavisElement {
  static mode = 'launcher';
}

class DockedPanel extends VisavisElement {
  static mode = 'docked';
}

class Thread extends VisavisElement {
  static mode = 'thread';
}

/** Defines the elements, once. Elsewhere than in a browser it does nothing. */
export function define(importer) {
  source ??= importer;
  if (typeof customElements === 'undefined') return;
  for (const [name, element] of [
    ['visavis-launcher', Launcher],
    ['visavis-panel', DockedPanel],
    ['visavis-thread', Thread],
  ]) {
    if (!customElements.get(name)) customElements.define(name, element);
  }
}
