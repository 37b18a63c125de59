import { violations } from '../stage/accessible.js';
import { picture } from '../stage/picture.js';
import { scriptTag } from '../stage/host.js';
import { expect, test } from '../stage/visit.js';

const opener = (widget) => widget.part('emoji-button');
const picker = (widget) => widget.root.getByRole('dialog', { name: 'Emojis' });

async function choose(widget) {
  await opener(widget).click();
  await expect(picker(widget).getByRole('searchbox')).toBeFocused();
}

test('an emoji is found by a word and put where the visitor was writing', async ({ visit, widget, page }) => {
  const files = [];
  page.on('request', (request) => files.push(request.url()));
  await visit();
  await widget.field.fill('Hello  world');
  await widget.field.evaluate((field) => field.setSelectionRange(6, 6));
  const before = files.length;
  await choose(widget);
  expect(files.slice(before)).toHaveLength(1);
  await picture(page, 'emojis-1');
  await page.keyboard.type('thumbs u');
  await expect(picker(widget).getByRole('gridcell')).toHaveText(['👍']);
  await expect(picker(widget).getByRole('status')).toHaveText('1 found');
  await page.keyboard.press('Enter');
  await expect(picker(widget)).toHaveCount(0);
  await expect(widget.field).toBeFocused();
  await expect(widget.field).toHaveValue('Hello 👍 world');
  await page.keyboard.type('!');
  await expect(widget.field).toHaveValue('Hello 👍! world');
  await widget.field.press('Enter');
  await widget.sent('Hello 👍! world');
});

test('the arrow keys move in the grid, and one cell of it is in the order of the Tab key', async ({ visit, widget, page }) => {
  await visit();
  await choose(widget);
  const cells = picker(widget).getByRole('gridcell');
  const isThere = (at) => expect(cells.nth(at)).toBeFocused();
  await page.keyboard.press('Tab');
  await isThere(0);
  await page.keyboard.press('ArrowRight');
  await isThere(1);
  await page.keyboard.press('ArrowDown');
  await isThere(9);
  await page.keyboard.press('End');
  await isThere(15);
  await page.keyboard.press('ArrowRight');
  await isThere(16);
  await page.keyboard.press('ArrowUp');
  await isThere(8);
  await page.keyboard.press('Home');
  await isThere(8);
  await page.keyboard.press('ArrowLeft');
  await isThere(7);
  expect(await cells.evaluateAll((all) => all.filter(({ tabIndex }) => tabIndex === 0).length)).toBe(1);
  await page.keyboard.press('Control+End');
  await expect(cells.last()).toBeFocused();
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('ArrowUp');
  await expect(picker(widget).getByRole('searchbox')).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await isThere(0);
  await page.keyboard.press(' ');
  await expect(widget.field).toHaveValue('😀');
});

test('Escape closes it and not the panel, the focus goes back, and the draft stays', async ({ visit, widget, page }) => {
  await visit();
  await widget.field.fill('a draft');
  await opener(widget).focus();
  await page.keyboard.press('Enter');
  await expect(opener(widget)).toHaveAttribute('aria-expanded', 'true');
  await page.keyboard.type('love');
  await page.keyboard.press('Escape');
  await expect(picker(widget)).toHaveCount(0);
  await expect(widget.panel).toBeVisible();
  await expect(opener(widget)).toBeFocused();
  await expect(opener(widget)).toHaveAttribute('aria-expanded', 'false');
  await expect(widget.field).toHaveValue('a draft');
  await choose(widget);
  await widget.log.click({ position: { x: 5, y: 5 } });
  await expect(picker(widget)).toHaveCount(0);
  await choose(widget);
  await opener(widget).click();
  await expect(picker(widget)).toHaveCount(0);
  await expect(opener(widget)).toBeFocused();
});

test('nothing that is found is said, and Enter in the search sends nothing', async ({ visit, widget, page }) => {
  await visit();
  await widget.field.fill('not yet');
  await choose(widget);
  await page.keyboard.press('Enter');
  await page.keyboard.type('xyzzy');
  await expect(picker(widget).getByRole('status')).toHaveText('Nothing found');
  await page.keyboard.press('Enter');
  await expect(picker(widget)).toBeVisible();
  expect(await widget.texts('visitor')).toEqual([]);
  await picker(widget).getByRole('searchbox').fill('');
  expect(await picker(widget).getByRole('gridcell').count()).toBeGreaterThan(190);
  await expect(picker(widget).getByRole('rowgroup')).toHaveCount(7);
});

test('where the settings allow no emojis there is no button, nor on a back end that says nothing of them', async ({ visit, gateway, widget, host, options }) => {
  await gateway.set('allowEmojis', false, true);
  await visit();
  await expect(widget.part('attach-button')).toBeVisible();
  await expect(opener(widget)).toHaveCount(0);
  await host({ body: scriptTag(options) });
  await widget.open();
  await expect(opener(widget)).toHaveCount(0);
});

test('a file that could not be brought is asked for again at the next press', async ({ visit, widget, page }) => {
  await visit();
  const asked = [];
  page.on('request', (request) => asked.push(new URL(request.url())));
  await page.route(/visavis-[0-9a-f]+\.js/, (route) => route.abort(), { times: 1 });
  await opener(widget).click();
  await expect(opener(widget)).not.toHaveAttribute('aria-busy');
  await expect(picker(widget)).toHaveCount(0);
  await choose(widget);
  // Under another name: some browsers remember that a file was not there.
  expect(asked.map(({ search }) => search)).toEqual(['', '?1']);
  expect(asked[1].pathname).toBe(asked[0].pathname);
});

test('under the strict policy nothing is refused', async ({ visit, gateway, widget, page }) => {
  const connect = `connect-src 'self' ${gateway.url} ${gateway.url.replace('http', 'ws')}`;
  const policy = `default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; ${connect}; require-trusted-types-for 'script'; trusted-types 'none'`;
  await visit({ content: { policy } });
  await choose(widget);
  await page.keyboard.type('heart');
  await page.keyboard.press('Enter');
  await expect(widget.field).not.toHaveValue('');
  expect(await page.evaluate(() => window.probes.violations)).toEqual([]);
});

for (const [name, looks, size] of [
  ['light', { colorScheme: 'light' }, { width: 1280, height: 800 }],
  ['dark phone', { colorScheme: 'dark' }, { width: 390, height: 844 }],
  ['small', { colorScheme: 'light', locale: 'fr' }, { width: 320, height: 400 }],
]) {
  test(`the choice of emojis is accessible: ${name}`, async ({ visit, widget, page }) => {
    await page.setViewportSize(size);
    await visit({ looks });
    await choose(widget);
    await picture(page, `emojis-2-${name}`);
    expect(await violations(page)).toEqual([]);
    const [box, thread] = [await picker(widget).boundingBox(), await widget.part('thread').boundingBox()];
    expect(box.y).toBeGreaterThanOrEqual(thread.y);
    await page.keyboard.type('cat');
    await expect(picker(widget).getByRole('gridcell')).not.toHaveCount(0);
    await picture(page, `emojis-3-${name}`);
    expect(await violations(page)).toEqual([]);
  });
}
