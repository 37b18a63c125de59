import { test as base, expect } from '@playwright/test';

import { Demo } from './demo.js';
import { hostPage } from './host.js';
import { installProbes } from './probes.js';
import { Widget } from './widget.js';

export { expect };

/** What Chromium itself says about lines that a test cuts on purpose; no page wrote it. */
const NETWORK_NOISE = /^Failed to load resource: |^WebSocket connection to /;

export const test = base.extend({
  /** The demo server; each worker has its own, so its faults and counts belong to one test at a time. */
  demo: [
    async ({}, use) => {
      const demo = await Demo.start();
      await use(demo);
      await demo.stop();
    },
    { scope: 'worker' },
  ],

  baseURL: ({ demo }, use) => use(demo.site),

  relay: async ({ demo }, use) => {
    await demo.relay.rest();
    await use(demo.relay);
    await demo.relay.rest();
  },

  /** The widget's options for this worker's relay. */
  options: ({ demo }, use) => use({ ...demo.options }),

  context: async ({ context, complaints }, use) => {
    await context.addInitScript(installProbes);
    context.on('console', (message) => {
      if (message.type() === 'error' && !NETWORK_NOISE.test(message.text())) complaints.heard.push(message.text());
    });
    context.on('weberror', (error) => complaints.heard.push(`uncaught: ${error.error().message}`));
    await use(context);
  },

  /** What pages wrote to the console as errors. A test fails for one that it did not say it expects. */
  complaints: [
    async ({}, use) => {
      const complaints = { heard: [], expected: [] };
      await use({
        heard: complaints.heard,
        /** The errors that match, which are then no fault. */
        expect(pattern) {
          complaints.expected.push(pattern);
        },
      });
      const unexpected = complaints.heard.filter((text) => !complaints.expected.some((pattern) => pattern.test(text)));
      expect(unexpected, 'errors in the console').toEqual([]);
    },
    { auto: true },
  ],

  /** Opens a page of a test's own under the site's origin: `host({ body, head, lang, policy })`. */
  host: async ({ context, page, demo }, use) => {
    await use(async (content = {}, { tab = page, path = '/host/page' } = {}) => {
      const { html, headers } = hostPage(content);
      await context.route(`${demo.site}${path}`, (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', headers, body: html }));
      await tab.goto(`${demo.site}${path}`);
      return tab;
    });
  },

  /** The widget of the test's own page. */
  widget: ({ page }, use) => use(new Widget(page)),
});
