// Takes out of the module and its glue what no page of ours can reach.
//
// A dependency of the interface's framework exports classes for byte streams; being exports, no compiler may drop them.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const tools = join(dirname(fileURLToPath(import.meta.url)), '..', 'node_modules', '.bin');

// Copies make the module larger in transit; the same choice as in the build that comes before.
const NO_INLINING = ['always-inline', 'flexible-inline', 'one-caller-inline'].map((name) => `--${name}-max-function-size=0`);

// What every supported browser has; the same list as the build that comes before.
const FEATURES = [
  'bulk-memory', 'bulk-memory-opt', 'multivalue', 'mutable-globals', 'nontrapping-float-to-int', 'reference-types', 'sign-ext',
].map((name) => `--enable-${name}`);

/**
 * The glue's source and the module, with only what `wanted` (names of exported classes and functions) needs.
 * @returns {{ glue: string, wasm: Buffer }}
 */
export function trim(glue, wasm, wanted) {
  const shorter = withoutClasses(glue, wanted);
  const used = new Set(shorter.match(/(?<=\bwasm\.)\w+/g));
  const smaller = withoutExports(wasm, used);
  return { glue: withoutImports(shorter, smaller), wasm: smaller };
}

/** Drops the exported classes and functions that nobody imports, with what registers them. */
function withoutClasses(glue, wanted) {
  const kept = (whole, name) => (wanted.includes(name) ? whole : '');
  return glue
    .replace(/^\/\*\*(?:(?!\*\/)[^])*\*\/\n(?=export (?:class|function|async function) )/gm, '')
    .replace(/^export class (\w+) \{\n[^]*?^\}\n(?:if \(Symbol\.dispose\).*\n)?/gm, kept)
    .replace(/^export (?:async )?function (\w+)\([^]*?^\}\n/gm, kept)
    .replace(/^const (\w+)Finalization = [^]*?;\n/gm, kept);
}

function withoutExports(wasm, used) {
  const exports = WebAssembly.Module.exports(new WebAssembly.Module(wasm)).map(({ name }) => name);
  const kept = exports.filter((name) => used.has(name));
  const graph = [
    { name: 'glue', root: true, reaches: kept },
    ...kept.map((name) => ({ name, export: name })),
  ];
  const folder = mkdtempSync(join(tmpdir(), 'visavis-trim-'));
  const [before, between, after, reach] = ['before.wasm', 'between.wasm', 'after.wasm', 'reach.json'].map((name) => join(folder, name));
  try {
    writeFileSync(before, wasm);
    writeFileSync(reach, JSON.stringify(graph));
    run('wasm-metadce', [...FEATURES, before, '--graph-file', reach, '-o', between]);
    // The stack lies first and grows down: its last kilobyte is the lowest memory there is, and nothing points there.
    run('wasm-opt', [...FEATURES, ...NO_INLINING, '--low-memory-unused', '--flatten', '--rereloop', '-Oz', '-Oz', between, '-o', after]);
    return readFileSync(after);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Drops what the glue offers and the module no longer asks for. */
function withoutImports(glue, wasm) {
  const asked = new Set(WebAssembly.Module.imports(new WebAssembly.Module(wasm)).map(({ name }) => name));
  const shorter = glue.replace(/^ {8}(\w+): function\([^]*?^ {8}\},\n/gm, (whole, name) => (asked.has(name) ? whole : ''));
  for (const name of asked) {
    if (!shorter.includes(`${name}: `) && name !== 'memory') throw new Error(`the glue lost ${name}, which the module asks for`);
  }
  return shorter;
}

function run(tool, parameters) {
  execFileSync(join(tools, tool), parameters, { stdio: ['ignore', 'ignore', 'inherit'] });
}
