// A module in which every function tells that it was called, for learning which ones may come later.

import { LATER } from './split.mjs';
import { assembled, forms, named, plainName } from './wat.mjs';

/**
 * The module with its probes, and its functions' plain names in the order of the numbers that the probes tell.
 * @returns {{ wasm: Buffer, names: string[] }}
 */
export function probed(wasm) {
  const { func, import: imports, ...others } = forms(wasm);
  const probe = ` (import "${LATER}" "probe" (func $visavis-probe (param i32)))`;
  const { type, ...kinds } = others;
  return {
    wasm: assembled(type, imports, probe, ...Object.values(kinds), func.map(telling)),
    names: func.map((form) => plainName(named(form))),
  };
}

function telling(func, at) {
  const [header, ...lines] = func.split('\n');
  const locals = lines.findIndex((line) => !line.startsWith('  (local '));
  const call = `  (call $visavis-probe (i32.const ${at}))`;
  // A function without a body ends in its header.
  if (lines.length === 0) return `${header.slice(0, -1)}\n${call})`;
  return [header, ...lines.slice(0, locals), call, ...lines.slice(locals)].join('\n');
}
