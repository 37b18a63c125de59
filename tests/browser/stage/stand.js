import { createServer } from 'node:http';
import { once } from 'node:events';

import { hostPage } from './host.js';

/**
 * Somebody's site: serves the pages that tests write, under policies of their own, and takes the widget's files from the
 * demo server. A real server, because a browser treats a page that no server sent unlike others.
 */
export class Stand {
  #pages = new Map();
  #withheld = [];
  #server;

  constructor(files) {
    this.#server = createServer((request, answer) => {
      const { pathname } = new URL(request.url, 'http://stand');
      const page = this.#pages.get(pathname);
      const withheld = this.#withheld.find(({ files }) => files.test(pathname));
      if (page) answer.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...page.headers }).end(page.html);
      else if (withheld?.manner === 'missing') answer.writeHead(404).end();
      else if (withheld) answer.destroy();
      else pass(`${files}${pathname}`, answer);
    });
  }

  static async open(files) {
    const stand = new Stand(files);
    stand.#server.listen(0, '127.0.0.1');
    await once(stand.#server, 'listening');
    return stand;
  }

  get origin() {
    return `http://127.0.0.1:${this.#server.address().port}`;
  }

  /** Puts a page at a path and returns its address. */
  put(path, content) {
    this.#pages.set(path, hostPage(content));
    return `${this.origin}${path}`;
  }

  /** Has no such files until `release`: they are `missing`, or whoever asks for them is `cut` off. */
  withhold(files, manner) {
    this.#withheld.push({ files, manner });
  }

  release() {
    this.#withheld = [];
  }

  async close() {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

async function pass(url, answer) {
  try {
    const found = await fetch(url);
    const body = Buffer.from(await found.arrayBuffer());
    answer.writeHead(found.status, { 'content-type': found.headers.get('content-type') ?? 'text/plain' }).end(body);
  } catch {
    answer.writeHead(502).end();
  }
}
