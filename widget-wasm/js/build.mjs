// Makes what a site serves out of what wasm-pack made, and with --npm the package.
//
//     node js/build.mjs --build BACKEND=DIR [--build BACKEND=DIR …] --out DIR [--npm DIR --script DIR] [--effort quick|probe]
//
// Each back end has a module of its own, made by wasm-pack in DIR; the loader brings the one that the page asks for.

import { createHash } from 'node:crypto';
import { copyFile, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { brotliCompressSync, constants } from 'node:zlib';
import { build, transform } from 'esbuild';
import { probed } from './probe.mjs';
import { readme } from './readme.mjs';
import { rename } from './rename.mjs';
import { silent } from './silent.mjs';
import { split } from './split.mjs';
import { trim, withoutImports } from './trim.mjs';
import { files, keys, lines } from './words.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const { builds, out, npm, script, effort } = folders();
const spoken = await files();
const others = Object.keys(spoken).filter((tag) => tag !== 'en');

// Every browser with constructed style sheets and reference types has these.
const target = ['es2022', 'chrome100', 'firefox101', 'safari16.4'];

/** Functions that no page needs until its panel can be used, by back end, as `cargo xtask profile` found them. */
const later = laterOnes(await readFile(join(here, '..', 'later.txt'), 'utf8'));

/** Back ends without files, queues and forms; their pages do not download the styles of those. */
const PLAIN = ['bloonio', 'mailoo'];

/** What a page calls the texts that it may replace. */
const KEYS = JSON.stringify(keys(spoken));

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

async function bundled(entries, { glue = '', words = '', emojis = '', backend = PLAIN[0], trouble = 'trouble-apart.js', ...options }) {
  const module = {
    name: 'module',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^visavis-module$/ }, () => ({ path: 'visavis-module', namespace: 'module' }));
      onLoad({ filter: /./, namespace: 'module' }, () => ({ contents: glue, loader: 'js' }));
      onResolve({ filter: /^visavis-trouble$/ }, () => ({ path: join(here, trouble) }));
      onResolve({ filter: /^visavis-words$/ }, () => ({ path: 'visavis-words', namespace: 'words' }));
      onLoad({ filter: /./, namespace: 'words' }, () => ({ contents: words, loader: 'js' }));
      onResolve({ filter: /^visavis-emojis$/ }, () => ({ path: 'visavis-emojis', namespace: 'emojis' }));
      onLoad({ filter: /./, namespace: 'emojis' }, () => ({ contents: emojis, loader: 'js' }));
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
  const texts = await bundle('texts.js', { format: 'esm', define: { VISAVIS_KEYS: KEYS } });
  const { file: textsName } = await put('texts', `visavis-${hash(texts)}.js`, texts);
  const parts = {};
  // No part of what is weighed: it is fetched when it is wanted, long after the panel is there.
  const extras = await bundle('extras.js', { format: 'esm' });
  const { file: extrasName } = await put('extras', `visavis-${hash(extras)}.js`, extras);
  const picker = await bundle('emoji-picker.js', { format: 'esm' });
  const { file: emojisName } = await put('emojis', `visavis-${hash(picker)}.js`, picker);
  for (const [backend, pkg] of builds) parts[backend] = await secondStage(backend, pkg, { texts: textsName, extras: extrasName, emojis: emojisName });
  const trouble = await bundle('trouble.js', { format: 'esm' });
  await put('trouble', `visavis-${hash(trouble)}.js`, trouble);
  const names = Object.entries(parts).map(([backend, { name }]) => [backend, name]);
  const loader = await bundle('loader.js', {
    format: 'iife',
    define: { VISAVIS_FILES: JSON.stringify({ ...Object.fromEntries(names), trouble: hash(trouble) }) },
  });
  const first = await put('loader', 'visavis.js', loader);
  const weighed = Object.entries(parts).map(([backend, { files }]) => [backend, weights([first, ...files])]);
  await writeFile(join(out, 'sizes.json'), `${JSON.stringify({ builds: Object.fromEntries(weighed) }, null, 2)}\n`);
}

