// The package's README: the words of `npm.md`, with sizes and checksums taken from the very files that are packed.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const here = dirname(fileURLToPath(import.meta.url));

/** What an application's bundle takes in of each entry, and what comes when a conversation is wanted. */
const PACKAGED = [
  ['index.js', 'the package’s entry, with the elements'],
  ['core.js', 'the entry `/core`, without them'],
  ['shared.js', 'what both entries need'],
  ['widget.js', 'Bloonio: interface, styles, protocol; on demand'],
  ['visavis.wasm', 'Bloonio’s module; on demand'],
  ['appengine.js', 'the same for AppEngine'],
  ['appengine.wasm', ''],
  ['mailoo.js', 'the same for Mailoo'],
  ['mailoo.wasm', ''],
];

/** The README of the package in `folder`. */
export async function readme(folder, { version }, tools) {
  const { builds } = JSON.parse(await readFile(join(folder, 'script', 'sizes.json'), 'utf8'));
  const served = new Map(Object.entries(builds).flatMap(([backend, { files }]) => files.map(({ role, file }) => [file, role === 'loader' ? 'the loader' : `${backend}: ${role}`])));
  const rows = [...PACKAGED, ...[...served].map(([file, what]) => [`script/${file}`, what])];
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
