import { randomUUID } from 'node:crypto';

import { expect } from '@playwright/test';

/** Somebody whom the gateway has never seen: it knows its customers by their address. */
export function somebody() {
  return { name: 'Alice Bee', email: `alice-${randomUUID().slice(0, 8)}@site.example` };
}

/** Opens the widget, fills the form in and waits for the conversation. */
export async function introduce(widget, guest = somebody()) {
  await widget.launcher.click();
  await fillIn(widget, guest);
  return guest;
}

/** Fills in the form that stands before the conversation. */
export async function fillIn(widget, { name, email }) {
  const form = widget.part('form');
  await expect(form).toBeVisible();
  if (await form.getByLabel('Name').count()) await form.getByLabel('Name').fill(name);
  await form.getByLabel('E-mail').fill(email);
  await form.getByRole('button', { name: 'Start the chat' }).click();
  await expect(widget.field).toBeVisible();
  await widget.connection('live');
}

/** The conversation of this guest, as the gateway names it. */
export async function chatOf(gateway, { email }) {
  const found = async () => (await gateway.chats()).find((chat) => chat.includes(email));
  await expect.poll(found).toBeTruthy();
  return found();
}