/** A back end's module and its glue, under one name that changes with either: the loader has to know both, and asks for them side by side. */
async function secondStage(backend, pkg, beside) {
  const { glue: source, first, rest, names } = await made(backend, pkg, ['Chat', 'View', 'connect']);
  const words = await wordsOfSite(backend);
  const emojis = `export default (attempt) => import('./${beside.emojis}'.concat(attempt ? '?' + attempt : ''));`;
  const glued = (...files) => bundle('widget.js', { format: 'esm', glue: source, words, emojis, backend, define: defined(beside, ...files), external: ['./visavis-*'] });
  const name = hash(first, rest ?? '', await glued());
  const parts = Object.entries({ wasm: [`visavis-${name}.wasm`, first], rest: [`visavis-${name}-rest.wasm`, rest] }).filter(([, [, wasm]]) => wasm);
  const glue = await glued(...parts.map(([, [file]]) => file));
  if (names) await writeFile(join(out, `functions-${backend}.json`), JSON.stringify(names));
  const files = await Promise.all(parts.map(([role, [file, wasm]]) => put(role, file, wasm)));
  return { name, files: [await put('glue', `visavis-${name}.js`, glue), ...files] };
}

/** What the second stage is told of the files beside it. */
function defined({ texts, extras }, first, rest) {
  const place = (file) => (file ? JSON.stringify(`./${file}`) : 'null');
  return { VISAVIS_TEXTS: place(texts), VISAVIS_EXTRAS: place(extras), VISAVIS_FIRST: place(first), VISAVIS_REST: place(rest), VISAVIS_PROBED: String(effort === 'probe') };
}

/** The languages' files for a back end, under names that change with the content of any; the glue has English and finds the others. */
async function wordsOfSite(backend) {
  const texts = Object.fromEntries(others.map((tag) => [tag, asModule(lines(spoken, tag, groups(backend)))]));
  const hash = createHash('sha256').update(JSON.stringify(texts)).digest('hex').slice(0, 10);
  for (const tag of others) await put('words', `visavis-${tag}-${hash}.js`, Buffer.from(texts[tag]));
  return `${english(backend)}
    export const languages = ${JSON.stringify(others.join(' '))}.split(' ');
    const file = (language) => './visavis-'.concat(language, '-${hash}.js');
    export const bring = (language) => import(file(language));`;
}

/** The same in the package: bundlers follow only what is spelled out. */
async function wordsOfPackage(backend) {
  const folder = PLAIN.includes(backend) ? 'words' : 'words-rich';
  await mkdir(join(npm, folder), { recursive: true });
  for (const tag of others) await writeFile(join(npm, folder, `${tag}.js`), asModule(lines(spoken, tag, groups(backend))));
  return `${english(backend)}
    const files = { ${others.map((tag) => `'${tag}': () => import('./${folder}/${tag}.js')`)} };
    export const languages = Object.keys(files);
    export const bring = (language) => files[language]();`;
}

function english(backend) {
  return `export const english = ${JSON.stringify(lines(spoken, 'en', groups(backend)))};`;
}

function groups(backend) {
  return PLAIN.includes(backend) ? ['everywhere'] : ['everywhere', 'rich'];
}

/** Letters of every script are shorter as they are; a module is always read as UTF-8. */
function asModule(text) {
  return `export default ${JSON.stringify(text)}`;
}

function weights(files) {
  const until = files.filter(({ role }) => role !== 'rest');
  const sum = (measure) => until.reduce((total, file) => total + file[measure], 0);
  return { files, total_until_panel: { raw: sum('raw'), brotli: sum('brotli') } };
}

/** What wasm-pack made, with only what these exports need, in its two parts. A quick build has all of it in the first. */
async function made(backend, pkg, exports) {
  const [source, whole] = [withoutGuess(await readFile(join(pkg, 'visavis.js'), 'utf8')), await readFile(join(pkg, 'visavis_bg.wasm'))];
  const reached = source.concat('export { __wbg_finalize_init as begin, __wbg_get_imports as imports };\n');
  if (effort === 'quick') return { glue: reached, first: whole };
  const { glue, wasm } = trim(reached, whole, exports);
  if (effort === 'probe') return (({ wasm, names }) => ({ glue, first: wasm, names }))(probed(wasm));
  const { first, rest } = split(wasm, (name) => later(backend, name));
  const parts = { first: silent(first), rest };
  return rename(withoutImports(glue, Object.values(parts)), parts);
}

/** The glue's own guess where the module lies is wrong here, and a bundler would look for that file. */
function withoutGuess(glue) {
  const guess = /^ *if \(module_or_path === undefined\) \{\n[^{}]*new URL\('visavis_bg\.wasm', import\.meta\.url\);\n *\}\n/m;
  if (!guess.test(glue)) throw new Error('the glue has changed: it no longer guesses where the module lies');
  return glue.replace(guess, '');
}

