// What matters most of the widget, in Firefox: `node firefox/run.js [NAME]`. The last line is `N passed, N failed`.

import { Builder } from 'selenium-webdriver';
import { Options, ServiceBuilder } from 'selenium-webdriver/firefox.js';

import { Demo, named } from '../stage/demo.js';
import { Stand } from '../stage/stand.js';
import { tests } from './tests.js';
import { Visitor } from './visitor.js';

const [wanted = ''] = process.argv.slice(2);

async function firefox() {
  const options = new Options().setBinary(named('VISAVIS_FIREFOX')).addArguments('-headless').setPreference('intl.accept_languages', 'en-GB');
  // Nothing of the browser's own leaves the machine.
  for (const quiet of ['app.update.enabled', 'datareporting.healthreport.uploadEnabled', 'extensions.update.enabled', 'network.captive-portal-service.enabled']) {
    options.setPreference(quiet, false);
  }
  const service = new ServiceBuilder(named('VISAVIS_GECKODRIVER'));
  const driver = await new Builder().forBrowser('firefox').setFirefoxOptions(options).setFirefoxService(service).build();
  await driver.manage().setTimeouts({ script: 30_000 });
  return driver;
}

/** Each test has a browser, a server and a site of its own, so that nothing is left of the one before. */
async function attempt(test) {
  const demo = await Demo.start();
  const stand = await Stand.open(demo.site);
  const driver = await firefox();
  try {
    await test({ visitor: new Visitor(driver), demo, stand });
  } finally {
    await driver.quit();
    await stand.close();
    await demo.stop();
  }
}

const chosen = Object.entries(tests).filter(([name]) => name.includes(wanted));
console.log(`${chosen.length} tests in Firefox`);
const failures = [];
for (const [name, test] of chosen) {
  const since = Date.now();
  const error = await attempt(test).then(() => null, (error) => error);
  if (error) failures.push({ name, error });
  console.log(`${error ? 'FAILED ' : 'ok     '} ${name} (${((Date.now() - since) / 1000).toFixed(1)} s)`);
}
for (const { name, error } of failures) console.log(`\n── ${name}\n${error.stack ?? error}`);
console.log(`${chosen.length - failures.length} passed, ${failures.length} failed`);
process.exitCode = failures.length || chosen.length === 0 ? 1 : 0;
