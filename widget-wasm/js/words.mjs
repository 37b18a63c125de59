// The languages' files, as lines for the module. English is the measure: its keys, in its order.

import { readFile, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { line } from './lines.js';

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), '..', 'lang');

/** What a page may not change. */
const FIXED = ['language', 'direction'];

/** Every language's file by its tag. */
export async function files() {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith('.json')).sort();
  const read = async (name) => [name.slice(0, -5), JSON.parse(await readFile(join(FOLDER, name), 'utf8'))];
  return Object.fromEntries(await Promise.all(names.map(read)));
}

/** The keys that a page may use, in the order of the lines; empty where it may not. */
export const keys = ({ en }) => [...Object.keys(en.everywhere), ...Object.keys(en.rich)].map((key) => (FIXED.includes(key) ? '' : key));

/** A language's groups of words as lines. A word that it lacks is English, until somebody translates it: a test tells which. */
export function lines(files, tag, groups) {
  const { en, [tag]: words } = files;
  const of = (group) => Object.keys(en[group]).map((key) => line(shortest(words[group][key] ?? en[group][key])));
  return groups.flatMap(of).join('\n');
}

/** A form like the last one need not be there twice. */
function shortest(words) {
  if (typeof words === 'string') return words;
  return Object.fromEntries(Object.entries(words).filter(([kind, form]) => kind === 'other' || form !== words.other));
}
