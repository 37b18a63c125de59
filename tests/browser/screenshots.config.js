import tests from './playwright.config.js';

/** The screenshots are taken as tests are run, and put onto one sheet at the end. */
export default { ...tests, testDir: 'screenshots', outputDir: 'test-results/screenshots', globalTeardown: './screenshots/sheet.js' };
