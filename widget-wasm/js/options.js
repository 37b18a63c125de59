// What a page may ask for, and what is wrong with it when it asks for something else.

/** A mistake of the page: `message` names the option and says what was expected. */
export class OptionError extends Error {
  name = 'OptionError';
  kind = 'configuration';
}

const MODES = ['launcher', 'docked', 'thread'];

const oneOf = (...words) => [(value) => words.includes(value), words.join(', ').replace(/, (\S+)$/, ' or $1')];
const filled = (example) => [(value) => typeof value === 'string' && value.trim() !== '', example];

/** By option: a test, and what was expected where the test fails. */
const KINDS = {
  backend: oneOf('bloonio', 'mailoo', 'appengine'),
  mode: oneOf(...MODES),
  target: [isTarget, 'a CSS selector of the element to fill, such as #chat'],
  locale: [isLocale, 'a language such as en or fr-CA'],
  colorScheme: oneOf('auto', 'light', 'dark'),
  position: oneOf('right', 'left'),
  load: oneOf('idle', 'eager', 'interaction'),
  baseUrl: [isBaseUrl, "the chat server's address, such as https://chat.example"],
  tenantId: filled("the tenant's id, such as 019e4ae7-1a2b-7c3d-8e4f-5a6b7c8d9e0f"),
  publicKey: [isPublicKey, "the widget's public key, pk_…; the tenant's secret stays on your server"],
  routingKey: filled('the name of a queue'),
  sessionMode: oneOf('bot', 'human'),
  metadata: [isObject, 'a JSON object such as {"plan":"pro"}'],
  identity: [(value) => isProvider(value) || /^.+:[\da-f]+$/i.test(value), 'userId:signature, made by your server'],
  visitorToken: [(value) => isProvider(value) || /^[^.]+\.[^.]+\.[^.]+$/.test(value), 'a visitor token, made by your server'],
  orgId: filled("the organisation's id, such as acme"),
  configId: filled('the id of a chat configuration'),
  appId: filled('a label'),
  appKey: filled('a public key'),
  user: [(value) => isProvider(value) || isUser(value), 'a JSON object such as {"email":"alice@site.example","name":"Alice"}'],
  token: [(value) => isProvider(value) || KINDS.appId[0](value), 'a token of the user, made by your server'],
  namespace: [(value) => /^\/[^\s,?]*$/.test(value), 'a path such as /chat'],
  dialect: oneOf('auto', 'gateway', 'seed'),
  broadcasts: oneOf('after-registration', 'before-registration'),
  bffUrl: [isBaseUrl, "the origin of the site's own back end, such as https://shop.example"],
  submitPath: [isPath, 'a path of it such as /api/v1/webhooks/chat/submit'],
  messagesPath: [isPath, 'a path of it such as /api/v1/webhooks/chat/messages'],
  projectUid: filled("the project's public id"),
  integrationId: filled("the integration's public id"),
  wsOrigin: [(value) => isPath(value) || /^(ws|http)s?:\/\/[^\s?#@]+$/i.test(value), 'an origin such as wss://api.mailoo.app, or a path that tells it'],
  welcomeMessage: filled('a first line for the thread'),
};

const REQUIRED = { bloonio: ['baseUrl', 'tenantId', 'publicKey'], appengine: ['baseUrl', 'orgId', 'configId'], mailoo: [] };

export const NAMES = Object.keys(KINDS);

export const kebab = (name) => name.replace(/[A-Z]/g, (letter) => '-' + letter.toLowerCase());

/**
 * Checks options and fills in what was left out. `spelled` turns an option's name into the page's own spelling of it.
 * @throws {OptionError} naming the first option that is missing or malformed.
 */
export function check(given, spelled = (name) => name) {
  const options = {};
  for (const name of NAMES) {
    const value = given[name];
    if (value == null) continue;
    expect(name, KINDS[name][0](value), value);
    options[name] = value;
  }
  options.mode ??= 'launcher';
  options.backend ??= 'bloonio';
  if (options.backend === 'mailoo') options.bffUrl ??= location.origin;
  const needed = REQUIRED[options.backend];
  for (const name of 'token' in options ? [...needed, 'user'] : needed) expect(name, name in options);
  options.locale ??= [document.documentElement.lang, navigator.language].find(isLocale) ?? 'fr';
  options.metadata = options.metadata && text(options.metadata);
  for (const provided of ['identity', 'visitorToken', 'user', 'token']) {
    const value = options[provided];
    if (typeof value?.then === 'function') options[provided] = () => value;
  }
  return options;

  function expect(name, fine, value) {
    if (fine) return;
    const problem = value === undefined ? 'is missing' : `must not be ${text(value)}`;
    throw new OptionError(`the option ${spelled(name)} ${problem}; expected ${KINDS[name][1]}`);
  }
}

function text(value) {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
}

function isTarget(value) {
  if (value instanceof Element) return true;
  try {
    return document.createDocumentFragment().querySelector(value) === null;
  } catch {
    return false;
  }
}

function isLocale(value) {
  try {
    return Intl.getCanonicalLocales(value).length === 1;
  } catch {
    return false;
  }
}

function isBaseUrl(value) {
  return typeof value === 'string' && /^https?:\/\/[^\s?#@]+$/i.test(value.trim()) && URL.canParse?.(value) !== false;
}

function isPath(value) {
  return typeof value === 'string' && /^\/[^\s#]*$/.test(value);
}

function isPublicKey(value) {
  return typeof value === 'string' && value.trim() !== '' && !value.startsWith('sk_');
}

function isObject(value) {
  const parsed = parse(value);
  return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
}

function isUser(value) {
  return isObject(value) && /^[^@]+@[^@]+$/.test(parse(value).email);
}

function parse(value) {
  try {
    return typeof value === 'string' ? JSON.parse(value) : value;
  } catch {
    return undefined;
  }
}

function isProvider(value) {
  return typeof value === 'function' || typeof value?.then === 'function';
}
