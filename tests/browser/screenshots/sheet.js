import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { chromium } from '@playwright/test';

/** Puts all pictures onto one page, a row for each state: `index.html`, and the same as `contact-sheet.png`. */
export default async function sheet() {
  const folder = process.env.VISAVIS_SCREENSHOTS;
  const files = readdirSync(folder).filter((name) => name.endsWith('.png') && name.includes('--'));
  const dresses = [...new Set(files.map((name) => name.split('--')[1]))].sort();
  const states = [...new Set(files.map((name) => name.split('--')[0]))].sort();
  const cell = (state, dress) => (files.includes(`${state}--${dress}`) ? `<td><a href="${state}--${dress}"><img src="${state}--${dress}" alt="${state}, ${dress}"></a></td>` : '<td></td>');
  const rows = states.map((state) => `<tr><th scope="row">${state}</th>${dresses.map((dress) => cell(state, dress)).join('')}</tr>`);
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Every state of the widget</title>
<style>body { margin: 16px; font: 14px system-ui; background: #e8e8ee } img { display: block; height: 300px; border-radius: 6px } th { text-align: start; padding: 4px 8px }</style></head>
<body><table><tr><td></td>${dresses.map((dress) => `<th scope="col">${dress.replace('.png', '')}</th>`).join('')}</tr>
${rows.join('\n')}
</table></body></html>
`;
  writeFileSync(join(folder, 'index.html'), html);
  const browser = await chromium.launch({ executablePath: process.env.VISAVIS_CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
  const page = await browser.newPage({ viewport: { width: 1900, height: 1000 } });
  await page.goto(pathToFileURL(join(folder, 'index.html')).href);
  await page.screenshot({ path: join(folder, 'contact-sheet.png'), fullPage: true });
  await browser.close();
  console.log(`${files.length} pictures of ${states.length} states: ${join(folder, 'index.html')}`);
}
