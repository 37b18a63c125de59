import base from '../browser/playwright.config.js';

export default {
  ...base,
  testDir: 'specs',
  outputDir: 'test-results/runs',
  reporter: [['../browser/stage/report.js']],
  workers: 2,
  timeout: 240_000,
};
