import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.wasm': 'application/wasm' };

/** A site of built files. Addresses without a file are the application's own routes; `/options.js` tells the page its chat's options. */
export class Site {
  #server;

  constructor(folder, { options, replaced = {}, fallback = 'index.html' }) {
    this.#server = createServer(async (request, answer) => {
      const { pathname } = new URL(request.url, 'http://site');
      if (pathname === '/options.js') {
        answer.writeHead(200, { 'content-type': TYPES['.js'] }).end(`window.chatOptions = ${JSON.stringify(options)};`);
        return;
      }
      const [file, bytes] = await found(folder, pathname, fallback);
      if (!bytes) {
        answer.writeHead(404).end();
        return;
      }
      const words = Object.keys(replaced);
      const body = words.length && extname(file) === '.js' ? words.reduce((text, word) => text.replaceAll(word, replaced[word]), String(bytes)) : bytes;
      answer.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' }).end(body);
    });
  }

  static async open(folder, settings) {
    const site = new Site(folder, settings);
    site.#server.listen(0, '127.0.0.1');
    await once(site.#server, 'listening');
    return site;
  }

  get origin() {
    return `http://127.0.0.1:${this.#server.address().port}`;
  }

  async close() {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

async function found(folder, pathname, fallback) {
  const path = normalize(pathname).replace(/\/$/, '');
  const candidates = extname(path) ? [path] : [`${path}/index.html`, fallback];
  for (const file of candidates) {
    const bytes = await readFile(join(folder, file)).catch(() => null);
    if (bytes) return [file, bytes];
  }
  return [];
}
