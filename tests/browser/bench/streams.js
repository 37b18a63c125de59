// What an answer in 2,000 chunks costs the main thread.

import { Cost } from '../stage/cost.js';
import { streamedAnswers } from './streamed-answer.js';

const CHUNKS = 2000;

/** Ours over the gateway's socket, at two paces and beside a page that only receives the frames; deep-chat by its own handler, four chunks a task. */
export async function streams(browser, contestants, demo, shelf) {
  const { library } = contestants.find(({ name }) => name === 'deep-chat');
  return { rows: await streamedAnswers(browser, demo, shelf), deepChat: await deepChats(browser, library) };
}

async function deepChats(browser, library) {
  const page = await browser.newPage();
  await page.goto(library);
  await page.waitForFunction(() => customElements.get('deep-chat'));
  await page.evaluate((chunks) => {
    const chat = document.createElement('deep-chat');
    chat.connect = {
      stream: true,
      handler: (_, { onOpen, onResponse, onClose }) => {
        onOpen();
        let sent = 0;
        const task = () => {
          for (let chunk = 0; chunk < 4 && sent < chunks; chunk += 1) onResponse({ text: `word ${(sent += 1)}. ` });
          if (sent < chunks) return void setTimeout(task);
          onClose();
          window.ended = true;
        };
        task();
      },
    };
    document.querySelector('main').append(chat);
    window.chat = chat;
  }, CHUNKS);
  const cost = await Cost.of(page);
  await page.waitForTimeout(1000);
  await cost.begin();
  await page.evaluate(() => window.chat.submitUserMessage({ text: 'at length' }));
  await page.waitForFunction(() => window.ended, undefined, { timeout: 120_000, polling: 500 });
  // What was told last is drawn by now.
  await page.waitForTimeout(1000);
  const result = await cost.end();
  await page.close();
  return result;
}
