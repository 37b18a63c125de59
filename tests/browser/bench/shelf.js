import { createServer } from 'node:http';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

const TYPES = { '.js': 'text/javascript', '.wasm': 'application/wasm', '.css': 'text/css', '.json': 'application/json' };

/** A server of files, compressed once at quality 11, over HTTP/1.1 and without TLS; what is no file may be answered by a function, or by another server. */
export class Shelf {
  #answers = new Map();
  #folders = [];
  #packed = new Map();
  #behind;
  #server = createServer((request, answer) => this.#serve(request, answer));

  /** `behind` answers what nobody here does. */
  static async open(behind) {
    const shelf = new Shelf();
    shelf.#behind = behind;
    shelf.#server.listen(0, '127.0.0.1');
    await once(shelf.#server, 'listening');
    return shelf;
  }

  get origin() {
    return `http://127.0.0.1:${this.#server.address().port}`;
  }

  /** Puts a page at a path and returns its address. */
  page(path, html) {
    this.#answers.set(path, () => ({ type: 'text/html; charset=utf-8', body: html }));
    return this.origin + path;
  }

  /** Answers calls to a path with JSON. */
  json(path, value) {
    this.#answers.set(path, () => ({ type: 'application/json', body: JSON.stringify(value) }));
  }

  /** Lets a folder's files be had under a prefix. */
  folder(prefix, folder) {
    this.#folders.push({ prefix, folder });
  }

  /** What a file weighs as it is sent. Nothing, for what is no file. */
  weight(path) {
    return this.#packed.get(path)?.length ?? 0;
  }

  async close() {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #serve(request, answer) {
    const { pathname } = new URL(request.url, this.origin);
    const made = this.#answers.get(pathname);
    if (made) {
      const { type, body } = made();
      return answer.writeHead(200, { 'content-type': type }).end(body);
    }
    const packed = await this.#file(pathname);
    if (packed) return answer.writeHead(200, { 'content-type': TYPES[extname(pathname)] ?? 'application/octet-stream', 'content-encoding': 'br' }).end(packed);
    return this.#pass(request, answer);
  }

  async #file(pathname) {
    if (this.#packed.has(pathname)) return this.#packed.get(pathname);
    for (const { prefix, folder } of this.#folders) {
      if (!pathname.startsWith(prefix)) continue;
      const bytes = await readFile(join(folder, normalize(pathname.slice(prefix.length)))).catch(() => null);
      if (!bytes) continue;
      const packed = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });
      this.#packed.set(pathname, packed);
      return packed;
    }
    return null;
  }

  async #pass(request, answer) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const { host: _, connection: __, 'accept-encoding': ___, 'content-length': ____, ...headers } = request.headers;
    try {
      const body = chunks.length ? Buffer.concat(chunks) : undefined;
      const found = await fetch(this.#behind + request.url, { method: request.method, headers, body });
      answer.writeHead(found.status, { 'content-type': found.headers.get('content-type') ?? 'text/plain' }).end(Buffer.from(await found.arrayBuffer()));
    } catch {
      answer.writeHead(502).end();
    }
  }
}
