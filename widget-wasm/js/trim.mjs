// Takes out of the module and its glue what no page of ours can reach.
//
// A dependency of the interface's framework exports classes for byte streams; being exports, no compiler may drop them.

import { binaryen } from './wat.mjs';

/**
 * The glue's source and the module, with only what `wanted` (names of exported classes and functions) needs.
 * @returns {{ glue: string, wasm: Buffer }}
 */
export function trim(glue, wasm, wanted) {
  const shorter = withoutClasses(glue, wanted);
  const used = new Set(shorter.match(/(?<=\bwasm\.)\w+/g));
  return { glue: shorter, wasm: withoutExports(wasm, used) };
}

/** The glue's source without what it offers and none of the module's parts asks for. */
export function withoutImports(glue, parts) {
  const imports = parts.flatMap((part) => WebAssembly.Module.imports(new WebAssembly.Module(part)));
  const asked = new Set(imports.filter(({ module }) => glue.includes(`"${module}"`)).map(({ name }) => name));
  const shorter = glue.replace(/^ {8}(\w+): function\([^]*?^ {8}\},\n/gm, (whole, name) => (asked.has(name) ? whole : ''));
  for (const name of asked) {
    if (!shorter.includes(`${name}: `)) throw new Error(`the glue lost ${name}, which the module asks for`);
  }
  return shorter;
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
  const files = { 'in.wasm': wasm, 'reach.json': JSON.stringify(graph) };
  return binaryen('wasm-metadce', files, ['-g', 'in.wasm', '--graph-file', 'reach.json'], 'out.wasm');
}