/** Tells by a back end and a function's name whether the function may come later. */
function laterOnes(text) {
  const sections = text.split(/^\[(?=\w+\]$)/m).slice(1);
  const marks = new Map(sections.map((section) => [section.slice(0, section.indexOf(']')), new Set(section.split('\n'))]));
  // What has no name is numbered, by a number that the next build gives to another function.
  const stays = /^\d+$/;
  return (backend, name) => !stays.test(name) && (marks.get(backend)?.has(createHash('sha256').update(name).digest('base64url').slice(0, 8)) ?? false);
}

/** Writes a file with its compressed twin. */
async function put(role, file, bytes) {
  const packed = brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: effort ? 1 : 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });
  await writeFile(join(out, file), bytes);
  await writeFile(join(out, `${file}.br`), packed);
  return { role, file, raw: bytes.length, brotli: packed.length };
}

function hash(...contents) {
  return contents.reduce((hash, bytes) => hash.update(bytes), createHash('sha256')).digest('hex').slice(0, 10);
}

/**
 * Bundlers find a module by `new URL('./visavis.wasm', import.meta.url)`, and later stages by `import('./widget.js')`. The first back
 * end is the one whose protocol can be had by itself. Both entries share one file, so that an application with both has one conversation.
 */
async function packageForNpm() {
  await mkdir(npm, { recursive: true });
  const [[first, pkg], ...others] = builds;
  await packaged('second-stage.js', first, await made(first, pkg, ['Chat', 'View', 'connect', 'Line', 'lowCall']), 'widget.js', 'visavis');
  for (const [backend, pkg] of others) {
    await packaged('widget.js', backend, await made(backend, pkg, ['Chat', 'View', 'connect']), `${backend}.js`, backend);
  }
  await writeFile(join(npm, 'emojis.js'), await bundle('emoji-picker.js', { format: 'esm' }));
  const external = ['./widget.js', ...others.map(([backend]) => `./${backend}.js`)];
  const split = { splitting: true, chunkNames: '[name]', outdir: npm };
  const entries = await bundled(['index.js', 'core.js'], { format: 'esm', external, trouble: 'trouble-within.js', ...split });
  for (const { path, contents } of entries) await writeFile(path, contents);
  await writeFile(join(npm, 'texts.js'), await bundle('texts.js', { format: 'esm', trouble: 'trouble-within.js', define: { VISAVIS_KEYS: KEYS } }));
  await writeFile(join(npm, 'extras.js'), await bundle('extras.js', { format: 'esm' }));
  for (const entry of ['index', 'core', 'script', 'elements', 'types', 'wording']) await copyFile(join(here, `${entry}.d.ts`), join(npm, `${entry}.d.ts`));
  await copyFile(join(here, '..', '..', 'LICENSE'), join(npm, 'LICENSE'));
  await cp(script, join(npm, 'script'), { recursive: true });
  const { devDependencies, allowScripts, ...manifest } = JSON.parse(await readFile(join(here, '..', 'package.json'), 'utf8'));
  await writeFile(join(npm, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  await writeFile(join(npm, 'README.md'), await readme(npm, manifest, devDependencies));
}

async function packaged(entry, backend, { glue, first, rest }, script, module) {
  // A quick build has no rest.
  const files = { [`${module}.wasm`]: first, ...(rest && { [`${module}-rest.wasm`]: rest }) };
  for (const [file, wasm] of Object.entries(files)) await writeFile(join(npm, file), wasm);
  const words = await wordsOfPackage(backend);
  const emojis = "export default () => import('./emojis.js');";
  const define = defined({ texts: 'texts.js', extras: 'extras.js' }, ...Object.keys(files));
  const external = ['./texts.js', './extras.js', './emojis.js', './words/*', './words-rich/*'];
  await writeFile(join(npm, script), await bundle(entry, { format: 'esm', glue, words, emojis, backend, define, external, trouble: 'trouble-within.js' }));
}

function folders() {
  const text = { type: 'string' };
  const { values } = parseArgs({ options: { build: { type: 'string', multiple: true }, out: text, npm: text, script: text, effort: text } });
  if (!values.build || !values.out || Boolean(values.npm) !== Boolean(values.script)) {
    console.error('node js/build.mjs --build BACKEND=DIR [--build BACKEND=DIR …] --out DIR [--npm DIR --script DIR] [--effort quick|probe]');
    process.exit(2);
  }
  const builds = values.build.map((build) => {
    const at = build.indexOf('=');
    return [build.slice(0, at), resolve(build.slice(at + 1))];
  });
  const place = (name) => values[name] && resolve(values[name]);
  return { builds, out: place('out'), npm: place('npm'), script: place('script'), effort: values.effort };
}

await site();
if (npm) await packageForNpm();
