import config from '../playwright.config.js';

/** What a visitor's first minute needs of the module: one after the other, as each page tells what it called. */
export default { ...config, testDir: '.', testMatch: 'journeys.js', reporter: [['../stage/report.js']], outputDir: '../test-results/profile', workers: 1 };
