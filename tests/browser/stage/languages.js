import { readdirSync, readFileSync } from 'node:fs';

const LANG = new URL('../../../widget-wasm/lang/', import.meta.url);

/** Every language's file by its tag, as translators write it. */
export const LANGUAGES = Object.fromEntries(
  readdirSync(LANG).map((name) => [name.replace('.json', ''), JSON.parse(readFileSync(new URL(name, LANG), 'utf8'))]),
);

/** The declarations that an application compiles against. */
export const DECLARATIONS = readFileSync(new URL('../js/wording.d.ts', LANG), 'utf8');

/** What a language's file lacks or has too much of, measured against the English one; a line for each fault. */
export function faults(tag, file, english = LANGUAGES.en) {
  const found = differing('groups', Object.keys(english), Object.keys(file));
  for (const group of Object.keys(english)) {
    found.push(...differing(`keys of ${group}`, Object.keys(english[group]), Object.keys(file[group] ?? {})));
    for (const [key, words] of Object.entries(english[group])) {
      const translated = file[group]?.[key];
      if (translated !== undefined) found.push(...faultsOf(tag, translated, words).map((fault) => `${key}: ${fault}`));
    }
  }
  return found;
}

function faultsOf(tag, words, english) {
  if (typeof english === 'string') return typeof words === 'string' ? faultsOfText(words, [places(english)]) : ['should be text'];
  if (typeof words === 'string') return ['should have a text for each kind of number'];
  const rules = new Intl.PluralRules(tag);
  const kinds = differing('kinds of number', rules.resolvedOptions().pluralCategories, Object.keys(words));
  return [...kinds, ...Object.entries(words).flatMap(([kind, form]) => {
    // "A message" says how many as well as "1 message" where the kind has that number alone.
    const allowed = isOneNumber(rules, kind) ? [places(english.other), []] : [places(english.other)];
    return faultsOfText(form, allowed).map((fault) => `${kind}: ${fault}`);
  })];
}

function faultsOfText(text, allowed) {
  const found = [];
  if (text.trim() !== text || text === '') found.push(`starts or ends with space, or is empty: "${text}"`);
  if (!allowed.some((names) => names.join() === places(text).join())) found.push(`has the places {${places(text)}}, should have {${allowed[0]}}`);
  return found;
}

function differing(what, wanted, found) {
  const lacking = wanted.filter((one) => !found.includes(one)).map((one) => `${what}: lacks ${one}`);
  return [...lacking, ...found.filter((one) => !wanted.includes(one)).map((one) => `${what}: has ${one} too much`)];
}

function places(text) {
  return [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
}

function isOneNumber(rules, kind) {
  return Array.from({ length: 1001 }, (_, number) => number).filter((number) => rules.select(number) === kind).length === 1;
}
