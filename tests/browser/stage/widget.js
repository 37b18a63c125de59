import { expect } from '@playwright/test';

import { eventsOf, holdings } from './probes.js';

/** A widget as its visitor meets it, found by the parts that are its public names. */
export class Widget {
  /** `root` is a page, or the locator of one element when there are several. */
  constructor(root) {
    this.root = root;
    this.page = root.page?.() ?? root;
  }

  part(name) {
    return this.root.locator(`[part~="${name}"]`);
  }

  get launcher() {
    return this.part('launcher-button');
  }

  get panel() {
    return this.part('panel');
  }

  get field() {
    return this.part('composer-input');
  }

  get status() {
    return this.part('status');
  }

  get log() {
    return this.root.getByRole('log');
  }

  /** Messages, of one author or of all. */
  messages(author) {
    return this.root.locator(`[part~="message"]${author ? `[data-author="${author}"]` : ''}`);
  }

  /** The message of an author whose bubble holds this text. */
  message(author, text) {
    return this.messages(author).filter({ has: this.page.locator('[part~="bubble"]', { hasText: text }) });
  }

  async open() {
    await this.launcher.click();
    await expect(this.field).toBeVisible();
  }

  /** Writes a message as a visitor does, and sends it with Enter. */
  async say(text) {
    await this.field.fill(text);
    await this.field.press('Enter');
    await expect(this.field).toHaveValue('');
  }

  /** The relay has this message, and the widget knows it. */
  async sent(text, { timeout } = {}) {
    await expect(this.message('visitor', text)).toHaveAttribute('data-status', /^(sent|delivered|read)$/, { timeout });
  }

  async says(author, text) {
    await expect(this.message(author, text)).toBeVisible();
  }

  /** Writes a message and waits for the bot to repeat it. */
  async converse(text) {
    await this.say(text);
    await this.sent(text);
    await this.says('bot', `You said: ${text}`);
  }

  /** The texts of the thread, in the order in which they stand there. */
  async texts(author) {
    const bubbles = this.messages(author).locator('[part~="bubble"]');
    return (await bubbles.allInnerTexts()).map((text) => text.trim());
  }

  /** Waits until the connection is in this state, as the page hears of it. */
  async connection(state) {
    await expect.poll(async () => (await this.events('connection')).at(-1)?.detail.state).toBe(state);
  }

  events(name) {
    return this.page.evaluate(eventsOf, name);
  }

  /** Waits for an event whose detail has these values. */
  async heard(name, detail = {}) {
    await expect
      .poll(async () => (await this.events(name)).map((event) => event.detail), { message: `the event ${name}` })
      .toContainEqual(Object.keys(detail).length ? expect.objectContaining(detail) : expect.anything());
  }

  /** The id of the session that the page talks in. */
  async session() {
    await expect.poll(async () => (await this.events('session')).length).toBeGreaterThan(0);
    return (await this.events('session')).at(-1).detail.id;
  }

  holdings() {
    return this.page.evaluate(holdings);
  }
}

/** Loads the library into a page and makes `window.chat` with these options. */
export async function init(page, options) {
  await page.evaluate(async (options) => {
    await import('/visavis.js');
    window.chat = await window.Visavis.init(options);
  }, options);
}
