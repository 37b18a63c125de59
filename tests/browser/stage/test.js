import { test as base, expect } from '@playwright/test';

import { Demo } from './demo.js';
import { installProbes } from './probes.js';
import { Stand } from './stand.js';
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

  /** Where a test's own pages are served; another origin than the demo site and the relay. */
  stand: [
    async ({ demo }, use) => {
      const stand = await Stand.open(demo.site);
      await use(stand);
      await stand.close();
    },
    { scope: 'worker' },
  ],

  /** A demo server that nobody else has used: its counts and its list of conversations are the test's own. */
  own: async ({}, use) => {
    const demo = await Demo.start();
    await use(demo);
    await demo.stop();
  },

  baseURL: ({ demo }, use) => use(demo.site),

  relay: async ({ demo }, use) => {
    await demo.relay.heal();
    await demo.relay.quiet();
    await use(demo.relay);
    await demo.relay.heal();
  },

  gateway: async ({ demo }, use) => {
    await demo.gateway.heal();
    await use(demo.gateway);
    await demo.gateway.heal();
  },

  mailoo: async ({ demo }, use) => {
    await demo.mailoo.heal();
    await use(demo.mailoo);
    await demo.mailoo.heal();
    await demo.mailoo.command('push-shape', { shape: 'nested' });
  },

  /** The widget's options for this worker's gateway. */
  gatewayOptions: ({ demo }, use) => use({ ...demo.gatewayOptions }),

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

  /** Opens a page of a test's own: `host({ body, head, lang, policy })`. */
  host: async ({ page, stand, relay: _ }, use) => {
    await use(async (content = {}, { path = '/host/page' } = {}) => {
      await page.goto(stand.put(path, content));
      return page;
    });
  },

  /** The widget of the test's own page. */
  widget: ({ page }, use) => use(new Widget(page)),
});
