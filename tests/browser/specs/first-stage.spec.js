import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { named } from '../stage/demo.js';
import { hold } from '../stage/hold.js';
import { scriptTag } from '../stage/host.js';
import { expect, test } from '../stage/test.js';

const { builds } = JSON.parse(readFileSync(join(named('VISAVIS_WIDGET_DIR'), 'sizes.json'), 'utf8'));
const file = (role) => builds.bloonio.files.find((file) => file.role === role).file;

/** The widget's files that a page asked for, by name. */
function asked(page) {
  const names = [];
  page.on('request', (request) => names.push(new URL(request.url()).pathname.slice(1)));
  return () => names.filter((name) => name.startsWith('visavis'));
}

test('the launcher needs the loader and nothing else', async ({ host, page, widget, options, context }) => {
  await context.route(/\/visavis-/, () => {});
  const files = asked(page);
  await host({ body: scriptTag({ ...options, load: 'interaction' }) });
  await expect(widget.launcher).toBeVisible();
  expect(files()).toEqual(['visavis.js']);
  const { width, height } = await widget.launcher.boundingBox();
  expect([width, height]).toEqual([60, 60]);
});

test('the module is fetched beside its glue, not after it', async ({ host, page, widget, options, context }) => {
  const release = await hold(context, `**/${file('glue')}`);
  const files = asked(page);
  await host({ body: scriptTag(options) });
  await expect.poll(files).toContain(file('wasm'));
  release();
  await widget.open();
  expect(files().filter((name) => name === file('wasm')), 'once').toHaveLength(1);
});

for (const [input, press, release] of [
  ['the mouse', (page) => page.mouse.down(), (page) => page.mouse.up()],
  ['the keyboard', (page) => page.keyboard.down('Space'), (page) => page.keyboard.up('Space')],
]) {
  test(`who presses the launcher with ${input} while the interface takes its place has pressed it`, async ({ host, page, widget, options, context }) => {
    const letOn = await hold(context, `**/${file('glue')}`);
    await host({ body: scriptTag(options) });
    const pressed = await widget.launcher.elementHandle();
    await pressed.hover();
    await pressed.focus();
    await press(page);
    letOn();
    await pressed.waitForElementState('hidden', { timeout: 2000 }).catch(() => {});
    await release(page);
    await expect(widget.field).toBeVisible();
  });
}

test('a page without a mistake does not load the words for one', async ({ host, page, widget, options }) => {
  const files = asked(page);
  await host({ body: scriptTag(options) });
  await widget.open();
  // The rest of the module may have come by now.
  const first = files().filter((name) => name !== file('rest'));
  expect(first.toSorted()).toEqual(['visavis.js', file('glue'), file('wasm')].toSorted());
});

test('a mistake is told by name even where the words for it cannot be had', async ({ host, page, options, context, complaints }) => {
  complaints.expect(/visavis/);
  await context.route(/\/visavis-/, (route) => route.abort());
  await host({ body: scriptTag({ ...options, position: 'top' }) });
  await expect.poll(() => complaints.heard).toEqual([expect.stringContaining('data-position')]);
  await expect(page.locator('[part~="launcher-button"]')).toHaveCount(0);
});
