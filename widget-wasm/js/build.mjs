// Makes what a site serves out of what wasm-pack made, and with --npm the package.
//
//     node js/build.mjs --pkg DIR --out DIR [--npm DIR]

import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { brotliCompressSync, constants } from 'node:zlib';
import { build, transform } from 'esbuild';
import { rename } from './rename.mjs';
import { trim } from './trim.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const { pkg, out, npm } = folders();

// Every browser with constructed style sheets and reference types has these.
const target = ['es2022', 'chrome100', 'firefox101', 'safari16.4'];

/** A style sheet is imported as its minified text. */
const sheets = {
  name: 'sheets',
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, 'utf8'), { loader: 'css', minify: true, target });
      return { contents: code.trim(), loader: 'text' };
    });
  },
};

async function bundle(entry, { glue = '', ...options }) {
  const module = {
    name: 'module',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^visavis-module$/ }, () => ({ path: 'visavis-module', namespace: 'module' }));
      onLoad({ filter: /./, namespace: 'module' }, () => ({ contents: glue, loader: 'js' }));
    },
  };
  const { outputFiles } = await build({
    entryPoints: [join(here, entry)],
    bundle: true,
    minify: true,
    write: false,
    legalComments: 'none',
    logLevel: 'warning',
    platform: 'browser',
    plugins: [sheets, module],
    target,
    ...options,
  });
  return outputFiles[0].contents;
}

async function site() {
  await mkdir(out, { recursive: true });
  const { glue: source, wasm } = await made(['Chat', 'View', 'connect']);
  const wasmName = named(wasm, 'wasm');
  const glue = await bundle('widget.js', { format: 'esm', glue: source, define: { VISAVIS_MODULE: JSON.stringify(`./${wasmName}`) } });
  const glueName = named(glue, 'js');
  const loader = await bundle('loader.js', {
    format: 'iife',
    external: ['./visavis-*'],
    define: { VISAVIS_WIDGET: JSON.stringify(`./${glueName}`) },
  });
  const files = [
    await put('loader', 'visavis.js', loader),
    await put('glue', glueName, glue),
    await put('wasm', wasmName, wasm),
  ];
  const sum = (measure) => files.reduce((total, file) => total + file[measure], 0);
  const sizes = { files, total_until_panel: { raw: sum('raw'), brotli: sum('brotli') } };
  await writeFile(join(out, 'sizes.json'), `${JSON.stringify(sizes, null, 2)}\n`);
}

/** What wasm-pack made, with only what these exports need. */
async function made(exports) {
  const trimmed = trim(await readFile(join(pkg, 'visavis.js'), 'utf8'), await readFile(join(pkg, 'visavis_bg.wasm')), exports);
  return rename(trimmed.glue, trimmed.wasm);
}

/** Writes a file with its compressed twin. */
async function put(role, file, bytes) {
  const packed = brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });
  await writeFile(join(out, file), bytes);
  await writeFile(join(out, `${file}.br`), packed);
  return { role, file, raw: bytes.length, brotli: packed.length };
}

function named(bytes, extension) {
  return `visavis-${createHash('sha256').update(bytes).digest('hex').slice(0, 10)}.${extension}`;
}

/** Bundlers find the module by `new URL('./visavis.wasm', import.meta.url)`, and the second stage by `import('./widget.js')`. */
async function packageForNpm() {
  await mkdir(npm, { recursive: true });
  const { glue, wasm } = await made(['Chat', 'View', 'connect', 'Line', 'lowCall']);
  await writeFile(join(npm, 'visavis.wasm'), wasm);
  await writeFile(
    join(npm, 'widget.js'),
    await bundle('second-stage.js', { format: 'esm', glue, define: { VISAVIS_MODULE: '"./visavis.wasm"' } }),
  );
  await writeFile(join(npm, 'index.js'), await bundle('index.js', { format: 'esm', external: ['./widget.js'] }));
  await copyFile(join(here, 'index.d.ts'), join(npm, 'index.d.ts'));
  const { devDependencies, allowScripts, ...manifest } = JSON.parse(await readFile(join(here, '..', 'package.json'), 'utf8'));
  await writeFile(join(npm, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

function folders() {
  const { values } = parseArgs({ options: { pkg: { type: 'string' }, out: { type: 'string' }, npm: { type: 'string' } } });
  if (!values.pkg || !values.out) {
    console.error('node js/build.mjs --pkg DIR --out DIR [--npm DIR]');
    process.exit(2);
  }
  return Object.fromEntries(Object.entries(values).map(([name, folder]) => [name, resolve(folder)]));
}

await site();
if (npm) await packageForNpm();
