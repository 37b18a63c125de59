// The interface's words in the language that comes nearest to the one asked for.

import { bring, english, languages } from 'visavis-words';
import { told } from './console.js';

/**
 * The words for an element, as lines. Its own language counts, then the page's, then English, which is at hand: this never rejects.
 * `texts` are the page's own, in place of ours.
 */
export async function words({ locale, texts }) {
  const language = [locale, document.documentElement.lang].map(tag).find((tag) => tag === 'en' || languages.includes(tag)) ?? 'en';
  const [{ default: lines }, own] = await Promise.all([
    language === 'en' ? { default: english } : had(bring(language), `the words of "${language}"`, { default: english }),
    texts && had(import(VISAVIS_TEXTS), 'what puts the texts of this page in place'),
  ]);
  return own ? own.put(lines, texts) : lines;
}

const had = (file, what, otherwise) =>
  file.catch((error) => {
    told(`${what} could not be loaded, so English words stand there instead. Serve all files of the widget from one folder. (${error.message})`);
    return otherwise;
  });

/** The `fr` of `fr-CA`; the two ways to write Chinese are told apart by the script, which follows from the country if need be. */
function tag(locale) {
  try {
    const { language, script } = new Intl.Locale(locale).maximize();
    return script === 'Hant' ? 'zh-Hant' : language;
  } catch {
    // A page's `lang` may be anything.
  }
}
