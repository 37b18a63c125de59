import { violations } from '../stage/accessible.js';
import { STATES, expect, test } from '../stage/states.js';

/** How the same state looks to different people. */
const LOOKS = {
  light: {},
  dark: { media: { colorScheme: 'dark' } },
  'right to left': { rtl: true },
  'forced colours': { media: { forcedColors: 'active' } },
  '320 px': { viewport: { width: 320, height: 640 } },
  // What a browser's zoom of 200 % leaves of a window of 1280 by 800.
  '200 %': { viewport: { width: 640, height: 400 } },
};

const USUAL = { media: { colorScheme: 'light', forcedColors: 'none', reducedMotion: 'reduce' }, viewport: { width: 1280, height: 800 } };

async function wear(page, { media = {}, viewport = USUAL.viewport, rtl } = {}) {
  await page.setViewportSize(viewport);
  await page.emulateMedia({ ...USUAL.media, ...media });
  await page.evaluate((dir) => {
    document.documentElement.dir = dir;
    const roots = [...document.querySelectorAll('visavis-launcher')].map(({ shadowRoot }) => shadowRoot);
    for (const root of roots) root.querySelector('.root')?.setAttribute('dir', dir);
    // Colours that are on their way from one look to the next are nobody's.
    const changes = roots.flatMap((root) => root.getAnimations()).filter(({ transitionProperty }) => transitionProperty);
    return Promise.allSettled(changes.map(({ finished }) => finished));
  }, rtl ? 'rtl' : 'ltr');
}

/** What can be pressed, typed into or scrolled, but cannot be hit or has no name. */
function unreachable(page) {
  return page.locator('visavis-launcher').evaluate(({ shadowRoot }) => {
    const controls = [...shadowRoot.querySelectorAll('button, input, textarea, select, a[href], [tabindex="0"]')];
    return controls.flatMap((control) => {
      if (!control.checkVisibility({ visibilityProperty: true })) return [];
      const { width, height } = control.getBoundingClientRect();
      const what = `${control.localName}.${control.className} (${control.getAttribute('part') ?? ''})`;
      // WCAG 2.5.8 leaves out links in a sentence, and what a label as large as needed stands around.
      const target = control.matches('a') ? null : (control.closest('label')?.getBoundingClientRect() ?? { width, height });
      const name = control.getAttribute('aria-label') || control.textContent.trim() || control.labels?.[0]?.textContent.trim()
        || shadowRoot.getElementById(control.getAttribute('aria-labelledby'))?.textContent.trim() || control.getAttribute('title');
      return [
        ...(target && Math.min(target.width, target.height) < 24 ? [`${what} is ${Math.round(target.width)} by ${Math.round(target.height)}`] : []),
        ...(name ? [] : [`${what} has no name`]),
      ];
    });
  });
}

/** What has the focus inside of the widget, and whether it can be seen that it has. */
function focus(page) {
  return page.evaluate(() => {
    const host = document.activeElement;
    const node = host?.shadowRoot?.activeElement;
    if (!node) return null;
    window.known ??= new Map();
    if (!window.known.has(node)) window.known.set(node, window.known.size);
    const rings = [node, node.closest('[part~="composer"]'), node.parentElement, node.closest('label')].filter(Boolean).some((each) => {
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(each);
      return (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none';
    });
    const { top, bottom, left, right } = node.getBoundingClientRect();
    return {
      id: window.known.get(node),
      what: `${node.localName}.${node.className}`,
      rings,
      inView: bottom > 0 && right > 0 && top < innerHeight && left < innerWidth,
      inPanel: Boolean(node.closest('[part~="panel"]')),
    };
  });
}

for (const state of STATES) {
  test(`${state.backend}, ${state.name}: for everybody`, async ({ page, reach }) => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await reach(state);
    for (const [name, look] of Object.entries(LOOKS)) {
      await wear(page, look);
      expect.soft(await violations(page), name).toEqual([]);
      expect.soft(await unreachable(page), name).toEqual([]);
      expect.soft(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), `${name}: sideways`).toBe(0);
    }
  });

  test(`${state.backend}, ${state.name}: by keyboard alone`, async ({ page, widget, reach }) => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await reach(state);
    const open = await widget.panel.isVisible();
    await widget.launcher.focus();
    if (!open) {
      expect(await focus(page)).toMatchObject({ rings: true, inView: true });
      return;
    }
    // Backwards from the launcher, which stands behind the panel: every control once, each seen, and then the page again.
    const met = new Set();
    for (let press = 0; press < 60; press += 1) {
      await page.keyboard.press('Shift+Tab');
      const held = await focus(page);
      if (!held) break;
      expect(met.has(held.id), `${held.what} a second time`).toBe(false);
      met.add(held.id);
      expect(held, held.what).toMatchObject({ rings: true, inView: true });
    }
    expect(met.size, 'controls met').toBeGreaterThan(0);
    expect(await focus(page), 'the focus leaves the widget').toBe(null);
    // Focus goes back in, and Escape closes and gives it back.
    await widget.part('close-button').focus();
    for (let press = 0; press < 3 && (await widget.panel.isVisible()); press += 1) await page.keyboard.press('Escape');
    await expect(widget.panel).toBeHidden();
    await expect(widget.launcher).toBeFocused();
  });
}
