import { expect } from '@playwright/test';

/**
 * Switches of Playwright's that keep a page awake which nobody sees. Beside them it holds every page that it attends in sight, so
 * the tabs here are none of its own.
 */
export const LULLABY = ['--disable-backgrounding-occluded-windows', '--disable-background-timer-throttling', '--disable-renderer-backgrounding'];

/** A window of the browser with tabs one over the other, as a visitor has it: only the one in front is seen. */
export class UnattendedWindow {
  #answers = new Map();
  #last = 0;

  static async open(browser) {
    const window = new UnattendedWindow();
    window.devtools = await browser.newBrowserCDPSession();
    window.devtools.on('Target.receivedMessageFromTarget', ({ message }) => window.#answered(JSON.parse(message)));
    window.context = await window.devtools.send('Target.createBrowserContext');
    return window;
  }

  /** Opens a tab before all others; `prepare` runs in its page before the page's own scripts. */
  async tab(address, prepare = []) {
    const { targetId } = await this.devtools.send('Target.createTarget', { url: 'about:blank', ...this.context });
    const { sessionId } = await this.devtools.send('Target.attachToTarget', { targetId, flatten: false });
    const tab = new Tab((method, params) => this.#ask(sessionId, method, params));
    await tab.ask('Page.enable');
    for (const act of prepare) await tab.ask('Page.addScriptToEvaluateOnNewDocument', { source: `(${act})()` });
    await tab.ask('Page.navigate', { url: address });
    await expect.poll(() => tab.run(() => location.href)).toBe(address);
    return tab;
  }

  /** The numbers of the browser's processes. */
  async processes() {
    const { processInfo } = await this.devtools.send('SystemInfo.getProcessInfo');
    return processInfo.map(({ id }) => id);
  }

  async close() {
    await this.devtools.send('Target.disposeBrowserContext', this.context);
    await this.devtools.detach();
  }

  #ask(sessionId, method, params = {}) {
    const id = (this.#last += 1);
    const answer = new Promise((resolve, reject) => this.#answers.set(id, { resolve, reject }));
    const message = JSON.stringify({ id, method, params });
    return this.devtools.send('Target.sendMessageToTarget', { sessionId, message }).then(() => answer);
  }

  #answered({ id, result, error }) {
    const { resolve, reject } = this.#answers.get(id) ?? {};
    this.#answers.delete(id);
    if (error) reject?.(new Error(error.message));
    else resolve?.(result);
  }
}

/** One tab, and the chat in its page by its public surface. */
class Tab {
  constructor(ask) {
    /** Asks the tab's devtools for something. */
    this.ask = ask;
  }

  /** Runs a function in the page, and answers what it or its promise does. */
  async run(act, ...given) {
    const expression = `(${act})(...${JSON.stringify(given)})`;
    const { result, exceptionDetails } = await this.ask('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /** What a browser does to a page that was not seen for long. */
  freeze() {
    return this.ask('Page.setWebLifecycleState', { state: 'frozen' });
  }

  thaw() {
    return this.ask('Page.setWebLifecycleState', { state: 'active' });
  }

  async open() {
    await expect.poll(() => this.run(() => Boolean(document.querySelector('visavis-launcher')?.chat))).toBe(true);
    await this.run(() => document.querySelector('visavis-launcher').chat.open());
  }

  say(text) {
    return this.run((text) => document.querySelector('visavis-launcher').chat.sendMessage(text), text);
  }

  /** The conversation as the page has it: author, text and status. */
  messages() {
    return this.run(() => document.querySelector('visavis-launcher').chat.messages.map(({ author, text, status }) => ({ author, text, status })));
  }

  async says(author, text, { timeout } = {}) {
    await expect.poll(() => this.messages(), { message: `${author}: ${text}`, timeout }).toContainEqual(expect.objectContaining({ author, text }));
  }

  async sent(text) {
    const status = async () => (await this.messages()).find((message) => message.author === 'visitor' && message.text === text)?.status;
    await expect.poll(status, { message: `${text} is sent` }).toMatch(/^(sent|delivered|read)$/);
  }
}
