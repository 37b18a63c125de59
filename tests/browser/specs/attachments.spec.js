import { deflateSync } from 'node:zlib';

import { violations } from '../stage/accessible.js';
import { scriptTag } from '../stage/host.js';
import { picture } from '../stage/picture.js';
import { expect, test } from '../stage/visit.js';

/** A picture of so many points with colours that run into each other. */
function png(width, height) {
  const rows = Buffer.concat(Array.from({ length: height }, (_, y) => {
    const row = Buffer.alloc(1 + width * 3);
    for (let x = 0; x < width; x += 1) row.set([(x * 255) / width, (y * 255) / height, 190], 1 + x * 3);
    return row;
  }));
  const chunk = (kind, data) => {
    const body = Buffer.concat([Buffer.from(kind), data]);
    const frame = Buffer.alloc(8 + body.length);
    frame.writeUInt32BE(data.length);
    body.copy(frame, 4);
    frame.writeUInt32BE(crc(body), 4 + body.length);
    return frame;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

function crc(bytes) {
  let rest = ~0;
  for (const byte of bytes) {
    rest ^= byte;
    for (let bit = 0; bit < 8; bit += 1) rest = (rest >>> 1) ^ (rest & 1 ? 0xedb88320 : 0);
  }
  return ~rest >>> 0;
}

const PICTURE = { name: 'sunset.png', mimeType: 'image/png', buffer: png(320, 200) };
const PAPER = { name: 'invoice-2026-11-21-with-a-rather-long-name.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(48_200, '%PDF ') };

async function choose(page, widget, ...files) {
  const choosing = page.waitForEvent('filechooser');
  await widget.part('attach-button').click();
  await (await choosing).setFiles(files);
}

/** Gives files to the page as a paste or a drop does. */
function bring(locator, event, files) {
  const given = files.map(({ name, mimeType, buffer }) => ({ name, mimeType, bytes: [...buffer] }));
  return locator.evaluate((element, { event, given }) => {
    const data = new DataTransfer();
    for (const { name, mimeType, bytes } of given) data.items.add(new File([new Uint8Array(bytes)], name, { type: mimeType }));
    const init = { bubbles: true, composed: true, cancelable: true };
    if (event === 'paste') element.dispatchEvent(new ClipboardEvent('paste', { ...init, clipboardData: data }));
    else for (const name of event === 'drop' ? ['dragover', 'drop'] : [event]) element.dispatchEvent(new DragEvent(name, { ...init, dataTransfer: data }));
  }, { event, given });
}

test('a picture and a paper are chosen, looked at, sent and seen', async ({ visit, visitor, gateway, widget, answers, page }) => {
  await visit();
  await choose(page, widget, PICTURE, PAPER);
  const tray = widget.root.getByRole('list', { name: 'Files to send' });
  await expect(tray.getByRole('listitem')).toHaveCount(2);
  await expect(tray).toContainText('sunset.png');
  await expect(tray).toContainText('49\u00a0KB');
  await expect(widget.field).toBeFocused();
  // The little picture is painted.
  await expect.poll(() => tray.locator('canvas').evaluate((canvas) => canvas.getContext('2d').getImageData(36, 36, 1, 1).data[3])).toBe(255);
  await picture(page, 'attach-1-tray');
  await widget.field.fill('Here they are');
  await widget.field.press('Enter');
  await expect(tray).toHaveCount(0);
  await widget.sent('Here they are');
  const message = widget.message('visitor', 'Here they are');
  const image = message.getByRole('img', { name: 'sunset.png' });
  await expect(image).toBeVisible();
  await expect.poll(() => image.evaluate(({ complete, naturalWidth }) => complete && naturalWidth)).toBe(320);
  const paper = message.getByRole('link', { name: /^invoice/ });
  await expect(paper).toHaveAttribute('href', /^http:.*\.pdf$/);
  await expect(paper).toHaveAttribute('rel', /noopener/);
  await expect(answers.first()).toContainText('You said: Here they are');
  await picture(page, 'attach-2-sent');
  const { files } = (await gateway.transcript(visitor.chat)).find(({ text }) => text === 'Here they are');
  expect(files.map(({ name }) => name)).toEqual([PICTURE.name, PAPER.name]);

  await page.reload();
  await widget.open();
  await expect(image).toBeVisible();
});

test('files are pasted and dropped, and taken back out', async ({ visit, widget, page }) => {
  await visit();
  await bring(widget.field, 'paste', [PICTURE]);
  const tray = widget.root.getByRole('list', { name: 'Files to send' });
  await expect(tray.getByRole('listitem')).toHaveCount(1);
  await bring(widget.part('thread'), 'dragover', [PAPER]);
  await expect(widget.root.getByText('Drop files here')).toBeVisible();
  await picture(page, 'attach-3-drop');
  await bring(widget.part('thread'), 'drop', [PAPER]);
  await expect(widget.root.getByText('Drop files here')).toHaveCount(0);
  await expect(tray.getByRole('listitem')).toHaveCount(2);
  await tray.getByRole('button', { name: 'Remove sunset.png' }).press('Enter');
  await expect(tray.getByRole('listitem')).toHaveCount(1);
  await expect(widget.field).toBeFocused();
  await tray.getByRole('button', { name: /^Remove invoice/ }).click();
  await expect(tray).toHaveCount(0);
  await expect(widget.part('send-button')).toHaveAttribute('aria-disabled', 'true');
});

test('text that is pasted with a picture of itself stays text', async ({ visit, widget }) => {
  await visit();
  await widget.field.evaluate((field) => {
    const data = new DataTransfer();
    data.setData('text/plain', 'a table');
    data.items.add(new File(['x'], 'table.png', { type: 'image/png' }));
    field.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData: data }));
  });
  await expect(widget.root.getByRole('list', { name: 'Files to send' })).toHaveCount(0);
});

