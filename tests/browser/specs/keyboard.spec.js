import { element, LIBRARY, scriptTag } from '../stage/host.js';
import { expect, test } from '../stage/test.js';

/** The part that has the focus, inside any shadow root. */
function focused(page) {
  return page.evaluate(() => {
    let element = document.activeElement;
    while (element.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return element.getAttribute('part') ?? element.id ?? element.localName;
  });
}

test.describe('the launcher by keyboard alone', () => {
  test.beforeEach(async ({ host, options, widget }) => {
    await host({ body: scriptTag(options) });
    await widget.heard('ready');
  });

  test('Tab reaches it, Enter opens it, the focus goes into the field', async ({ page, widget }) => {
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('before');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toContain('launcher-button');
    await expect(widget.launcher).toHaveAttribute('aria-expanded', 'false');
    await page.keyboard.press('Enter');
    await expect(widget.field).toBeFocused();
    await expect(widget.launcher).toHaveAttribute('aria-expanded', 'true');
  });

  test('Space opens it, too', async ({ page, widget }) => {
    await widget.launcher.focus();
    await page.keyboard.press('Space');
    await expect(widget.field).toBeFocused();
    await expect(widget.field).toHaveValue('');
  });

  test('what Tab meets in the panel, forwards and backwards', async ({ page, widget }) => {
    await widget.launcher.focus();
    await page.keyboard.press('Enter');
    await expect(widget.field).toBeFocused();
    await page.keyboard.type('blue');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toContain('send-button');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Shift+Tab');
    expect(await focused(page)).toContain('thread');
    await page.keyboard.press('Shift+Tab');
    expect(await focused(page)).toContain('close-button');
    // Nothing that has the focus is out of sight.
    for (const part of ['send-button', 'close-button', 'composer-input']) {
      await widget.part(part).focus();
      const ring = await widget.part(part).evaluate((node) => {
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(node);
        const { outlineStyle: around, boxShadow: glow } = getComputedStyle(node.closest('[part~="composer"]') ?? node);
        return (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none' || around !== 'none' || glow !== 'none';
      });
      expect(ring, `a ring around ${part}`).toBe(true);
    }
  });

  test('Enter sends, Shift+Enter breaks the line', async ({ page, widget, relay }) => {
    await widget.launcher.focus();
    await page.keyboard.press('Enter');
    await expect(widget.field).toBeFocused();
    const before = await widget.field.boundingBox();
    await page.keyboard.type('first line');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('second line');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('third line');
    await expect(widget.field).toHaveValue('first line\nsecond line\nthird line');
    expect((await widget.field.boundingBox()).height).toBeGreaterThan(before.height + 20);
    await page.keyboard.press('Enter');
    await expect(widget.field).toHaveValue('');
    await expect(widget.field).toBeFocused();
    await widget.sent('first line');
    expect(Math.abs((await widget.field.boundingBox()).height - before.height)).toBeLessThan(1);
    expect(await relay.heardFrom(await widget.session())).toEqual(['first line\nsecond line\nthird line']);
    const [text] = await widget.texts('visitor');
    expect(text.split('\n')).toEqual(['first line', 'second line', 'third line']);
  });

  test('Enter that ends a composition of an input method does not send', async ({ page, widget, relay }) => {
    await widget.open();
    const keys = await page.context().newCDPSession(page);
    await keys.send('Input.imeSetComposition', { text: 'にほん', selectionStart: 3, selectionEnd: 3 });
    await expect(widget.field).toHaveValue('にほん');
    const enter = { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13 };
    await page.evaluate(() => {
      window.composing = [];
      addEventListener('keydown', (event) => window.composing.push(event.isComposing), { capture: true });
    });
    await keys.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...enter });
    await keys.send('Input.dispatchKeyEvent', { type: 'keyUp', ...enter });
    expect(await page.evaluate(() => window.composing), 'the browser says that it composes').toEqual([true]);
    await keys.send('Input.insertText', { text: '日本' });
    await expect(widget.field).toHaveValue('日本');
    expect(await widget.messages('visitor').count()).toBe(0);
    await page.keyboard.press('Enter');
    await widget.sent('日本');
    expect(await relay.heardFrom(await widget.session())).toEqual(['日本']);
  });

  test('a key that an input method keeps for itself does not send either', async ({ page, widget }) => {
    await widget.open();
    await widget.field.fill('にほん');
    // Safari ends the composition before the key: only its code says so.
    await widget.field.evaluate((field) => field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', keyCode: 229, bubbles: true, cancelable: true, composed: true })));
    await page.waitForTimeout(300);
    await expect(widget.field).toHaveValue('にほん');
    expect(await widget.messages('visitor').count()).toBe(0);
  });

  test('Escape closes, and the focus is where it was', async ({ page, widget }) => {
    await widget.launcher.focus();
    await page.keyboard.press('Enter');
    await expect(widget.field).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(widget.panel).toBeHidden();
    await expect(widget.launcher).toBeFocused();
    await expect(widget.launcher).toHaveAttribute('aria-expanded', 'false');
  });

  test('Escape from the close button and from the thread, too', async ({ page, widget }) => {
    for (const part of ['close-button', 'thread', 'send-button']) {
      await widget.launcher.focus();
      await page.keyboard.press('Enter');
      await expect(widget.field).toBeFocused();
      await widget.part(part).focus();
      await page.keyboard.press('Escape');
      await expect(widget.panel).toBeHidden();
      await expect(widget.launcher).toBeFocused();
    }
  });

  test('Escape while composing only ends the composition', async ({ page, widget }) => {
    await widget.open();
    const keys = await page.context().newCDPSession(page);
    await keys.send('Input.imeSetComposition', { text: 'に', selectionStart: 1, selectionEnd: 1 });
    const escape = { key: 'Escape', code: 'Escape', windowsVirtualKeyCode: 27 };
    await keys.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...escape });
    await expect(widget.panel).toBeVisible();
  });

  test('opened by the page, closed by Escape: the focus returns to the page’s own element', async ({ page, widget }) => {
    await page.locator('#before').focus();
    await page.evaluate(() => document.querySelector('visavis-launcher').chat.open());
    await expect(widget.field).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(widget.panel).toBeHidden();
    expect(await focused(page)).toBe('before');
  });

  test('a message that arrives does not move the focus, nor the text in the making', async ({ page, widget, relay }) => {
    await widget.open();
    await widget.converse('blue');
    await page.keyboard.type('half a sen');
    await relay.say(await widget.session(), 'An interruption.');
    await widget.says('bot', 'An interruption.');
    await expect(widget.field).toBeFocused();
    await page.keyboard.type('tence');
    await expect(widget.field).toHaveValue('half a sentence');
  });

  test('the page’s own shortcuts do not fire while the visitor writes', async ({ page, widget }) => {
    await page.evaluate(() => {
      window.shortcuts = 0;
      document.addEventListener('keydown', ({ key, target }) => {
        const writing = ['INPUT', 'TEXTAREA'].includes(target.tagName) || target.localName.startsWith('visavis-');
        if (key === 'Escape' && !writing) window.shortcuts += 1;
      });
    });
    await widget.open();
    await page.keyboard.press('Escape');
    await expect(widget.panel).toBeHidden();
    expect(await page.evaluate(() => window.shortcuts)).toBe(0);
  });
});

