// What the loader says before the rest is there. The other words of the interface are beside the Rust sources, in `ui/i18n`.

const WORDS = {
  en: { open: 'Open chat', unavailable: 'Chat is unavailable. Press to try again.' },
  fr: { open: 'Ouvrir la discussion', unavailable: 'La discussion est indisponible. Appuyez pour réessayer.' },
};

/** The words of a language, English for one that is not here. */
export const words = (locale) => WORDS[locale.split(/[-_]/)[0].toLowerCase()] ?? WORDS.en;
