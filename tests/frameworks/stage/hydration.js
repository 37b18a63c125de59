import { expect } from './application.js';

/** What the widget fetches or opens first: a module, or something of the relay's. */
const OF_THE_WIDGET = /\.wasm$|\/api\/v1\//;

/**
 * Serves as the fixture `page`'s own script: notes with the first thing that the widget asks for whether the framework had taken over what the
 * server drew. `takenOver` is run in the page.
 */
export async function watchHydration(page, takenOver) {
  await page.addInitScript(([pattern, takenOver]) => {
    const firsts = [];
    Object.defineProperty(window, 'firsts', { value: firsts });
    const note = (address) => {
      if (new RegExp(pattern).test(String(address))) firsts.push([new URL(address, location.href).pathname, Function(`return (${takenOver})()`)()]);
    };
    const { fetch, WebSocket } = window;
    window.fetch = (asked, ...given) => {
      note(asked.url ?? asked);
      return fetch(asked, ...given);
    };
    window.WebSocket = class extends WebSocket {
      constructor(address, ...given) {
        note(address);
        super(address, ...given);
      }
    };
  }, [OF_THE_WIDGET.source, String(takenOver)]);
}

/** The widget has asked for something, and for nothing before the page was hydrated. */
export async function expectHydratedFirst(page) {
  await expect.poll(() => page.evaluate(() => window.firsts.some(([path]) => path.includes('/api/v1/')))).toBe(true);
  expect((await page.evaluate(() => window.firsts)).filter(([, hydrated]) => !hydrated)).toEqual([]);
}
