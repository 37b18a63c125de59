import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';

import { Key } from 'selenium-webdriver';

import { AXE, stillness } from '../stage/accessible.js';
import { named } from '../stage/demo.js';
import { scriptTag } from '../stage/host.js';
import { until } from './visitor.js';

/** Before all other scripts: notes what is told to whoever made the page, and what nobody caught. */
const EAR = `<script nonce="ear">
  window.heard = [];
  const { error } = console;
  console.error = (...said) => {
    window.heard.push(said.join(' '));
    error.apply(console, said);
  };
  addEventListener('error', ({ message }) => window.heard.push('uncaught: ' + message));
  addEventListener('unhandledrejection', ({ reason }) => window.heard.push('uncaught: ' + reason));
</script>`;

/** Each gets a visitor, the demo and a site of its own. */
export const tests = {
  async 'a conversation goes both ways'({ visitor, demo, stand }) {
    await visitor.visit(stand.put('/host', { body: scriptTag(demo.options) }));
    await visitor.open();
    await visitor.converse('blue');
    const [session] = await sessionsWith(demo.relay, 'blue');
    await demo.relay.operate(session, 'reply', { text: 'A person says hello' });
    await visitor.says('agent', 'A person says hello');
    // The bot leaves it to the person now.
    await visitor.say('green');
    await until('the relay to have it', async () => (await demo.relay.heardFrom(session)).join() === 'blue,green');
  },

  async 'a reload keeps the conversation'({ visitor, demo, stand }) {
    await visitor.visit(stand.put('/host', { body: scriptTag(demo.options) }));
    await visitor.open();
    await visitor.converse('before the reload');
    await visitor.driver.navigate().refresh();
    await visitor.open();
    await visitor.converse('after the reload');
    assert.deepEqual(await visitor.texts('visitor'), ['before the reload', 'after the reload']);
    const [session] = await sessionsWith(demo.relay, 'before the reload');
    assert.deepEqual(await demo.relay.heardFrom(session), ['before the reload', 'after the reload']);
  },

  async 'several tabs have one line, and one goes on where the other is closed'({ visitor, demo, stand }) {
    const { driver } = visitor;
    const address = stand.put('/host', { body: scriptTag(demo.options) });
    await visitor.visit(address);
    await visitor.open();
    await visitor.converse('from the first');
    const first = await driver.getWindowHandle();
    const others = [];
    while (others.length < 2) {
      await driver.switchTo().newWindow('tab');
      others.push(await driver.getWindowHandle());
      await visitor.visit(address);
      await visitor.open();
      await visitor.says('bot', 'You said: from the first');
      await visitor.converse(`from another ${others.length}`);
    }
    assert.equal((await demo.relay.counts()).sockets_per_session_max, 1);
    const [session] = await sessionsWith(demo.relay, 'from the first');
    await driver.switchTo().window(first);
    await visitor.says('bot', 'You said: from another 2');
    await driver.close();
    await driver.switchTo().window(others[0]);
    await visitor.converse('the first is gone');
    await driver.close();
    await driver.switchTo().window(others[1]);
    await visitor.says('bot', 'You said: the first is gone');
    await visitor.converse('and so is the second');
    const said = ['from the first', 'from another 1', 'from another 2', 'the first is gone', 'and so is the second'];
    assert.deepEqual(await demo.relay.heardFrom(session), said);
  },

  async 'the keyboard is enough, and a reader of screens is served'({ visitor, demo, stand }) {
    await visitor.visit(stand.put('/host', { body: scriptTag(demo.options) }));
    await visitor.see('launcher-button');
    await until('the launcher by Tab', async () => {
      await visitor.press(Key.TAB);
      return (await visitor.focus()).includes('launcher-button');
    });
    await visitor.press(Key.ENTER);
    await visitor.see('composer-input');
    await until('the focus in the field', async () => (await visitor.focus()).includes('composer-input'));
    await visitor.press('typed by hand', Key.ENTER);
    await visitor.says('bot', 'You said: typed by hand');
    await visitor.driver.executeScript(stillness);
    await visitor.driver.executeScript(AXE);
    const found = await visitor.driver.executeAsyncScript((done) => {
      axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => done(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)));
    });
    assert.deepEqual(found, []);
    await visitor.press(Key.ESCAPE);
    await until('the focus on the launcher', async () => (await visitor.focus()).includes('launcher-button'));
  },

  async 'the strict policy refuses nothing'({ visitor, demo }) {
    await visitor.visit(`${demo.site}/strict-csp.html`);
    await visitor.open();
    await visitor.converse('blue');
    assert.equal(await visitor.driver.executeScript(() => document.querySelector('#count').textContent), '0');
  },

  async 'a page that refuses WebAssembly says why once, and has a launcher that says so and tries again'({ visitor, demo, stand }) {
    const policy = `default-src 'self'; script-src 'self' 'nonce-ear'; style-src 'self'; connect-src 'self' ${demo.relay.url}`;
    await visitor.visit(stand.put('/refusing', { policy, head: EAR, body: scriptTag(demo.options) }));
    await unavailable(visitor);
    await visitor.see('toast');
    await visitor.click('launcher-button');
    await unavailable(visitor);
    const asked = await visitor.driver.executeScript(() => performance.getEntriesByType('resource').map(({ name }) => name));
    assert.ok(asked.some((name) => name.includes('.js?1')), 'a press asks again');
    const said = await heard(visitor);
    assert.equal(said.length, 1, said.join('\n'));
    assert.match(said[0], /^visavis: .*Content-Security-Policy refuses WebAssembly.*'wasm-unsafe-eval'.*script-src/);
  },

  ...Object.fromEntries(
    Object.entries({ wasm: 'missing', glue: 'cut' }).map(([role, manner]) => [
      `where the file ${role} is ${manner} at first, the console says so once, and a press on the launcher brings the chat when it is there`,
      async ({ visitor, demo, stand }) => {
        const file = await fileOf(role);
        stand.withhold(new RegExp(`/${file}$`), manner);
        await visitor.visit(stand.put('/incomplete', { head: EAR, body: scriptTag(demo.options) }));
        await unavailable(visitor);
        await visitor.click('launcher-button');
        await unavailable(visitor);
        stand.release();
        await visitor.open();
        await visitor.converse('better late');
        const said = await heard(visitor);
        assert.equal(said.length, 1, said.join('\n'));
        assert.match(said[0], /^visavis: .*could not be loaded.*one folder.*script-src and connect-src/);
        assert.ok(said[0].includes(file), said[0]);
      },
    ]),
  ),

  async 'a conversation through the site’s own server is polled'({ visitor, demo }) {
    await demo.mailoo.command('refuse-sockets', { status: 403 });
    await visitor.visit(`${demo.site}/?backend=mailoo&mode=docked`);
    await visitor.say('No socket today');
    const session = await until('the conversation', async () => {
      for (const id of await demo.mailoo.sessions()) if ((await demo.mailoo.transcript(id))[0]?.content === 'No socket today') return id;
    });
    await demo.mailoo.operate(session, 'reply', { text: 'Still here' });
    await visitor.says('agent', 'Still here');
  },

  async 'an answer in pieces becomes its message'({ visitor, demo, stand }) {
    await demo.gateway.command('pace', { ms: 40 });
    const { options } = await demo.gateway.known('fox');
    await visitor.visit(stand.put('/gateway', { body: scriptTag(options) }));
    await visitor.open();
    await visitor.say('Where is order 1002?');
    await visitor.says('bot', 'arrives within two days');
    await until('the end of the answer', async () => (await visitor.texts('bot')).filter((text) => text.includes('arrives within two days')).length === 1);
  },
};

async function sessionsWith(relay, text) {
  const found = [];
  for (const session of await relay.sessions()) {
    const id = session.id ?? session.session_id ?? session;
    if ((await relay.heardFrom(id)).includes(text)) found.push(id);
  }
  return found;
}

const heard = ({ driver }) => driver.executeScript(() => window.heard);

/** Waits until the launcher says that there is no chat, and does not try any more. */
async function unavailable(visitor) {
  const isSaid = async (button) => /unavailable/i.test(await button.getAttribute('aria-label')) && (await button.getAttribute('aria-busy')) === 'false';
  await until('the launcher to say so', () => visitor.with('launcher-button', isSaid));
}

/** The file of the widget for Bloonio that has this role. */
async function fileOf(role) {
  const { builds } = JSON.parse(await readFile(`${named('VISAVIS_WIDGET_DIR')}/sizes.json`, 'utf8'));
  return builds.bloonio.files.find((file) => file.role === role).file;
}