test('what is too large is refused at once, what the server does not take when it says so; the file can be sent again', async ({ visit, gateway, widget, page }) => {
  await visit();
  await bring(widget.field, 'paste', [PAPER]);
  await widget.field.evaluate((field) => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(26_300_000)], 'film.mp4', { type: 'video/mp4' }));
    field.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData: data }));
  });
  await expect(widget.part('toast')).toHaveText('film.mp4 is larger than 25 MB and cannot be sent.');
  const tray = widget.root.getByRole('list', { name: 'Files to send' });
  await expect(tray.getByRole('listitem')).toHaveCount(1);
  await tray.getByRole('button', { name: /^Remove/ }).click();

  await choose(page, widget, { name: 'setup.exe', mimeType: 'application/x-msdownload', buffer: Buffer.from('MZ') });
  await widget.field.fill('Does this help?');
  await widget.field.press('Enter');
  const refused = widget.message('visitor', 'Does this help?');
  await expect(refused).toHaveAttribute('data-status', 'failed');
  await expect(refused.getByRole('status')).toContainText('Not sent: unsupported file type');
  await picture(page, 'attach-4-refused');
  await refused.getByRole('button', { name: 'Delete' }).click();
  await expect(refused).toHaveCount(0);

  await gateway.command('fail-http', { route: 'file_upload', fault: { kind: 'status', status: 500 }, times: 1 });
  await choose(page, widget, PICTURE);
  await widget.field.fill('Once more');
  await widget.field.press('Enter');
  const failed = widget.message('visitor', 'Once more');
  await expect(failed).toHaveAttribute('data-status', 'failed');
  await failed.getByRole('button', { name: 'Send again' }).click();
  await widget.sent('Once more');
  await expect(failed.getByRole('img', { name: 'sunset.png' })).toBeVisible();
});

test('a file on its way shows how far it is, and can be given up', async ({ visit, visitor, gateway, widget, page }) => {
  await visit();
  const client = await page.context().newCDPSession(page);
  await client.send('Network.enable');
  await client.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 400_000 });
  await choose(page, widget, { name: 'tour.mp4', mimeType: 'video/mp4', buffer: Buffer.alloc(6_000_000, 7) });
  await widget.field.fill('A tour');
  await widget.field.press('Enter');
  const message = widget.message('visitor', 'A tour');
  const bar = message.getByRole('progressbar', { name: 'Sending tour.mp4' });
  await expect.poll(() => bar.evaluate(({ position }) => position)).toBeGreaterThan(0.05);
  expect(await bar.evaluate(({ position }) => position)).toBeLessThan(1);
  await picture(page, 'attach-5-progress');
  await message.getByRole('button', { name: 'Cancel' }).click();
  await expect(message).toHaveCount(0);
  await client.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 });
  await widget.converse('blue');
  expect((await gateway.transcript(visitor.chat)).map(({ text }) => text)).not.toContain('A tour');
});

