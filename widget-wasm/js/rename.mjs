// Gives the names between a module and its glue one or two letters. wasm-bindgen ends each with a random number, which no compression
// makes smaller, and each is in both files.

import { Reader, number, sections, text } from './sections.mjs';
import { FIRST, LATER } from './split.mjs';

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const IMPORTS = 2;
const EXPORTS = 7;

/**
 * The glue's source and the module's two parts with short names, between them too.
 * @returns {{ glue: string, first: Buffer, rest: Buffer }}
 */
export function rename(glue, { first, rest }) {
  const asks = (part) => WebAssembly.Module.imports(new WebAssembly.Module(part)).filter(({ module }) => module !== LATER && module !== FIRST);
  const imports = [...asks(first), ...asks(rest)];
  const [host, ...others] = new Set(imports.map(({ module }) => module));
  if (others.length > 0) throw new Error(`the module asks several hosts: ${[host, ...others]}`);
  const asked = shortNames(imports.map(({ name }) => name));
  const offered = shortNames(exportsOf(first));
  const later = shortNames(exportsOf(rest));
  const shorter = glue
    .replaceAll(`"${host}"`, '"a"')
    .replace(/^ {8}(\w+): (?=function)/gm, (whole, name) => (asked.has(name) ? `        ${asked.get(name)}: ` : whole))
    .replace(/\bwasm\.(\w+)/g, (whole, name) => (offered.has(name) ? `wasm.${offered.get(name)}` : whole));
  const spaces = { [host]: ['a', asked], [LATER]: [LATER, later], [FIRST]: [FIRST, offered] };
  const parts = { first: rewritten(first, spaces, offered), rest: rewritten(rest, spaces, later) };
  for (const part of Object.values(parts)) complete(shorter, part);
  return { glue: shorter, ...parts };
}

function exportsOf(wasm) {
  return WebAssembly.Module.exports(new WebAssembly.Module(wasm)).map(({ name }) => name);
}

function shortNames(names) {
  return new Map([...new Set(names)].map((name, at) => [name, letters(at)]));
}

function letters(at) {
  const tail = LETTERS[at % LETTERS.length];
  return at < LETTERS.length ? tail : letters(Math.floor(at / LETTERS.length) - 1) + tail;
}

/** What the module asks for must be in the glue, or no page would start. */
function complete(glue, wasm) {
  for (const { module, name } of WebAssembly.Module.imports(new WebAssembly.Module(wasm))) {
    if (module === 'a' && !glue.includes(`        ${name}: `)) throw new Error(`the glue does not offer ${name}`);
  }
}

/** Copies the module's sections, those of imports and exports with other names. */
function rewritten(wasm, spaces, exported) {
  const parts = [wasm.subarray(0, 8)];
  for (const { kind, body } of sections(wasm)) {
    const changed = kind === IMPORTS ? withImports(body, spaces) : kind === EXPORTS ? withExports(body, exported) : body;
    parts.push(Buffer.from([kind]), number(changed.length), changed);
  }
  return Buffer.concat(parts);
}

function withImports(body, spaces) {
  const reader = new Reader(body, 0);
  const count = reader.number();
  const parts = [number(count)];
  for (let left = count; left > 0; left -= 1) {
    const [space, names] = spaces[reader.name()];
    parts.push(text(space), text(names.get(reader.name())), reader.description());
  }
  return Buffer.concat(parts);
}

function withExports(body, exported) {
  const reader = new Reader(body, 0);
  const count = reader.number();
  const parts = [number(count)];
  for (let left = count; left > 0; left -= 1) {
    const name = reader.name();
    parts.push(text(exported.get(name)), reader.exported());
  }
  return Buffer.concat(parts);
}
