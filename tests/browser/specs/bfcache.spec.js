import { OTHER_SIDE } from '../stage/other-side.js';
import { expect, test } from '../stage/test.js';
import { Widget } from '../stage/widget.js';

// Playwright switches the back/forward cache off.
test.use({ launchOptions: async ({ launchOptions }, use) => use({ ...launchOptions, ignoreDefaultArgs: ['--disable-back-forward-cache'] }) });

/** Notes how the page is shown, from now on. */
function watchShows() {
  window.shows = [];
  addEventListener('pageshow', ({ persisted }) => window.shows.push(persisted));
}

/** Goes back, and is there when the page that was kept is shown again. */
async function goBack(page, address) {
  await page.evaluate(() => history.back());
  await expect(page).toHaveURL(address);
  await expect.poll(() => page.evaluate(() => window.shows)).toEqual([true]);
  const [{ notRestoredReasons }] = await page.evaluate(() => performance.getEntriesByType('navigation').map((entry) => entry.toJSON()));
  expect(notRestoredReasons, 'nothing kept the page out of the cache').toBeNull();
}

for (const [backend, otherSide] of Object.entries(OTHER_SIDE)) {
  test(`back from the browser's cache, the page catches up by itself: ${backend}`, async ({ page, widget, stand, options, gatewayOptions, demo, relay, gateway, mailoo }) => {
    const other = await otherSide({ stand, options, gatewayOptions, demo, relay, gateway, mailoo });
    await other.begin(page, widget);
    await page.evaluate(watchShows);

    await other.silence();
    await widget.say('Just before I left');
    await expect(widget.message('visitor', 'Just before I left')).toHaveAttribute('data-status', /pending|sending/);
    await page.goto(stand.put('/elsewhere', { body: 'Another page of the site' }));
    await other.heal();
    await other.reply('While you were in the cache.');
    expect(await other.heard()).toEqual([other.opening]);
    const { opened } = await other.lines();

    await goBack(page, other.address);
    await widget.says('agent', 'While you were in the cache.');
    await widget.sent('Just before I left');
    await expect(widget.field, 'the panel is as it was left').toBeVisible();
    await expect.poll(async () => (await other.lines()).opened).toBe(opened + 1);
    expect(await other.heard()).toEqual([other.opening, 'Just before I left']);
    expect(await widget.texts('visitor')).toEqual([other.opening, 'Just before I left']);
    expect(await widget.texts('agent')).toEqual(['While you were in the cache.']);
  });
}

test('a tab that leads and goes into the cache gives its place away, and follows when it comes back', async ({ page, widget, context, stand, options, relay }) => {
  const other = await OTHER_SIDE.bloonio({ stand, options, relay });
  await page.goto(other.address);
  await widget.open();
  await widget.say(other.opening);
  await widget.sent(other.opening);
  const second = new Widget(await context.newPage());
  await second.page.goto(other.address);
  await second.open();
  await second.says('visitor', other.opening);
  expect((await second.holdings()).openSockets, 'the first one leads').toBe(0);
  await page.evaluate(watchShows);

  await page.goto(stand.put('/elsewhere', { body: 'Another page of the site' }));
  await second.say('The other one is away');
  await second.sent('The other one is away');
  expect((await second.holdings()).openSockets).toBe(1);
  const { opened } = await other.lines();

  await goBack(page, other.address);
  await widget.says('visitor', 'The other one is away');
  await widget.say('Here I am again');
  await widget.sent('Here I am again');
  expect(await other.heard()).toEqual([other.opening, 'The other one is away', 'Here I am again']);
  expect([(await widget.holdings()).openSockets, (await other.lines()).opened]).toEqual([0, opened]);
});
