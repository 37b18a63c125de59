// A WebAssembly module as text, form by form, by Binaryen's own disassembler and assembler.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const tools = join(dirname(fileURLToPath(import.meta.url)), '..', 'node_modules', '.bin');

// What every supported browser has and the compiler uses; the same list as in the build that comes before.
const FEATURES = [
  'bulk-memory', 'bulk-memory-opt', 'multivalue', 'mutable-globals', 'nontrapping-float-to-int', 'reference-types', 'sign-ext',
].map((name) => `--enable-${name}`);

// The compiler inlines nothing, so that functions can be told apart. Within a part what is tiny is shorter than a call to it; larger copies
// make the module larger in transit.
const INLINING = { 'always-inline': 6, 'flexible-inline': 0, 'one-caller-inline': 40 };
const INLINED = Object.entries(INLINING).map(([name, most]) => `--${name}-max-function-size=${most}`);

const NAME = String.raw`\$(?:"(?:[^"\\]|\\.)*"|[^\s()]+)`;
const FIRST_NAME = new RegExp(NAME);
const REFERENCE = new RegExp(String.raw`\((?:call|ref\.func|return_call) (${NAME})`, 'g');

/** Runs one of Binaryen's tools over files of a folder that is gone afterwards. `files` go in by name; `out` is what comes back. */
export function binaryen(tool, files, parameters, out) {
  const folder = mkdtempSync(join(tmpdir(), 'visavis-wasm-'));
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    execFileSync(join(tools, tool), [...FEATURES, ...parameters, '-o', out], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
    return readFileSync(join(folder, out));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Shrinks a module. `keep` are further parameters, such as `-g` for the names of functions. */
export function shrink(wasm, ...keep) {
  // The stack lies first and grows down: its last kilobyte is the lowest memory there is, and nothing points there.
  const passes = ['--low-memory-unused', '--flatten', '--rereloop', '-Oz', '-Oz'];
  return binaryen('wasm-opt', { 'in.wasm': wasm }, [...INLINED, ...passes, ...keep, 'in.wasm'], 'out.wasm');
}

/** The forms of a module, by kind, each as its text. */
export function forms(wasm) {
  const text = binaryen('wasm-dis', { 'in.wasm': wasm }, ['in.wasm'], 'out.wat').toString();
  const found = { type: [], import: [], global: [], memory: [], data: [], table: [], elem: [], export: [], start: [], func: [] };
  for (const form of text.split(/\n(?= \()/).slice(1)) {
    const kind = form.match(/^ \((\w+)/)[1];
    if (!found[kind]) throw new Error(`the module has a form that is not known here: ${kind}`);
    found[kind].push(form.replace(/\n(?: ;;[^\n]*\n?|\)\s*)*$/, ''));
  }
  return found;
}

/** The module of these forms. */
export function assembled(...kinds) {
  return binaryen('wasm-as', { 'in.wat': ['(module', ...kinds.flat(), ')'].join('\n') }, ['-g', 'in.wat'], 'out.wasm');
}

/** The name by which other forms refer to this one. */
export const named = (form) => form.match(FIRST_NAME)[0];

/** The names of functions that a form refers to. */
export const referred = (form) => Array.from(form.matchAll(REFERENCE), ([, name]) => name);

/** All names in a form. */
export const names = (form) => form.match(new RegExp(NAME, 'g')) ?? [];

/** A function's parameters and results, as an import repeats them. */
export function signature(func) {
  const [header] = func.slice(func.indexOf(named(func)) + named(func).length).split('\n', 1);
  return (header.match(/\((?:type|param|result)[^()]*\)/g) ?? []).join(' ');
}

/** A function's name as its author knows it: without the marks by which the compiler tells one build's from another's. */
export function plainName(name) {
  return name
    .replace(/^\$"?|"$/g, '')
    .replace(/\\([0-9a-f]{2})/g, (_, code) => String.fromCharCode(parseInt(code, 16)))
    .replace(/::h[0-9a-f]{16}|\[[0-9a-f]{16}\]/g, '');
}
