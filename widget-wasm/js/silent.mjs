// Takes out of a module where in the sources it may end in a panic.
//
// Nobody reads it: a panic of the module ends in a trap, and no hook prints its message. It is a tenth of the constants.

import { Reader, sections } from './sections.mjs';

const DATA = 11;
const PLAIN = 0;
const CONSTANT = 0x41;
const SOURCE = /(?:\/rustc\/|\/rust\/|crates\/|client-core\/src|widget-wasm\/src)[\w./-]+?\.rs/g;

/** Address and length of a file's name, line and column: four numbers of four bytes. */
const LOCATION = 16;

/** The module with zeros in place of the names of source files and of what points to them. */
export function silent(wasm) {
  const changed = Buffer.from(wasm);
  const memory = segments(changed);
  const names = new Map(memory.flatMap(({ from, bytes }) => Array.from(bytes.toString('latin1').matchAll(SOURCE), ({ 0: name, index }) => [from + index, name.length])));
  for (const { from, bytes } of memory) {
    for (let at = (4 - (from % 4)) % 4; at + LOCATION <= bytes.length; at += 4) {
      const length = names.get(bytes.readUInt32LE(at));
      if (length !== undefined && bytes.readUInt32LE(at + 4) === length) bytes.fill(0, at, at + LOCATION);
    }
  }
  for (const { from, bytes } of memory) {
    for (const [place, length] of names) if (place >= from && place < from + bytes.length) bytes.fill(0, place - from, place - from + length);
  }
  return changed;
}

/** What the module's memory holds at first, each piece with its address. */
function segments(wasm) {
  const data = [...sections(wasm)].find(({ kind }) => kind === DATA);
  if (!data) return [];
  const reader = new Reader(data.body, 0);
  return Array.from({ length: reader.number() }, () => {
    if (reader.number() !== PLAIN || data.body[reader.at++] !== CONSTANT) throw new Error('memory is filled in a way that is not known here');
    const from = reader.number();
    // The end of the expression that is the address.
    reader.at += 1;
    const length = reader.number();
    const bytes = data.body.subarray(reader.at, reader.at + length);
    reader.at += length;
    return { from, bytes };
  });
}
