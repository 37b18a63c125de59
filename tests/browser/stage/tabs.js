import { expect } from '@playwright/test';

import { Widget } from './widget.js';

const FIVE = 5;

/** Tabs of one browser at one page. */
export class Tabs {
  all = [];

  constructor(context, address) {
    this.context = context;
    this.address = address;
  }

  async open() {
    const page = await this.context.newPage();
    await page.goto(this.address);
    const tab = new Widget(page);
    await tab.heard('ready');
    this.all.push(tab);
    return tab;
  }

  /** How many sockets each tab has. */
  sockets() {
    return Promise.all(this.all.map(async (tab) => (await tab.holdings()).openSockets));
  }

  async leader() {
    let at;
    await expect.poll(async () => (at = (await this.sockets()).indexOf(1)), { message: 'one tab has a socket' }).toBeGreaterThanOrEqual(0);
    return this.all[at];
  }

  followers(leader) {
    return this.all.filter((tab) => tab !== leader);
  }

  forget(tab) {
    this.all.splice(this.all.indexOf(tab), 1);
  }
}

/** Four more tabs beside the test's own. */
export async function five(context, page, widget) {
  const tabs = new Tabs(context, page.url());
  tabs.all.push(widget);
  while (tabs.all.length < FIVE) await tabs.open();
  return tabs;
}

/** What a tab shows, by the elements that the visitor sees. */
export async function shown(tab) {
  return tab.page.evaluate(() => {
    const { chat } = document.querySelector('visavis-launcher');
    return { messages: chat.messages.map(({ author, text, status }) => [author, text, status]), unread: chat.unreadCount, typing: chat.botTyping, connection: chat.connection };
  });
}

/** Sends a message by the chat of a page, whether its panel is open or not. */
export const say = (tab, text) => tab.page.evaluate((text) => document.querySelector('visavis-launcher').chat.sendMessage(text), text);