test('what a screen reader is told', async ({ host, page, widget, options, relay }) => {
  await host({ body: scriptTag(options) });
  await expect(widget.launcher).toHaveRole('button');
  await expect(widget.launcher).toHaveAccessibleName('Open chat');
  await widget.open();
  await expect(widget.panel).toHaveRole('dialog');
  await expect(widget.panel).toHaveAccessibleName(/Demo Boutique/);
  await expect(widget.log).toHaveAttribute('aria-live', 'polite');
  await expect(widget.log).toHaveAccessibleName(/.+/);
  await expect(widget.field).toHaveAccessibleName(/message/i);
  await expect(widget.part('send-button')).toHaveAccessibleName(/send/i);
  await expect(widget.part('close-button')).toHaveAccessibleName(/close/i);
  await widget.converse('blue');
  await relay.operate(await widget.session(), 'reply', { operator: 'Noor', text: 'Good morning!' });
  await widget.says('agent', 'Good morning!');
  // Whoever hears the log hears who said it.
  await expect(widget.message('visitor', 'blue')).toContainText('You');
  await expect(widget.message('bot', 'blue')).toContainText('Iris');
  await expect(widget.message('agent', 'Good morning!')).toContainText('Noor');
  await expect(widget.log.locator('[part~="message"]')).toHaveCount(3);
  await relay.command('refuse-sockets', { code: 1013 });
  await relay.command('close-sockets', { code: 1013 });
  await expect(widget.status).toHaveRole('status');
  await expect(widget.status).toBeVisible();
  await relay.command('clear-faults');
  await widget.part('close-button').click();
  await relay.say(await widget.session(), 'Psst.');
  await expect(widget.root.getByRole('status').filter({ hasText: /New message/ })).toHaveCount(1);
  expect(await page.evaluate(() => document.documentElement.getAttribute('aria-hidden'))).toBe(null);
});

test.describe('on a phone, where the panel is the whole screen', () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test('Tab stays in the panel', async ({ host, page, widget, options }) => {
    await host({ body: scriptTag(options) });
    await widget.launcher.focus();
    await page.keyboard.press('Enter');
    await expect(widget.field).toBeFocused();
    for (let press = 0; press < 12; press += 1) {
      await page.keyboard.press(press < 6 ? 'Tab' : 'Shift+Tab');
      const inside = await widget.panel.evaluate((panel) => panel.contains(panel.getRootNode().activeElement));
      expect(inside, `after ${press + 1} presses`).toBe(true);
    }
  });
});

test('the thread scrolls by keyboard', async ({ host, page, widget, options, relay }) => {
  await host({ body: scriptTag(options) });
  await widget.open();
  await widget.converse('blue');
  const session = await widget.session();
  for (let line = 1; line <= 25; line += 1) await relay.say(session, `Line ${line}`);
  await widget.says('bot', 'Line 25');
  await expect(widget.message('bot', 'Line 25')).toBeInViewport();
  await widget.part('thread').focus();
  for (let press = 0; press < 12; press += 1) await page.keyboard.press('PageUp');
  await expect(widget.message('visitor', 'blue')).toBeInViewport();
  // Who reads above is not carried away by what arrives.
  await relay.say(session, 'The newest line');
  await page.waitForTimeout(500);
  await expect(widget.message('visitor', 'blue')).toBeInViewport();
  await page.keyboard.press('End');
  await expect(widget.message('bot', 'The newest line')).toBeInViewport();
});

test('an element in the page: Tab goes through it and on', async ({ host, page, widget, options }) => {
  await host({ body: `${element('visavis-thread', options)}<a id="after" href="#after">after</a>${LIBRARY}` });
  await expect(widget.field).toBeVisible();
  await page.locator('#before').focus();
  const met = [];
  for (let press = 0; press < 4; press += 1) {
    await page.keyboard.press('Tab');
    met.push(await focused(page));
  }
  expect(met).toEqual(['thread', 'composer-input', 'send-button', 'after']);
});
