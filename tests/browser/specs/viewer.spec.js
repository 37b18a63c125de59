import { scriptTag } from '../stage/host.js';
import { fillIn, somebody } from '../stage/guest.js';
import { picture } from '../stage/picture.js';
import { expect, test } from '../stage/visit.js';

/** The frames that each connection of the page begins with. */
function handshakes(page) {
  const sent = [];
  page.on('websocket', (socket) => {
    socket.on('framesent', ({ payload }) => {
      if (String(payload).startsWith('40/chat,')) sent.push(JSON.parse(String(payload).slice(8)));
    });
  });
  return sent;
}

const live = (stand) => ({ url: stand.put('/host/live', { body: '<p>Live from the workshop</p>' }), title: 'From the workshop' });

test('a visitor who has not registered sees a broadcast where the page wants it, and the conversation takes over', async ({ host, widget, page, gateway, gatewayOptions, stand }) => {
  const sent = handshakes(page);
  await host({ body: scriptTag({ ...gatewayOptions, broadcasts: 'before-registration' }) });
  await expect.poll(() => sent.length).toBe(1);
  expect(sent[0]).toMatchObject({ broadcastOnly: true, orgId: gatewayOptions.orgId });
  expect(sent[0].token).toBeUndefined();
  expect(await page.evaluate(() => Object.keys({ ...localStorage, ...sessionStorage }))).toEqual([]);
  await gateway.command('begin-broadcast', { fields: live(stand) });
  const overlay = widget.part('broadcast');
  await expect(overlay).toHaveAccessibleName('From the workshop');
  await widget.heard('broadcast', { on: true });
  await picture(page, 'viewer-1');
  expect(await widget.events('connection')).toEqual([]);
  await widget.launcher.click();
  await fillIn(widget, somebody());
  await expect(overlay).toBeVisible();
  expect(sent).toHaveLength(2);
  expect(sent[1].token).toBeTruthy();
  // The conversation's connection is the only one now.
  await expect.poll(() => page.evaluate(() => [...window.probes.sockets].filter(({ readyState }) => readyState === WebSocket.OPEN).length)).toBe(1);
  await gateway.command('end-broadcast');
  await expect(overlay).toHaveCount(0);
});

test('unless the page wants it nobody connects before registration, nor where the site has no broadcasts', async ({ host, widget, page, gateway, gatewayOptions, stand }) => {
  const sent = handshakes(page);
  await gateway.command('begin-broadcast', { fields: live(stand) });
  await host({ body: scriptTag(gatewayOptions) });
  await widget.heard('ready');
  await widget.launcher.click();
  await expect(widget.part('form')).toBeVisible();
  const usual = { position: 'bottom-right', defaultWidth: 320, defaultHeight: 240, autoPlay: true, muted: false, resizable: true, closable: true, reopenable: true };
  await gateway.set('broadcast', null, usual);
  await host({ body: scriptTag({ ...gatewayOptions, broadcasts: 'before-registration' }) });
  await widget.launcher.click();
  await expect(widget.part('form')).toBeVisible();
  await expect(widget.part('broadcast')).toHaveCount(0);
  expect(sent).toEqual([]);
});

test('a chat that is destroyed leaves no viewer behind', async ({ host, page, gatewayOptions, gateway: _ }) => {
  const sent = handshakes(page);
  await host({ body: scriptTag({ ...gatewayOptions, broadcasts: 'before-registration' }) });
  await expect.poll(() => sent.length).toBe(1);
  await page.evaluate(() => document.querySelector('visavis-launcher').chat.destroy());
  await expect.poll(() => page.evaluate(() => window.probes.sockets.size)).toBe(0);
});

test('one clear error for another word', async ({ host, gatewayOptions, complaints }) => {
  complaints.expect(/visavis/);
  await host({ body: scriptTag({ ...gatewayOptions, broadcasts: 'always' }) });
  await expect.poll(() => complaints.heard.length).toBe(1);
  expect(complaints.heard[0]).toContain('data-broadcasts');
  expect(complaints.heard[0]).toContain('before-registration');
});
