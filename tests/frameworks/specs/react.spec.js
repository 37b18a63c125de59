import { holdsIn, test as base } from '../stage/application.js';

const test = base.extend({ home: async ({ serve }, use) => use(await serve('react/dist')) });

test.describe('Vite and React, mounted twice by StrictMode', () => {
  holdsIn(test);
});
