// What a page may ask for. Why something is refused, and what was expected, is told by `trouble.js`, which only a page with a mistake loads.

const BASE_URL = /^\s*https?:\/\/[^\s?#@]+\s*$/i;
const OBJECT = /^\s*\{[^]*\}\s*$/;
/** An attribute without a value is on. */
const SWITCH = /^(true|false|)$/;

/** By option: what its text looks like. What is no text, such as an object or a function, the module itself looks at. */
const KINDS = {
  backend: /^(bloonio|mailoo|appengine)$/,
  mode: /^(launcher|docked|thread)$/,
  locale: /^[a-z]{2,8}(-[a-z\d]+)*$/i,
  texts: OBJECT,
  colorScheme: /^(auto|light|dark)$/,
  position: /^(right|left)$/,
  load: /^(idle|eager|interaction)$/,
  sound: SWITCH,
  titleBadge: SWITCH,
  notifications: SWITCH,
  baseUrl: BASE_URL,
  // A secret key stays on its server.
  publicKey: /^(?!sk_).*\S/,
  sessionMode: /^(bot|human)$/,
  metadata: OBJECT,
  identity: /^.+:[\da-f]+$/i,
  visitorToken: /^[^.]+\.[^.]+\.[^.]+$/,
  dialect: /^(auto|gateway|seed)$/,
  namespace: /^\/[^\s,?]*$/,
  broadcasts: /^(after|before)-registration$/,
  bffUrl: BASE_URL,
};

const REQUIRED = { bloonio: ['baseUrl', 'tenantId', 'publicKey'], appengine: ['baseUrl', 'orgId', 'configId'], mailoo: [] };

export const NAMES = [
  ...Object.keys(KINDS),
  ...'target tenantId routingKey orgId configId appId appKey user token submitPath messagesPath projectUid integrationId wsOrigin welcomeMessage'.split(' '),
];

export const kebab = (name) => name.replace(/[A-Z]/g, (letter) => '-' + letter.toLowerCase());

/**
 * Checks options and fills in what was left out.
 * @throws an array: the first option that is missing or malformed, and its value.
 */
export function check(given) {
  const options = {};
  for (const name of NAMES) {
    const value = given[name];
    if (value == null) continue;
    if (typeof value === 'string' && !(KINDS[name] ?? /\S/).test(value)) throw [name, value];
    options[name] = value;
  }
  options.mode ??= 'launcher';
  options.backend ??= 'bloonio';
  if (options.backend === 'mailoo') options.bffUrl ??= location.origin;
  for (const name of [...REQUIRED[options.backend], options.token ? 'user' : 'mode']) if (!(name in options)) throw [name];
  options.locale ??= [document.documentElement.lang, navigator.language].find((value) => KINDS.locale.test(value)) ?? 'fr';
  return options;
}
