// Cuts a module in two: what is needed until the panel can be used, and what may come after it.
//
// Both parts share memory, tables and the stack's pointer, which the first one owns. Where the first calls into the rest, it calls an import;
// where one of its tables holds a function of the rest, it holds that import until the rest puts its own function there.

import { assembled, forms, named, names, plainName, referred, shrink, signature } from './wat.mjs';

/** The first part asks for the rest's functions in this namespace. */
export const LATER = 'later';
/** The rest asks for the first part's functions and memory in this one. */
export const FIRST = 'first';

/**
 * The two parts of a module that still has its functions' names. `isLater` tells by a function's plain name whether it may come later.
 * @returns {{ first: Buffer, rest: Buffer }}
 */
export function split(wasm, isLater) {
  const whole = forms(wasm);
  const later = new Set(whole.func.map(named).filter((name) => isLater(plainName(name))));
  const stays = (form) => !later.has(named(form));
  const first = whole.func.filter(stays);
  const rest = whole.func.filter((form) => !stays(form));
  const wanted = new Set([...first, ...whole.export, ...whole.start].flatMap(names).concat(whole.elem.flatMap(names)).filter((name) => later.has(name)));
  const offered = new Set(rest.flatMap(referred).filter((name) => !later.has(name)));
  const imported = new Set(whole.import.map(named));
  return {
    first: shrink(firstPart(whole, first, rest, wanted, [...offered].filter((name) => !imported.has(name)))),
    rest: shrink(restPart(whole, rest, first, wanted, offered)),
  };
}

function firstPart(whole, first, rest, wanted, offered) {
  const asked = rest.filter((form) => wanted.has(named(form)));
  const imports = asked.map((form, at) => ` (import "${LATER}" "l${at}" (func ${named(form)} ${signature(form)}))`);
  const shared = ['memory', 'table', 'global'].flatMap((kind) =>
    whole[kind].filter(isShared).map((form, at) => ` (export "${kind}${at}" (${kind} ${named(form)}))`),
  );
  const functions = offered.map((name, at) => ` (export "f${at}" (func ${name}))`);
  const { type, global, memory, data, table, elem, start } = whole;
  return assembled(type, whole.import, imports, global, memory, data, table, whole.export, shared, functions, start, elem, first);
}

function restPart(whole, rest, first, wanted, offered) {
  const glue = whole.import.filter((form) => offered.has(named(form)));
  const imported = new Set(whole.import.map(named));
  const known = new Map(first.map((form) => [named(form), form]));
  const functions = [...offered]
    .filter((name) => !imported.has(name))
    .map((name, at) => ` (import "${FIRST}" "f${at}" (func ${name} ${signature(known.get(name))}))`);
  const shared = ['memory', 'table', 'global'].flatMap((kind) =>
    whole[kind].filter(isShared).map((form, at) => ` (import "${FIRST}" "${kind}${at}" ${declared(form)})`),
  );
  const exports = rest.filter((form) => wanted.has(named(form))).map((form, at) => ` (export "l${at}" (func ${named(form)}))`);
  return assembled(whole.type, glue, functions, shared, exports, whole.elem.flatMap((form) => slots(form, rest)), rest);
}

/** Constants are in the code of whoever reads them; what changes is shared. */
function isShared(form) {
  return !form.startsWith(' (global') || form.includes('(mut ');
}

/** A global, memory or table as an import declares it: without its first value. */
function declared(form) {
  const text = form.trim();
  return text.startsWith('(global') ? `${text.match(/^\(global \S+ \(mut \w+\)/)[0]})` : text;
}

/** The places of a table that the rest fills with its own functions. */
function slots(elem, rest) {
  const found = elem.match(/^ \(elem \S+ (?:\(table (\S+)\) )?\(i32\.const (\d+)\) func (.*)\)$/s);
  if (!found) throw new Error(`a table is filled in a way that is not known here: ${elem.slice(0, 80)}`);
  const [, table, from] = found;
  const own = new Set(rest.map(named));
  const filled = names(elem.slice(elem.indexOf(' func ')));
  return filled.flatMap((name, at) =>
    own.has(name) ? [` (elem ${table ? `(table ${table}) ` : ''}(i32.const ${Number(from) + at}) func ${name})`] : [],
  );
}