test('a file from the other side is seen, and one whose picture cannot be loaded is a link', async ({ visit, visitor, gateway, widget }) => {
  await visit();
  await widget.converse('blue');
  const form = new FormData();
  form.append('files', new Blob([PICTURE.buffer], { type: 'image/png' }), 'plan.png');
  const uploaded = await (await fetch(`${gateway.url}/operator/api/files`, { method: 'POST', body: form })).json();
  const files = [...uploaded, { ...uploaded[0], name: 'gone.png', url: `${gateway.url}/files/abc/gone.png` }, { ...uploaded[0], name: 'trap.png', url: 'javascript:alert(1)' }];
  await gateway.operate(visitor.chat, 'reply', { text: 'See the plan', files });
  const message = widget.message('agent', 'See the plan');
  await expect(message.getByRole('img', { name: 'plan.png' })).toBeVisible();
  await expect(message.locator('.unseen-picture')).toHaveText('gone.png');
  await expect(message.getByText('trap.png')).toBeVisible();
  expect(await message.locator('a').evaluateAll((links) => links.map(({ protocol }) => protocol))).toEqual(['http:', 'http:']);
});

test('where the site takes no files there is nothing to attach with', async ({ visit, gateway, widget }) => {
  await gateway.set('allowAttachments', false, true);
  await visit();
  await expect(widget.part('attach-button')).toHaveCount(0);
  await bring(widget.field, 'paste', [PICTURE]);
  await bring(widget.part('thread'), 'drop', [PICTURE]);
  await expect(widget.root.getByRole('list', { name: 'Files to send' })).toHaveCount(0);
});

test('it works under a strict policy: pictures before they are sent need nothing, those in the thread the server\u2019s origin', async ({ host, visitor, gateway, widget, page }) => {
  const policy = [
    "default-src 'self'", "script-src 'self' 'wasm-unsafe-eval'", "style-src 'self'", `img-src 'self' ${gateway.url}`,
    `connect-src 'self' ${gateway.url} ${gateway.url.replace('http', 'ws')}`, "require-trusted-types-for 'script'",
  ].join('; ');
  await host({ policy, body: scriptTag(visitor.options) });
  await widget.open();
  await widget.connection('live');
  await choose(page, widget, PICTURE);
  const canvas = widget.root.locator('canvas');
  await expect.poll(() => canvas.evaluate((canvas) => canvas.getContext('2d').getImageData(36, 36, 1, 1).data[3])).toBe(255);
  await widget.field.fill('Look');
  await widget.field.press('Enter');
  await expect(widget.message('visitor', 'Look').getByRole('img')).toBeVisible();
  expect(await page.evaluate(() => window.probes.violations)).toEqual([]);
});

for (const [name, looks, size] of [
  ['light', { colorScheme: 'light' }, { width: 1280, height: 800 }],
  ['dark', { colorScheme: 'dark' }, { width: 1280, height: 800 }],
  ['phone', { colorScheme: 'light' }, { width: 390, height: 844 }],
]) {
  test(`axe finds nothing wrong with files: ${name}`, async ({ visit, widget, page }) => {
    await page.setViewportSize(size);
    await visit({ looks });
    await choose(page, widget, PICTURE, PAPER);
    await widget.field.fill('Two files');
    await widget.field.press('Enter');
    await widget.sent('Two files');
    await choose(page, widget, PICTURE, PAPER);
    await expect(widget.root.getByRole('list', { name: 'Files to send' }).getByRole('listitem')).toHaveCount(2);
    expect(await violations(page)).toEqual([]);
    await picture(page, `attach-6-${name}`);
    const small = await page.evaluate(() => {
      const { shadowRoot } = document.querySelector('visavis-launcher');
      const boxes = [...shadowRoot.querySelectorAll('button')].map((button) => [button.className, button.getBoundingClientRect()]);
      return boxes.filter(([, { width, height }]) => width > 0 && (width < 24 || height < 24)).map(([name]) => name);
    });
    expect(small).toEqual([]);
  });
}
