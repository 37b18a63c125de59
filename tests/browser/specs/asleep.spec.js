import { setTimeout as pause } from 'node:timers/promises';

import { installHaste } from '../stage/haste.js';
import { OTHER_SIDE } from '../stage/other-side.js';
import { expect, test as base } from '../stage/test.js';
import { LULLABY, UnattendedWindow } from '../stage/unattended.js';

const test = base.extend({
  window: async ({ browser }, use) => {
    const window = await UnattendedWindow.open(browser);
    await use(window);
    await window.close();
  },
});

test.use({ launchOptions: async ({ launchOptions }, use) => use({ ...launchOptions, ignoreDefaultArgs: LULLABY }) });

/** Notes what becomes of the page. */
function watchLife() {
  window.life = [];
  for (const name of ['freeze', 'resume', 'visibilitychange']) {
    document.addEventListener(name, () => window.life.push(name === 'visibilitychange' ? document.visibilityState : name));
  }
}

const life = (tab) => tab.run(() => window.life);

/** A tab with an open panel, in which a conversation has begun. */
async function begin(window, other, prepare = []) {
  const tab = await window.tab(other.address, [watchLife, ...prepare]);
  await tab.open();
  await tab.say(other.opening);
  await tab.sent(other.opening);
  await expect.poll(async () => (await other.lines()).open).toBe(1);
  return tab;
}

/** Another tab comes before it. */
async function cover(window, tab) {
  await window.tab('about:blank');
  await expect.poll(() => life(tab)).toContain('hidden');
}

for (const [backend, otherSide] of Object.entries(OTHER_SIDE)) {
  test.describe(backend, () => {
    let other;
    test.beforeEach(async ({ stand, options, gatewayOptions, demo, relay, gateway, mailoo }) => {
      other = await otherSide({ stand, options, gatewayOptions, demo, relay, gateway, mailoo });
    });

    test('behind another tab the line is kept, and made new when it is cut', async ({ window }) => {
      const tab = await begin(window, other);
      const { opened } = await other.lines();
      await cover(window, tab);
      await other.reply('You are looking elsewhere.');
      await tab.says('agent', 'You are looking elsewhere.');
      expect((await other.lines()).opened).toBe(opened);
      await other.cut();
      await other.reply('Still elsewhere?');
      await tab.says('agent', 'Still elsewhere?');
      expect(await life(tab)).toEqual(['hidden']);
    });

    test('frozen by the browser, and running again behind another tab: it catches up by itself', async ({ window }) => {
      const tab = await begin(window, other);
      await cover(window, tab);
      await tab.freeze();
      await expect.poll(async () => (await other.lines()).open).toBe(0);
      await other.reply('While you were frozen.');
      const { opened } = await other.lines();
      await tab.thaw();
      await tab.says('agent', 'While you were frozen.');
      await expect.poll(async () => (await other.lines()).opened).toBe(opened + 1);
      expect(await life(tab)).toEqual(['hidden', 'freeze', 'resume']);
      await tab.say('Here I am');
      await tab.sent('Here I am');
      expect(await other.heard()).toEqual([other.opening, 'Here I am']);
    });

    test('the machine slept, and the server hung up meanwhile: it catches up by itself', async ({ window }) => {
      const tab = await begin(window, other);
      await sleep(window, async () => {
        await other.cut();
        await other.reply('While you were asleep.');
      });
      await tab.says('agent', 'While you were asleep.');
      await tab.say('Good morning');
      await tab.sent('Good morning');
      expect(await other.heard()).toEqual([other.opening, 'Good morning']);
    });

    test('the machine slept for an hour, and nobody said that the line is dead: it catches up by itself', async ({ window }) => {
      const tab = await begin(window, other, [installWallClock, installHaste]);
      // What a message leaves to be done is done, and nothing is due for a long time.
      const idle = await tab.run(() => performance.now());
      await tab.run(() => window.hurry(10));
      await expect.poll(() => tab.run(() => performance.now())).toBeGreaterThan(idle + IDLE_MS);
      await tab.run(() => window.hurry(1));
      const waking = Date.now() + NAP_MS;
      await tab.run((waking) => window.jumpAt(waking), waking);
      await sleep(window, async () => {
        await other.silence();
        await other.reply('While you were asleep.');
        await other.heal();
        await pause(waking - Date.now());
      });
      // Only the clocks tell that it slept; by what is due next a dead line would be noticed after half a minute and more.
      await tab.says('agent', 'While you were asleep.', { timeout: 20_000 });
      await tab.say('Good morning');
      await tab.sent('Good morning');
      expect(await other.heard()).toEqual([other.opening, 'Good morning']);
    });
  });
}

/** How long a machine sleeps here. */
const NAP_MS = 3000;

/** How long a conversation rests before that, on the page's clock. */
const IDLE_MS = 12_000;

/**
 * Stops every process of the browser for a while, as a machine that sleeps does: nothing of it runs, no timer fires, what comes waits in the
 * system's buffers. Unlike asleep the monotonic clock goes on.
 */
async function sleep(window, meanwhile) {
  const processes = await window.processes();
  for (const id of processes) process.kill(id, 'SIGSTOP');
  try {
    await meanwhile();
  } finally {
    for (const id of processes) process.kill(id, 'SIGCONT');
  }
}

/** Runs in the page: from a moment that is slept through on the wall clock is an hour ahead, while the monotonic one has stood still. */
function installWallClock() {
  const now = Date.now.bind(Date);
  let jump = Infinity;
  Date.now = () => now() + (now() >= jump ? 3_600_000 : 0);
  window.jumpAt = (moment) => {
    jump = moment;
  };
}
