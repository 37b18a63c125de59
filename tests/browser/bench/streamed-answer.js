// What a streamed answer of 2,000 chunks costs the main thread of its page, beside a page that only receives the same frames: what a browser
// does for a socket, watched by its developer tools, is no page's own.

import { hostPage } from './page.js';
import { Cost } from '../stage/cost.js';
import { scriptTag } from '../stage/host.js';
import { signedIn } from '../stage/visit.js';

const CHUNKS = 2000;
/** Milliseconds between two chunks: as fast as a server can, and at the pace of a fast model. */
const PACES = [1, 8];

/** Rows of the table, for a browser and a demo server that are there. */
export async function streamedAnswers(browser, demo, shelf) {
  const rows = [];
  for (const pace of PACES) rows.push(...(await streamedAnswer(browser, demo, shelf, pace)));
  return rows;
}

async function streamedAnswer(browser, demo, shelf, pace) {
  const visitor = await signedIn(demo.gateway, demo.gatewayOptions);
  await demo.gateway.command('pace', { ms: pace });
  const page = await browser.newPage();
  await page.goto(shelf.page(`/bench/stream/${pace}`, hostPage(scriptTag(visitor.options))));
  await page.waitForFunction(() => document.querySelector('visavis-launcher')?.chat);
  await page.evaluate(() => document.querySelector('visavis-launcher').chat.open());
  await page.waitForFunction(() => document.querySelector('visavis-launcher').chat.connection === 'live');
  const cost = await Cost.of(page);
  await page.waitForTimeout(1000);
  await cost.begin();
  const began = Date.now();
  await page.evaluate((chunks) => document.querySelector('visavis-launcher').chat.sendMessage(`at length ${chunks}`), CHUNKS);
  await page.waitForFunction((last) => document.querySelector('visavis-launcher').shadowRoot.querySelector('.grown p:last-child')?.textContent.endsWith(last), `word ${CHUNKS}.`, { timeout: 120_000, polling: 500 });
  const { cpu, script, layout, long } = await cost.end();
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  await page.close();
  const bare = await received(browser, demo, shelf);
  const name = `answer of ${CHUNKS} chunks within ${seconds} s`;
  return [
    [`${name}: main-thread CPU`, `${cpu} ms (scripts ${script} ms, style and layout ${layout} ms)`],
    [`${name}: the same in a page that only receives the frames`, `${bare} ms`],
    [`${name}: tasks over 50 ms`, long.length ? `${long.length}, the longest ${Math.max(...long)} ms` : 'none'],
  ];
}

/** Milliseconds of CPU. */
async function received(browser, demo, shelf) {
  const visitor = await signedIn(demo.gateway, demo.gatewayOptions);
  const page = await browser.newPage();
  await page.goto(shelf.page('/bench/bare', hostPage('')));
  const cost = await Cost.of(page);
  await page.evaluate(connect, { url: demo.gateway.url, chat: visitor.chat, ...visitor.options });
  await page.waitForTimeout(1000);
  await cost.begin();
  await page.evaluate((chunks) => window.ask(`at length ${chunks}`), CHUNKS);
  await page.waitForFunction(() => window.ended, null, { timeout: 120_000, polling: 500 });
  const { cpu } = await cost.end();
  await page.close();
  return cpu;
}

/** Runs in the page: takes part in a conversation and does nothing with what it hears. */
function connect({ url, chat, orgId, configId, token }) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
  window.ask = (message) => socket.send(`42/chat,0${JSON.stringify(['chat-message', { message, chatId: chat, messageId: crypto.randomUUID() }])}`);
  return new Promise((resolve) => {
    socket.onmessage = ({ data }) => {
      if (data[0] === '0') socket.send(`40/chat,${JSON.stringify({ token, orgId, configId })}`);
      else if (data === '2') socket.send('3');
      else if (data.includes('"authenticate"')) {
        socket.send(`42/chat,${JSON.stringify(['join-chat', { chatId: chat }])}`);
        resolve();
      } else if (data.includes('"event":"end"')) window.ended = true;
    };
  });
}
