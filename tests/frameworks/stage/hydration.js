import { expect } from './application.js';

/** Notes with each call to the relay whether the framework had by then taken over what its server drew; `takenOver` says so, in the page. */
export async function watchHydration(page, takenOver) {
  await page.addInitScript((takenOver) => {
    const calls = [];
    Object.defineProperty(window, 'relayCalls', { value: calls });
    const isTakenOver = Function(`return (${takenOver})()`);
    const note = (address) => {
      if (String(address).includes('/api/v1/')) calls.push({ to: new URL(address, location.href).pathname, hydrated: isTakenOver() });
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
  }, String(takenOver));
}

/** The relay was called, and not before the page was hydrated. */
export async function expectHydratedFirst(page) {
  const calls = () => page.evaluate(() => window.relayCalls);
  await expect.poll(async () => (await calls()).length).toBeGreaterThan(0);
  expect((await calls()).filter(({ hydrated }) => !hydrated)).toEqual([]);
}
