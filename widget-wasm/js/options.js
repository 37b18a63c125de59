// What a page may ask for. Why something is refused, and what was expected, is told by `trouble.js`, which only a page with a mistake loads.

const ANY = /\S/;
const BASE_URL = /^\s*https?:\/\/[^\s?#@]+\s*$/i;
const PATH = /^\/[^\s#]*$/;

/** By option: what its text looks like, or a test that may throw. */
const KINDS = {
  backend: /^(bloonio|mailoo|appengine)$/,
  mode: /^(launcher|docked|thread)$/,
  // Looked for once the page is parsed.
  target: () => true,
  locale: (value) => Intl.getCanonicalLocales(value)[0],
  texts: isObject,
  colorScheme: /^(auto|light|dark)$/,
  position: /^(right|left)$/,
  load: /^(idle|eager|interaction)$/,
  baseUrl: BASE_URL,
  tenantId: ANY,
  // A secret key stays on its server.
  publicKey: /^(?!sk_).*\S/,
  routingKey: ANY,
  sessionMode: /^(bot|human)$/,
  metadata: isObject,
  identity: /^.+:[\da-f]+$/i,
  visitorToken: /^[^.]+\.[^.]+\.[^.]+$/,
  orgId: ANY,
  configId: ANY,
  appId: ANY,
  appKey: ANY,
  user: (value) => isObject(value) && /^[^@]+@[^@]+$/.test(parsed(value).email),
  token: ANY,
  namespace: /^\/[^\s,?]*$/,
  dialect: /^(auto|gateway|seed)$/,
  bffUrl: BASE_URL,
  submitPath: PATH,
  messagesPath: PATH,
  projectUid: ANY,
  integrationId: ANY,
  wsOrigin: /^(\/[^\s#]*|(ws|http)s?:\/\/[^\s?#@]+)$/i,
  welcomeMessage: ANY,
};

/** What the page's own server may have to be asked for: also a function, or a promise. */
const PROVIDED = ['identity', 'visitorToken', 'user', 'token'];

const REQUIRED = { bloonio: ['baseUrl', 'tenantId', 'publicKey'], appengine: ['baseUrl', 'orgId', 'configId'], mailoo: [] };

export const NAMES = Object.keys(KINDS);

export const kebab = (name) => name.replace(/[A-Z]/g, (letter) => '-' + letter.toLowerCase());

/**
 * Checks options and fills in what was left out.
 * @throws an array: the first option that is missing or malformed, and its value.
 */
export function check(given) {
  const options = {};
  for (const name of NAMES) {
    let value = given[name];
    if (value == null) continue;
    if (PROVIDED.includes(name) && typeof value.then === 'function') {
      const promise = value;
      value = () => promise;
    }
    if (!fits(name, value)) throw [name, value];
    options[name] = value;
  }
  options.mode ??= 'launcher';
  options.backend ??= 'bloonio';
  if (options.backend === 'mailoo') options.bffUrl ??= location.origin;
  for (const name of [...REQUIRED[options.backend], options.token ? 'user' : 'mode']) if (!(name in options)) throw [name];
  options.locale ??= [document.documentElement.lang, navigator.language].find((value) => fits('locale', value)) ?? 'fr';
  if (options.metadata) options.metadata = JSON.stringify(parsed(options.metadata));
  if (options.texts) options.texts = parsed(options.texts);
  return options;
}

function fits(name, value) {
  const kind = KINDS[name];
  if (typeof value === 'function') return PROVIDED.includes(name);
  try {
    return kind.test ? typeof value === 'string' && kind.test(value) : kind(value);
  } catch {}
}

function parsed(value) {
  return typeof value === 'string' ? JSON.parse(value) : value;
}

function isObject(value) {
  return JSON.stringify(parsed(value))[0] === '{';
}
