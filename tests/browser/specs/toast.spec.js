import { violations } from '../stage/accessible.js';
import { scriptTag } from '../stage/host.js';
import { picture } from '../stage/picture.js';
import { expect, test } from '../stage/visit.js';

const engage = (gateway, chat, fields) => gateway.operate(chat, 'engage', { engage: fields });

/** The visitor's page with a session, the panel closed. */
async function around(visit, widget, more) {
  const page = await visit(more);
  await widget.converse('blue');
  await widget.part('close-button').click();
  return page;
}

test('a notice is told once, politely, and leads to its page', async ({ visit, visitor, gateway, widget, page, stand }) => {
  await around(visit, widget);
  await page.locator('#before').focus();
  const notice = widget.part('toast');
  const offer = { engageId: 'e1', message: 'Ten per cent off all lamps today', url: `${stand.origin}/host/offer` };
  await engage(gateway, visitor.chat, offer);
  await expect(notice).toContainText('Ten per cent off all lamps today');
  await expect(page.locator('#before')).toBeFocused();
  await expect(widget.root.getByRole('status').filter({ hasText: 'Ten per cent' })).toHaveCount(1);
  await picture(page, 'toast-1-offer');
  expect(await violations(page)).toEqual([]);
  await notice.getByRole('button', { name: 'Close this notice' }).click();
  await expect(notice).toHaveCount(0);
  await engage(gateway, visitor.chat, offer);
  await engage(gateway, visitor.chat, { engageId: 'e2', message: 'Something else', url: 'javascript:alert(1)' });
  await expect(notice).toContainText('Something else');
  await expect(notice.getByRole('link')).toHaveCount(0);
  expect((await widget.events('engage')).map(({ detail }) => detail.id)).toEqual(['e1', 'e2']);

  stand.put('/host/offer', { body: scriptTag(visitor.options) });
  await engage(gateway, visitor.chat, { ...offer, engageId: 'e3' });
  await notice.getByRole('link', { name: 'Have a look' }).click();
  await page.waitForURL('**/host/offer');
  await widget.heard('ready');
  await engage(gateway, visitor.chat, offer);
  await page.waitForTimeout(500);
  await expect(notice).toHaveCount(0);
});

test('an answer to a notice opens the panel; with the keyboard it closes and the focus stays near', async ({ visit, visitor, gateway, widget, page }) => {
  await around(visit, widget);
  const notice = widget.part('toast');
  await engage(gateway, visitor.chat, { engageId: 'e1', message: 'May I help you choose?' });
  await notice.getByRole('button', { name: 'Close this notice' }).focus();
  await page.keyboard.press('Escape');
  await expect(notice).toHaveCount(0);
  await expect(widget.launcher).toBeFocused();
  await engage(gateway, visitor.chat, { engageId: 'e2', message: 'Still looking?' });
  await notice.getByRole('button', { name: 'Answer' }).press('Enter');
  await expect(widget.field).toBeFocused();
  await expect(notice).toHaveCount(0);
  await engage(gateway, visitor.chat, { engageId: 'e3', message: 'A word while you are here' });
  await expect(notice).toBeVisible();
  await picture(page, 'toast-2-open');
  expect(await violations(page)).toEqual([]);
});

for (const [name, looks, size] of [
  ['dark', { colorScheme: 'dark' }, { width: 1280, height: 800 }],
  ['phone', { colorScheme: 'light' }, { width: 390, height: 844 }],
]) {
  test(`notice and broadcast are accessible: ${name}`, async ({ visit, visitor, gateway, widget, page, stand }) => {
    await page.setViewportSize(size);
    await around(visit, widget, { looks });
    await engage(gateway, visitor.chat, { engageId: 'e1', message: 'Ten per cent off all lamps today', url: 'https://boutique.example/lamps' });
    await expect(widget.part('toast')).toBeVisible();
    await picture(page, `toast-3-${name}`);
    expect(await violations(page)).toEqual([]);
    await widget.part('toast').getByRole('button', { name: 'Close this notice' }).click();
    await gateway.command('begin-broadcast', { fields: { url: stand.put('/host/live', { body: '<p>Live from the workshop</p>' }), title: 'From the workshop' } });
    await expect(widget.part('broadcast')).toBeVisible();
    await picture(page, `toast-4-${name}`);
    expect(await violations(page)).toEqual([]);
  });
}

