// The package's README: the words of `npm.md`, with sizes and checksums taken from the very files that are packed.

import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const here = dirname(fileURLToPath(import.meta.url));

/** What an application's bundle takes in of each entry, and what comes when a conversation is wanted. */
const PACKAGED = [
  ['index.js', 'the package’s entry, with the elements'],
  ['core.js', 'the entry `/core`, without them'],
  ['chunk.js', 'what both entries need'],
  ['trouble.js', 'the words for a page’s mistakes; on demand'],
  ['texts.js', 'puts texts of the page’s own in place; on demand'],
  ['extras.js', 'rings, notifies and copies; on demand'],
  ['emojis.js', 'the choice of emojis; on demand'],
  ['widget.js', 'Bloonio: interface, styles, protocol; on demand'],
  ['visavis.wasm', 'Bloonio’s module, what a panel needs; on demand'],
  ['visavis-rest.wasm', 'the rest of it, when the page is idle'],
  ['appengine.js', 'the same for AppEngine'],
  ['appengine.wasm', ''],
  ['appengine-rest.wasm', ''],
  ['mailoo.js', 'the same for Mailoo'],
  ['mailoo.wasm', ''],
  ['mailoo-rest.wasm', ''],
];

/** The README of the package in `folder`. */
export async function readme(folder, { version }, tools) {
  const { builds } = JSON.parse(await readFile(join(folder, 'script', 'sizes.json'), 'utf8'));
  const served = new Map(Object.entries(builds).flatMap(([backend, { files }]) => files.map(({ role, file }) => [file, role === 'loader' ? 'the loader' : `${backend}: ${role}`])));
  const there = await readdir(folder);
  const rows = [...PACKAGED.filter(([file]) => there.includes(file)), ...[...served].map(([file, what]) => [`script/${file}`, what])];
  const sizes = await Promise.all(rows.map(([file, what]) => row(folder, file, what)));
  const places = {
    version,
    sizes: ['| file | what | bytes | gzip | brotli |', '| --- | --- | ---: | ---: | ---: |', ...sizes].join('\n'),
    integrity: `sha384-${createHash('sha384').update(await readFile(join(folder, 'script', 'visavis.js'))).digest('base64')}`,
    tools: Object.entries(tools).map(([name, version]) => `${name} ${version}`).join(', '),
    node: process.version,
  };
  const words = await readFile(join(here, 'npm.md'), 'utf8');
  return words.replace(/\{\{(\w+)\}\}/g, (_, name) => places[name]);
}

async function row(folder, file, what) {
  const bytes = await readFile(join(folder, file));
  const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });
  return `| \`${file}\` | ${what} | ${bytes.length} | ${gzipSync(bytes, { level: 9 }).length} | ${brotli.length} |`;
}
