// The WebAssembly module comes in two parts: what is needed until the panel can be used, and the rest, which follows when the page has time.

import { begin, imports } from 'visavis-module';

/** How long to wait before the rest is asked for again, at first and at most. */
const [SOONEST, LATEST] = [1000, 30_000];

let given;
let first;
let rest;
let coming;

/**
 * Starts the module: its first part, which may be on its way already, and for a visitor who has been here the rest along with it.
 * @param {Promise<Response>} [bytes]
 */
export async function start(bytes) {
  given = imports();
  given.later = VISAVIS_PROBED ? probes() : new Proxy({}, { get: later });
  const [module, other] = await Promise.all([compile(bytes ?? fetch(new URL(VISAVIS_FIRST, import.meta.url))), wasHere() && fetchedRest()]);
  const instance = await WebAssembly.instantiate(module, given);
  first = instance.exports;
  if (other) join(other);
  begin(instance, module);
}

/** Resolves when all of the module is there. */
export function complete() {
  return (coming ??= brought());
}

/** Whether all of the module is there. */
export const isWhole = () => rest !== undefined;

/** Calls `act` when all of the module is there: at once, where it is. */
export function whenWhole(act) {
  if (rest) act();
  else complete().then(act);
}

async function brought() {
  for (let wait = SOONEST; !rest; wait = Math.min(2 * wait, LATEST)) {
    try {
      join(await fetchedRest());
    } catch (error) {
      if (wait === SOONEST) console.error(`visavis: a file of the widget could not be loaded and is asked for again: serve all files of the widget from one folder. (${error.message})`);
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}

/** A conversation that is kept is drawn at once, which takes more than an empty panel. */
function wasHere() {
  try {
    return [localStorage, sessionStorage].some((storage) => Object.keys(storage).some((key) => key.startsWith('visavis:')));
  } catch {
    return false;
  }
}

/** A function of the rest, as the first part calls it. */
function later(_, name) {
  return (...parameters) => (rest ?? fetched(name))[name](...parameters);
}

/** The rest is needed before it came: the call that needs it cannot wait for a promise. */
function fetched(name) {
  performance.mark('visavis:rest-needed', { detail: name });
  const request = new XMLHttpRequest();
  request.open('GET', new URL(VISAVIS_REST, import.meta.url), false);
  // The one way to receive bytes in a call that waits.
  request.overrideMimeType('text/plain; charset=x-user-defined');
  request.send();
  return join(new WebAssembly.Module(Uint8Array.from(request.responseText, (byte) => byte.charCodeAt(0))));
}

function join(module) {
  return (rest ??= module ? new WebAssembly.Instance(module, { ...given, first }).exports : {});
}

/** A build in one part has no rest, and one that is measured never gets it. */
function fetchedRest() {
  if (VISAVIS_PROBED) return new Promise(() => {});
  return VISAVIS_REST ? compile(fetch(new URL(VISAVIS_REST, import.meta.url))) : null;
}

async function compile(asked) {
  const response = await asked;
  if (!response.ok) throw new Error(`${response.url}: HTTP status ${response.status}`);
  const streams = response.headers.get('content-type')?.startsWith('application/wasm');
  return streams ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer());
}

/** In a build that is only measured, every function tells that it was called. */
function probes() {
  globalThis.visavisReached = new Set();
  return { probe: (at) => globalThis.visavisReached.add(at) };
}
