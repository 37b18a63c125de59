import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../test-results/pictures/', import.meta.url));

/** Keeps a picture of the page as it stands, to be looked at by people: `test-results/pictures/NAME.png`. */
export async function picture(page, name) {
  mkdirSync(FOLDER, { recursive: true });
  await page.screenshot({ path: `${FOLDER}${name}.png`, animations: 'disabled' });
}
