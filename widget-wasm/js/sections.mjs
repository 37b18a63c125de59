// A WebAssembly module's bytes, section by section.

/** The sections of a module: their kind, and their content where it lies. */
export function* sections(wasm) {
  for (let at = 8; at < wasm.length; ) {
    const reader = new Reader(wasm, at + 1);
    const end = reader.number() + reader.at;
    yield { kind: wasm[at], body: wasm.subarray(reader.at, end) };
    at = end;
  }
}

/** Reads what stands one after the other in a section. */
export class Reader {
  constructor(bytes, at) {
    this.bytes = bytes;
    this.at = at;
  }

  /** An unsigned LEB128 number. */
  number() {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes[this.at++];
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  }

  name() {
    const end = this.number() + this.at;
    const name = this.bytes.toString('utf8', this.at, end);
    this.at = end;
    return name;
  }

  /** The bytes that say what an import is: a function of a type, a table, a memory or a global. */
  description() {
    const from = this.at;
    const kind = this.bytes[this.at++];
    if (kind === 0) this.number();
    else if (kind === 1) (this.at += 1), this.limits();
    else if (kind === 2) this.limits();
    else if (kind === 3) this.at += 2;
    else throw new Error(`an import of kind ${kind} is not known here`);
    return this.bytes.subarray(from, this.at);
  }

  limits() {
    const bounded = this.bytes[this.at++] & 1;
    this.number();
    if (bounded) this.number();
  }

  exported() {
    const from = this.at++;
    this.number();
    return this.bytes.subarray(from, this.at);
  }
}

/** A number as a module writes it. */
export function number(value) {
  const bytes = [];
  for (; value > 0x7f; value = Math.floor(value / 128)) bytes.push((value % 128) | 0x80);
  return Buffer.from([...bytes, value]);
}

/** A name as a module writes it. */
export function text(value) {
  const bytes = Buffer.from(value);
  return Buffer.concat([number(bytes.length), bytes]);
}
