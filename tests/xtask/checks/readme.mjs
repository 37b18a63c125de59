// What the package's README says of its files is so, and it speaks of every file that every page loads. What they name is there.

import { createHash } from 'node:crypto';
import { readFile, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, constants, gzipSync } from 'node:zlib';

const folder = process.argv[2];
const words = await readFile(join(folder, 'README.md'), 'utf8');
const rows = new Map([...words.matchAll(/^\| `(\S+\.(?:js|wasm))` \|.*?\| (\d+) \| (\d+) \| (\d+) \|$/gm)].map(([, file, ...sizes]) => [file, sizes.map(Number)]));

const loaded = async (under) => (await readdir(join(folder, under))).filter((file) => /\.(js|wasm)$/.test(file)).map((file) => join(under, file));
const { builds } = JSON.parse(await readFile(join(folder, 'script', 'sizes.json'), 'utf8'));
const served = new Set(Object.values(builds).flatMap(({ files }) => files.map(({ file }) => join('script', file))));
const files = [...(await loaded('.')), ...served];
if ([...files].sort().join() !== [...rows.keys()].sort().join()) throw new Error(`the README's table has ${[...rows.keys()]}, the package ${files}`);

for (const [file, said] of rows) {
  const bytes = await readFile(join(folder, file));
  const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });
  const sizes = [bytes.length, gzipSync(bytes, { level: 9 }).length, brotli.length];
  if (said.join() !== sizes.join()) throw new Error(`the README says ${said} of ${file}, which has ${sizes}`);
}

// A bundler follows every such address, and ends where a file is not there.
for (const file of files.filter((file) => file.endsWith('.js'))) {
  const source = await readFile(join(folder, file), 'utf8');
  for (const [, named] of source.matchAll(/new URL\("([^"]+)",\s*import\.meta\.url\)/g)) {
    await stat(join(folder, dirname(file), named));
  }
}

for (const file of files.filter((file) => file.startsWith('script'))) {
  const [bytes, packed] = await Promise.all([readFile(join(folder, file)), readFile(join(folder, `${file}.br`))]);
  if (!brotliDecompressSync(packed).equals(bytes)) throw new Error(`${file}.br holds something else than ${file}`);
}

const integrity = `sha384-${createHash('sha384').update(await readFile(join(folder, 'script', 'visavis.js'))).digest('base64')}`;
if (!words.includes(integrity)) throw new Error(`the README does not name ${integrity}`);
if (/\{\{|undefined/.test(words)) throw new Error('the README has a place that nobody filled');
console.log(`   the README's ${rows.size} sizes are those of the files`);
