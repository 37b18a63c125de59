// What a visitor who comes for the first time can do before the rest of the module is there: what that calls must be in the first part.

import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { OPTIONS_OF, pressAtOnce, UNANSWERED, unanswered } from '../stage/backends.js';
import { named } from '../stage/demo.js';
import { element, LIBRARY, scriptTag } from '../stage/host.js';
import { expect, test } from '../stage/test.js';

/** A page that replaces its content waits this long for an element in place of one that left. */
const GRACE_MS = 1500;

/** Notes what the page called, under the back end whose module it has. */
async function note(page, backend) {
  const reached = await page.evaluate(() => [...window.visavisReached]);
  writeFileSync(join(named('VISAVIS_WIDGET_DIR'), `reached-${backend}-${randomUUID()}.json`), JSON.stringify(reached));
}

/** The settings of the desk are there, which the header shows. */
const settled = (page) => page.waitForLoadState('networkidle');

/** What happens to a page without anybody's doing. */
async function disturb(page) {
  await page.evaluate(async () => {
    const pause = () => new Promise((resolve) => setTimeout(resolve, 50));
    const seen = (hidden) => {
      Object.defineProperties(document, {
        hidden: { configurable: true, get: () => hidden },
        visibilityState: { configurable: true, get: () => (hidden ? 'hidden' : 'visible') },
      });
      document.dispatchEvent(new Event('visibilitychange'));
    };
    for (const name of ['offline', 'online']) {
      window.dispatchEvent(new Event(name));
      await pause();
    }
    seen(true);
    await pause();
    for (const name of ['pagehide', 'pageshow']) {
      window.dispatchEvent(new PageTransitionEvent(name, { persisted: true }));
      await pause();
    }
    seen(false);
    history.pushState({}, '', '#elsewhere');
  });
  // The seconds in which a deadline of the machine may pass.
  await page.waitForTimeout(GRACE_MS);
}

for (const [backend, optionsOf] of Object.entries(OPTIONS_OF)) {
  test(`${backend}: the launcher, an open panel, a text in its field`, async ({ host, page, widget, demo, options, gatewayOptions }) => {
    await host({ body: scriptTag(optionsOf({ demo, options, gatewayOptions })) });
    await widget.heard('ready');
    await settled(page);
    await disturb(page);
    await widget.launcher.click();
    await expect(widget.panel).toBeVisible();
    await disturb(page);
    if (await widget.field.isVisible()) {
      await widget.field.pressSequentially('Where is it?');
      await page.keyboard.press('Shift+Enter');
      await page.keyboard.press('Enter');
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Escape');
    await widget.launcher.click();
    await page.evaluate(() => {
      const { chat } = document.querySelector('visavis-launcher');
      chat.toggle();
      chat.open();
      chat.close();
      return [chat.unreadCount, chat.botTyping, chat.connection];
    });
    await page.evaluate(() => document.body.append(document.querySelector('visavis-launcher')));
    await page.waitForTimeout(100);
    await page.evaluate(() => document.querySelector('visavis-launcher').chat.destroy());
    await note(page, backend);
  });

  test(`${backend}: a click before the module is there`, async ({ host, page, widget, demo, options, gatewayOptions }) => {
    await host({ body: scriptTag(optionsOf({ demo, options, gatewayOptions })) });
    await widget.launcher.click();
    await expect(widget.panel).toBeVisible();
    await settled(page);
    await note(page, backend);
  });

  test(`${backend}: a press in the first frame, by a program`, async ({ host, page, widget, demo, options, gatewayOptions }) => {
    await page.addInitScript(pressAtOnce);
    await host({ body: scriptTag(optionsOf({ demo, options, gatewayOptions })) });
    await widget.heard('ready');
    await settled(page);
    await page.waitForTimeout(GRACE_MS);
    await note(page, backend);
  });

  for (const [how, answer] of Object.entries(UNANSWERED)) {
    test(`${backend}: a page that is left, and comes back, while its calls are ${how}`, async ({ host, page, widget, demo, options, gatewayOptions }) => {
      await unanswered(page, answer);
      await page.addInitScript(pressAtOnce);
      await host({ body: scriptTag(optionsOf({ demo, options, gatewayOptions })) });
      await expect(widget.panel).toBeVisible();
      await disturb(page);
      await note(page, backend);
    });
  }

  for (const tag of ['visavis-panel', 'visavis-thread']) {
    test(`${backend}: <${tag}>`, async ({ host, page, widget, demo, options, gatewayOptions }) => {
      await host({ body: `${element(tag, { ...optionsOf({ demo, options, gatewayOptions }), mode: tag === 'visavis-panel' ? 'docked' : 'thread' })}${LIBRARY}` });
      await widget.heard('ready');
      await settled(page);
      await disturb(page);
      if (await widget.field.isVisible()) await widget.field.pressSequentially('Where is it?');
      await disturb(page);
      await page.evaluate(() => document.querySelector('visavis-panel, visavis-thread').remove());
      await page.waitForTimeout(GRACE_MS);
      await note(page, backend);
    });
  }
}
