// Makes what a site serves out of what wasm-pack made, and with --npm the package.
//
//     node js/build.mjs --build BACKEND=DIR [--build BACKEND=DIR …] --out DIR [--npm DIR --script DIR]
//
// Each back end has a module of its own, made by wasm-pack in DIR; the loader brings the one that the page asks for.

import { createHash } from 'node:crypto';
import { copyFile, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { brotliCompressSync, constants } from 'node:zlib';
import { build, transform } from 'esbuild';
import { readme } from './readme.mjs';
import { rename } from './rename.mjs';
import { trim } from './trim.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const { builds, out, npm, script, quick } = folders();

// Every browser with constructed style sheets and reference types has these.
const target = ['es2022', 'chrome100', 'firefox101', 'safari16.4'];

/** Back ends without files, queues and forms; their pages do not download the styles of those. */
const PLAIN = ['bloonio', 'mailoo'];

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

async function bundle(entry, options) {
  return (await bundled([entry], options))[0].contents;
}

async function bundled(entries, { glue = '', backend = PLAIN[0], ...options }) {
  const module = {
    name: 'module',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^visavis-module$/ }, () => ({ path: 'visavis-module', namespace: 'module' }));
      onLoad({ filter: /./, namespace: 'module' }, () => ({ contents: glue, loader: 'js' }));
      onResolve({ filter: /^visavis-styles$/ }, () => ({ path: join(here, PLAIN.includes(backend) ? 'styles-plain.js' : 'styles-rich.js') }));
    },
  };
  const { outputFiles } = await build({
    entryPoints: entries.map((entry) => join(here, entry)),
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
  return outputFiles;
}

async function site() {
  await mkdir(out, { recursive: true });
  const parts = {};
  for (const [backend, pkg] of builds) parts[backend] = await secondStage(backend, pkg);
  const widgets = Object.fromEntries(Object.entries(parts).map(([backend, [glue]]) => [backend, `./${glue.file}`]));
  const loader = await bundle('loader.js', {
    format: 'iife',
    external: ['./visavis-*'],
    define: { VISAVIS_WIDGETS: JSON.stringify(widgets) },
  });
  const first = await put('loader', 'visavis.js', loader);
  const weighed = Object.entries(parts).map(([backend, rest]) => [backend, weights([first, ...rest])]);
  await writeFile(join(out, 'sizes.json'), `${JSON.stringify({ builds: Object.fromEntries(weighed) }, null, 2)}\n`);
}

/** A back end's module and its glue, under names that change with their content. */
async function secondStage(backend, pkg) {
  const { glue: source, wasm } = await made(pkg, ['Chat', 'View', 'connect']);
  const wasmName = named(wasm, 'wasm');
  const define = { VISAVIS_MODULE: JSON.stringify(`./${wasmName}`) };
  const glue = await bundle('widget.js', { format: 'esm', glue: source, backend, define });
  return [await put('glue', named(glue, 'js'), glue), await put('wasm', wasmName, wasm)];
}

function weights(files) {
  const sum = (measure) => files.reduce((total, file) => total + file[measure], 0);
  return { files, total_until_panel: { raw: sum('raw'), brotli: sum('brotli') } };
}

/** What wasm-pack made, with only what these exports need; all of it in a quick build. */
async function made(pkg, exports) {
  const [glue, wasm] = [withoutGuess(await readFile(join(pkg, 'visavis.js'), 'utf8')), await readFile(join(pkg, 'visavis_bg.wasm'))];
  if (quick) return { glue, wasm };
  const trimmed = trim(glue, wasm, exports);
  return rename(trimmed.glue, trimmed.wasm);
}

/** The glue's own guess where the module lies is wrong here, and a bundler would look for that file. */
function withoutGuess(glue) {
  const guess = /^ *if \(module_or_path === undefined\) \{\n[^{}]*new URL\('visavis_bg\.wasm', import\.meta\.url\);\n *\}\n/m;
  if (!guess.test(glue)) throw new Error('the glue has changed: it no longer guesses where the module lies');
  return glue.replace(guess, '');
}

/** Writes a file with its compressed twin. */
async function put(role, file, bytes) {
  const packed = brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: quick ? 1 : 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });
  await writeFile(join(out, file), bytes);
  await writeFile(join(out, `${file}.br`), packed);
  return { role, file, raw: bytes.length, brotli: packed.length };
}

function named(bytes, extension) {
  return `visavis-${createHash('sha256').update(bytes).digest('hex').slice(0, 10)}.${extension}`;
}

/**
 * Bundlers find a module by `new URL('./visavis.wasm', import.meta.url)`, and the second stage by `import('./widget.js')`. The first back
 * end is the one whose protocol can be had by itself. Both entries share one file, so that an application with both has one conversation.
 */
async function packageForNpm() {
  await mkdir(npm, { recursive: true });
  const [[first, pkg], ...others] = builds;
  await packaged('second-stage.js', first, await made(pkg, ['Chat', 'View', 'connect', 'Line', 'lowCall']), 'widget.js', 'visavis.wasm');
  for (const [backend, pkg] of others) {
    await packaged('widget.js', backend, await made(pkg, ['Chat', 'View', 'connect']), `${backend}.js`, `${backend}.wasm`);
  }
  const external = ['./widget.js', ...others.map(([backend]) => `./${backend}.js`)];
  const entries = await bundled(['index.js', 'core.js'], { format: 'esm', splitting: true, chunkNames: 'shared', outdir: npm, external });
  for (const { path, contents } of entries) await writeFile(path, contents);
  for (const entry of ['index', 'core', 'script', 'elements', 'types']) await copyFile(join(here, `${entry}.d.ts`), join(npm, `${entry}.d.ts`));
  await copyFile(join(here, '..', '..', 'LICENSE'), join(npm, 'LICENSE'));
  await cp(script, join(npm, 'script'), { recursive: true });
  const { devDependencies, allowScripts, ...manifest } = JSON.parse(await readFile(join(here, '..', 'package.json'), 'utf8'));
  await writeFile(join(npm, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  await writeFile(join(npm, 'README.md'), await readme(npm, manifest, devDependencies));
}

async function packaged(entry, backend, { glue, wasm }, script, module) {
  await writeFile(join(npm, module), wasm);
  const define = { VISAVIS_MODULE: JSON.stringify(`./${module}`) };
  await writeFile(join(npm, script), await bundle(entry, { format: 'esm', glue, backend, define }));
}

function folders() {
  const text = { type: 'string' };
  const { values } = parseArgs({
    options: { build: { type: 'string', multiple: true }, out: text, npm: text, script: text, quick: { type: 'boolean' } },
  });
  if (!values.build || !values.out || Boolean(values.npm) !== Boolean(values.script)) {
    console.error('node js/build.mjs --build BACKEND=DIR [--build BACKEND=DIR …] --out DIR [--npm DIR --script DIR] [--quick]');
    process.exit(2);
  }
  const builds = values.build.map((build) => {
    const at = build.indexOf('=');
    return [build.slice(0, at), resolve(build.slice(at + 1))];
  });
  const place = (name) => values[name] && resolve(values[name]);
  return { builds, out: place('out'), npm: place('npm'), script: place('script'), quick: values.quick };
}

await site();
if (npm) await packageForNpm();
