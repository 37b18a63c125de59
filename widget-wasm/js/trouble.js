// What is said about a page's mistakes. No page without one loads this file.

const list = (...words) => words.join(', ').replace(/, (\S+)$/, ' or $1');

const SWITCH = list('true', 'false');

/** By option: what was expected. */
const EXPECTED = {
  backend: list('bloonio', 'mailoo', 'appengine'),
  mode: list('launcher', 'docked', 'thread'),
  target: 'a CSS selector of the element to fill, such as #chat',
  locale: 'a language such as en or fr-CA',
  texts: 'a JSON object such as {"title":"Ask us"}',
  colorScheme: list('auto', 'light', 'dark'),
  position: list('right', 'left'),
  load: list('idle', 'eager', 'interaction'),
  sound: SWITCH,
  titleBadge: SWITCH,
  notifications: SWITCH,
  baseUrl: "the chat server's address, such as https://chat.example",
  tenantId: "the tenant's id, such as 019e4ae7-1a2b-7c3d-8e4f-5a6b7c8d9e0f",
  publicKey: "the widget's public key, pk_…; the tenant's secret stays on your server",
  routingKey: 'the name of a queue',
  sessionMode: list('bot', 'human'),
  metadata: 'a JSON object such as {"plan":"pro"}',
  identity: 'userId:signature, made by your server',
  visitorToken: 'a visitor token, made by your server',
  orgId: "the organisation's id, such as acme",
  configId: 'the id of a chat configuration',
  appId: 'a label',
  appKey: 'a public key',
  user: 'a JSON object such as {"email":"alice@site.example","name":"Alice"}',
  token: 'a token of the user, made by your server',
  namespace: 'a path such as /chat',
  dialect: list('auto', 'gateway', 'seed'),
  broadcasts: list('after-registration', 'before-registration'),
  bffUrl: "the origin of the site's own back end, such as https://shop.example",
  submitPath: 'a path of it such as /api/v1/webhooks/chat/submit',
  messagesPath: 'a path of it such as /api/v1/webhooks/chat/messages',
  projectUid: "the project's public id",
  integrationId: "the integration's public id",
  wsOrigin: 'an origin such as wss://api.mailoo.app, or a path that tells it',
  welcomeMessage: 'a first line for the thread',
};

/** How a value looks in the page. */
const text = (value) => (typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value)));

/** What is wrong with an option, and what was expected; `spelled` is the page's own spelling of its name. */
export function mistake(name, value, spelled) {
  const problem = value === undefined ? 'is missing' : name === 'target' ? `finds nothing in this page (${value})` : `must not be ${text(value)}`;
  return `the option ${spelled} ${problem}; expected ${EXPECTED[name]}`;
}

/** Why the second stage did not come, and the cure. */
export function explanation(error) {
  // What is asked for again has another name, and is no other trouble.
  const cause = (error?.message ?? String(error)).replace(/\.js\?\d+/, '.js');
  if (typeof WebAssembly !== 'object') {
    return 'chat is unavailable: this browser has no WebAssembly, or it is switched off. A current browser has it.';
  }
  if (error instanceof WebAssembly.CompileError || /content security policy|unsafe-eval/i.test(cause)) {
    return `chat is unavailable: this page's Content-Security-Policy refuses WebAssembly. Add 'wasm-unsafe-eval' to its script-src. (${cause})`;
  }
  return (
    'chat is unavailable: a file of the widget could not be loaded. Serve all files of the widget from one folder, ' +
    `with Access-Control-Allow-Origin when that is another site, and allow it in script-src and connect-src. (${cause})`
  );
}
