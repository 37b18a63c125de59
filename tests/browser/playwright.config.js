import { defineConfig } from '@playwright/test';

/** The switches that keep a browser to itself: no sandbox in a container, no graphics card, no calls home. */
const SWITCHES = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];

export default defineConfig({
  testDir: 'specs',
  outputDir: 'test-results/runs',
  fullyParallel: true,
  // Most of a test's time is waiting for a line to be cut or a bot to type, so two cores carry more than two tests.
  workers: 4,
  // A test that holds only sometimes is a fault.
  retries: 0,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [['./stage/report.js']],
  use: {
    browserName: 'chromium',
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    colorScheme: 'light',
    launchOptions: { executablePath: process.env.VISAVIS_CHROMIUM || '/usr/bin/chromium', args: SWITCHES },
  },
});
