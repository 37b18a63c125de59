import { violations } from '../stage/accessible.js';
import { scriptTag } from '../stage/host.js';
import { expect, test } from '../stage/test.js';

const ANSWER = [
  '# Your order', 'Hello **Alice**, it is *on* its ~~slow~~ way.', '1. packed\n   - by `Sam`\n2. sent', '- [x] paid\n- [ ] delivered',
  '> as the driver\n> said', '| day | place |\n|:---|---:|\n| Tue | Paris |', '```js\nconst a = 1;\nconst b = 2;\n```', '---',
  '![A parcel](https://cdn.example/parcel.png) and [a page](https://site.example/page_(1)).',
].join('\n\n');

/** Texts that would do something if a browser read them as markup, or followed them. */
const HOSTILE = [
  '<img src=x onerror="window.harmed = 1">', '<script>window.harmed = 1</script>', '[x](javascript:window.harmed=1)', '[x](data:text/html,x)',
  '| <svg onload=window.harmed=1> |\n|---|\n| [x](vbscript:x) |', '> <iframe src=https://evil.example>', '```" onmouseover=window.harmed=1\n</pre><b>x\n```',
  '![x](javascript:window.harmed=1)', '- [ ] <input autofocus onfocus=window.harmed=1>', '<a href="https://evil.example">x</a>',
].join('\n\n');

async function told({ host, widget, options, relay }, text) {
  await host({ body: scriptTag(options) });
  await widget.open();
  await widget.connection('live');
  await widget.converse('blue');
  await relay.say(await widget.session(), text);
  const bubble = widget.messages('bot').last().locator('[part~="bubble"]');
  await expect(bubble).not.toContainText('You said');
  return bubble;
}

test('an answer is drawn with everything that bots write', async ({ host, page, widget, options, relay }) => {
  const asked = [];
  page.on('request', (request) => asked.push(request.url()));
  const bubble = await told({ host, widget, options, relay }, ANSWER);
  await expect(bubble.locator('h3')).toHaveText('Your order');
  await expect(bubble.locator('strong')).toHaveText('Alice');
  await expect(bubble.locator('em')).toHaveText('on');
  await expect(bubble.locator('s')).toHaveText('slow');
  await expect(bubble.locator('ol > li')).toHaveCount(2);
  await expect(bubble.locator('ol > li > ul > li code')).toHaveText('Sam');
  await expect(bubble.locator('li.task')).toHaveText(['☑ paid', '☐ delivered']);
  await expect(bubble.locator('blockquote')).toContainText('as the driver');
  await expect(bubble.locator('th')).toHaveText(['day', 'place']);
  await expect(bubble.locator('td').nth(1)).toHaveCSS('text-align', 'end');
  await expect(bubble.locator('pre')).toHaveText('const a = 1;\nconst b = 2;');
  await expect(bubble.locator('hr')).toHaveCount(1);
  await expect(bubble.locator('img')).toHaveCount(0);
  for (const [name, href] of [['A parcel', 'https://cdn.example/parcel.png'], ['a page', 'https://site.example/page_(1)']]) {
    const link = bubble.getByRole('link', { name });
    await expect(link).toHaveAttribute('href', href);
    await expect(link).toHaveAttribute('rel', 'noopener noreferrer nofollow ugc');
    await expect(link).toHaveAttribute('target', '_blank');
  }
  expect(asked.filter((url) => url.includes('cdn.example'))).toEqual([]);
  expect(await violations(page)).toEqual([]);
});

test('hostile text becomes text', async ({ host, page, widget, options, relay }) => {
  const bubble = await told({ host, widget, options, relay }, HOSTILE);
  await expect(bubble).toContainText('<script>window.harmed = 1</script>');
  const names = await bubble.evaluate((bubble) => [...new Set([...bubble.querySelectorAll('*')].map(({ localName }) => localName))].sort());
  expect(names).toEqual(['a', 'blockquote', 'button', 'div', 'li', 'p', 'pre', 'table', 'td', 'th', 'tr', 'ul'].sort());
  const addresses = await bubble.evaluate((bubble) => [...bubble.querySelectorAll('a')].map(({ href }) => new URL(href).origin));
  expect([...new Set(addresses)]).toEqual(['https://evil.example']);
  await bubble.hover();
  expect(await page.evaluate(() => window.harmed)).toBeUndefined();
});

test('code and messages can be copied, by mouse and by keyboard', async ({ host, page, widget, options, relay, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const bubble = await told({ host, widget, options, relay }, ANSWER);
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  await bubble.locator('pre').hover();
  await bubble.locator('.code').getByRole('button', { name: 'Copy' }).click();
  await expect.poll(clipboard).toBe('const a = 1;\nconst b = 2;');
  await expect(widget.root.locator('.said')).toHaveText('Copied');
  const whole = bubble.locator(':scope > [part~="copy-button"]');
  await whole.focus();
  await expect(whole).toHaveCSS('opacity', '1');
  await whole.press('Enter');
  await expect.poll(clipboard).toMatch(/^Your order\n[^]*const b = 2;[^]*A parcel and a page\.$/);
  await expect(whole).toBeFocused();
});
