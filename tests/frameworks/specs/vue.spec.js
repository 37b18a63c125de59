import { holdsIn, test as base } from '../stage/application.js';

const test = base.extend({ home: async ({ serve }, use) => use(await serve('vue/dist')) });

test.describe('Vite and Vue', () => {
  holdsIn(test);
});
