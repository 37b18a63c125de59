// Puts a page's own texts in place of ours. Only pages that have some download this file.

import { told } from './console.js';
import { hasForms, line } from './lines.js';

/** Texts that a back end may set, too: the page's come first, after the lines of the language. */
const OWN = ['title', 'placeholder'];

/** The keys in the order of the lines; what no page may change is empty. */
const KEYS = VISAVIS_KEYS;

/** The lines with `texts`, an object by key, in their places. What cannot be used is told to the console and left out. */
export function put(lines, texts) {
  const words = lines.split('\n');
  for (const [key, text] of Object.entries(texts)) {
    const at = KEYS.indexOf(key);
    const problem = at < 0 ? `no text is called "${key}"` : wrong(key, text, words[at]);
    if (problem) told(`the option texts: ${problem}. The guide lists the texts.`);
    // The widget of another back end has more texts, and they may be given for all.
    else if (at < words.length) words[at] = line(text);
  }
  const own = OWN.map((key) => (typeof texts[key] === 'string' ? line(texts[key]) : ''));
  return [...words, ...own].join('\n');
}

function wrong(key, text, was = '') {
  if (typeof text === 'string') return '';
  const forms = Object.values(text ?? {});
  const counted = hasForms(was) || was === '';
  if (!counted) return `"${key}" must be text`;
  if (typeof text?.other === 'string' && forms.every((form) => typeof form === 'string')) return '';
  return `"${key}" must be text, or texts by kind of number with at least "other"`;
}
