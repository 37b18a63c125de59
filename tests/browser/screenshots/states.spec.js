// Every state of the widget in every dress, as files to look at. Nothing is asserted but that the state was reached.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { scriptTag } from '../stage/host.js';
import { STATES, test } from '../stage/states.js';

const DESKTOP = { width: 1000, height: 800 };
const PHONE = { width: 390, height: 844 };

const DRESSES = {
  'desktop-light': { viewport: DESKTOP, colorScheme: 'light' },
  'desktop-dark': { viewport: DESKTOP, colorScheme: 'dark' },
  'desktop-rtl': { viewport: DESKTOP, colorScheme: 'light', dir: 'rtl' },
  'phone-light': { viewport: PHONE, colorScheme: 'light' },
  'phone-dark': { viewport: PHONE, colorScheme: 'dark' },
};

async function take(page, name) {
  mkdirSync(process.env.VISAVIS_SCREENSHOTS, { recursive: true });
  for (const [dress, { viewport, colorScheme, dir = 'ltr' }] of Object.entries(DRESSES)) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.evaluate((dir) => {
      document.documentElement.dir = dir;
      for (const { shadowRoot } of document.querySelectorAll('visavis-launcher')) shadowRoot?.querySelector('.root')?.setAttribute('dir', dir);
    }, dir);
    // What follows the size of the window does so in the next frames.
    await page.waitForTimeout(150);
    await page.screenshot({ path: join(process.env.VISAVIS_SCREENSHOTS, `${name}--${dress}.png`), animations: 'disabled', caret: 'hide' });
  }
}

for (const state of STATES) {
  test(`${state.backend}, ${state.name}`, async ({ page, reach }) => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await reach(state);
    await take(page, `${state.backend}-${state.name.replaceAll(' ', '-')}`);
  });
}

test('the launcher without a chat behind it', async ({ host, page, widget, context, options, complaints }) => {
  complaints.expect(/visavis/);
  await context.route(/\.wasm$/, (route) => route.abort());
  await host({ body: scriptTag(options) });
  await widget.launcher.click();
  await page.getByRole('status').waitFor();
  await take(page, 'bloonio-unavailable');
});
