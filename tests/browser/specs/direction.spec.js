import { scriptTag } from '../stage/host.js';
import { expect, test } from '../stage/test.js';

/** How far the last and the first letter of a text are from the left. */
function ends(locator) {
  return locator.evaluate((node) => {
    const text = document.createTreeWalker(node, NodeFilter.SHOW_TEXT).nextNode();
    const at = (offset) => {
      const range = document.createRange();
      range.setStart(text, offset);
      range.setEnd(text, offset + 1);
      return range.getBoundingClientRect().left;
    };
    return { first: at(0), last: at(text.data.length - 1) };
  });
}

test('what somebody writes has a direction of its own, whatever that of the interface is', async ({ host, page, widget, options }) => {
  await host({ body: scriptTag(options) });
  await widget.open();
  await widget.say('Where is it?');
  await widget.sent('Where is it?');
  await widget.say('أين هو؟');
  await widget.sent('أين هو؟');
  for (const dir of ['ltr', 'rtl']) {
    await page.evaluate((dir) => document.querySelector('visavis-launcher').shadowRoot.querySelector('.root').setAttribute('dir', dir), dir);
    const english = await ends(widget.message('visitor', 'Where is it?').locator('[part~="bubble"]'));
    expect(english.last, `the question mark, ${dir}`).toBeGreaterThan(english.first);
    const arabic = await ends(widget.message('visitor', 'أين هو؟').locator('[part~="bubble"]'));
    expect(arabic.last, `the Arabic question mark, ${dir}`).toBeLessThan(arabic.first);
  }
});