test('a broadcast shows a fenced page, can be sized, closed and opened again, and goes when it ends', async ({ visit, gateway, widget, page, stand }) => {
  await around(visit, widget);
  const overlay = widget.part('broadcast');
  await gateway.command('begin-broadcast', { fields: { url: stand.put('/host/live', { body: '<p>Live from the workshop</p>' }), title: 'From the workshop' } });
  await expect(overlay).toHaveAccessibleName('From the workshop');
  const frame = overlay.locator('iframe');
  await expect(frame).toHaveAttribute('sandbox', 'allow-scripts allow-presentation');
  await expect(frame.contentFrame().getByText('Live from the workshop')).toBeVisible();
  const width = async () => Math.round((await overlay.boundingBox()).width);
  // It grows into its place.
  await expect.poll(width).toBe(320);
  await picture(page, 'toast-5-broadcast');
  await overlay.getByRole('button', { name: 'Larger' }).click();
  await expect.poll(width).toBe(512);
  await overlay.getByRole('button', { name: 'Smaller' }).click();
  await expect.poll(width).toBe(320);
  await widget.launcher.click();
  await expect(widget.panel).toBeVisible();
  const [one, other] = [await overlay.boundingBox(), await widget.panel.boundingBox()];
  expect(one.x + one.width).toBeLessThanOrEqual(other.x);
  await picture(page, 'toast-6-beside');
  await overlay.getByRole('button', { name: 'Close broadcast' }).click();
  await expect(overlay).toHaveCount(0);
  await widget.root.getByRole('button', { name: 'Watch again: From the workshop' }).click();
  await expect(overlay).toBeVisible();
  await gateway.command('end-broadcast');
  await expect(overlay).toHaveCount(0);
});

test('a broadcast follows the settings: corner, size, silence, no buttons', async ({ visit, gateway, widget, demo }) => {
  const usual = { position: 'bottom-right', defaultWidth: 320, defaultHeight: 240, autoPlay: true, muted: false, resizable: true, closable: true, reopenable: true };
  await gateway.set('broadcast', { ...usual, position: 'top-left', defaultWidth: 400, muted: true, resizable: false, closable: false, reopenable: false }, usual);
  await around(visit, widget);
  await gateway.command('begin-broadcast', { fields: { url: `${demo.site}/none.webm`, title: 'A film' } });
  const overlay = widget.part('broadcast');
  const film = overlay.locator('video');
  await expect(film).toHaveAttribute('src', /none\.webm$/);
  await expect.poll(async () => Object.values(await overlay.boundingBox()).slice(0, 3)).toEqual([20, 20, 400]);
  expect(await film.evaluate(({ muted }) => muted)).toBe(true);
  await overlay.getByRole('button', { name: 'Unmute' }).click();
  expect(await film.evaluate(({ muted }) => muted)).toBe(false);
  await overlay.getByRole('button', { name: 'Mute' }).click();
  expect(await film.evaluate(({ muted }) => muted)).toBe(true);
  await expect(overlay.getByRole('button')).toHaveCount(1);
});

test('a broadcast without an address of the web is not shown', async ({ visit, gateway, widget }) => {
  await around(visit, widget);
  await gateway.command('begin-broadcast', { fields: { url: 'javascript:alert(1)', title: 'Trap' } });
  await widget.heard('broadcast', { on: true });
  await expect(widget.part('broadcast')).toHaveCount(0);
});
