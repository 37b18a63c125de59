import { setTimeout as pause } from 'node:timers/promises';

import { error, Key } from 'selenium-webdriver';

/** As long as a busy machine may take; a condition that holds is not waited for. */
const PATIENCE_MS = 30_000;

/** A visitor in Firefox: one window, and the chat in its page. */
export class Visitor {
  constructor(driver) {
    this.driver = driver;
  }

  async visit(address) {
    await this.driver.get(address);
  }

  /** The first element with this part, in whichever element of the widget. */
  part(name) {
    return this.driver.executeScript(findPart, name);
  }

  async open() {
    await this.click('launcher-button');
    await this.see('composer-input');
  }

  /** Waits for a part that can be seen. */
  see(name) {
    return this.with(name, (found) => found);
  }

  async click(name) {
    await this.with(name, (found) => found.click());
  }

  /** Does something with a part once it can be seen; with the one in its place, where it was exchanged meanwhile. */
  async with(name, act) {
    let done;
    await until(`the part ${name}`, async () => {
      try {
        const found = await this.part(name);
        if (!(found && (await found.isDisplayed()))) return false;
        done = await act(found);
        return true;
      } catch (fault) {
        if (fault instanceof error.StaleElementReferenceError) return false;
        throw fault;
      }
    });
    return done;
  }

  async say(text) {
    await this.with('composer-input', (field) => field.sendKeys(text, Key.ENTER));
  }

  /** What the thread holds: the author, the text and how far it has come. */
  messages() {
    return this.driver.executeScript(messagesOf);
  }

  /** Waits for a message of this author with this text in it. */
  says(author, text) {
    return until(`${author}: ${text}`, async () => (await this.messages()).some((message) => message.author === author && message.text.includes(text)));
  }

  async converse(text) {
    await this.say(text);
    await this.says('bot', `You said: ${text}`);
  }

  /** Texts of one author, in order. */
  async texts(author) {
    return (await this.messages()).filter((message) => message.author === author).map(({ text }) => text.trim());
  }

  /** The parts of the element that has the focus. */
  focus() {
    return this.driver.executeScript(focusedParts);
  }

  async press(...keys) {
    await this.driver.actions().sendKeys(...keys).perform();
  }
}

/** Waits until something is true, and answers it. */
export async function until(what, look) {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await pause(50);
  }
}

/* What follows runs in the page. */

function findPart(name) {
  for (const element of document.querySelectorAll('visavis-launcher, visavis-panel, visavis-thread')) {
    const found = element.shadowRoot?.querySelector(`[part~="${name}"]`);
    if (found) return found;
  }
  return null;
}

function messagesOf() {
  const elements = [...document.querySelectorAll('visavis-launcher, visavis-panel, visavis-thread')];
  return elements.flatMap(({ shadowRoot }) => [...shadowRoot.querySelectorAll('[part~="message"]')]).map((message) => ({
    author: message.dataset.author,
    status: message.dataset.status,
    text: message.querySelector('[part~="bubble"]')?.textContent ?? '',
  }));
}

function focusedParts() {
  let focused = document.activeElement;
  while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
  return focused?.getAttribute('part') ?? '';
}
