import { GROUPS } from '../../../widget-wasm/js/emoji-list.js';
import { LANGUAGES as EMOJI_LANGUAGES, words as emojiWords } from '../../../widget-wasm/js/emoji-words.js';
import { violations } from '../stage/accessible.js';
import { element, LIBRARY, scriptTag } from '../stage/host.js';
import { DECLARATIONS, faults, LANGUAGES } from '../stage/languages.js';
import { expect, test } from '../stage/test.js';

const RTL = ['ar', 'he'];
const WORDS_FILE = /\/visavis-([a-z]{2}(?:-Hant)?)-[0-9a-f]{10}\.js$/;

/** The languages whose files a page asks for from now on. */
function languagesAsked(page) {
  const asked = [];
  page.on('request', (request) => {
    const [, language] = WORDS_FILE.exec(new URL(request.url()).pathname) ?? [];
    if (language) asked.push(language);
  });
  return asked;
}

/** The interface's own node, which says in which language and direction it is. */
const root = (page) => page.locator('.root');

test.describe('the files of the languages', () => {
  for (const [tag, file] of Object.entries(LANGUAGES)) {
    test(`${tag}: no key, kind of number or place too few or too many`, () => {
      expect(faults(tag, file)).toEqual([]);
      expect([file.everywhere.language, file.everywhere.direction]).toEqual([tag, RTL.includes(tag) ? 'rtl' : 'ltr']);
    });

    test(`${tag}: sentences are translated`, () => {
      const sentences = Object.entries({ ...file.everywhere, ...file.rich });
      const english = { ...LANGUAGES.en.everywhere, ...LANGUAGES.en.rich };
      const same = sentences.filter(([key, words]) => String(words).includes(' ') && !/^\{\w+\}\W+\{\w+\}$/.test(words) && words === english[key]);
      expect(tag === 'en' ? [] : same.map(([key]) => key)).toEqual([]);
    });
  }

  test('what is wrong with a file is found', () => {
    const spoilt = (spoil) => {
      const file = structuredClone(LANGUAGES.pl);
      spoil(file.everywhere, file.rich);
      return faults('pl', file);
    };
    expect(spoilt((words) => delete words.send)).toEqual(['keys of everywhere: lacks send']);
    expect(spoilt((_, rich) => { rich.sned = 'x'; })).toEqual(['keys of rich: has sned too much']);
    expect(spoilt((words) => delete words.unread.few)).toEqual(['unread: kinds of number: lacks few']);
    expect(spoilt((words) => { words.unread.two = '{count} x'; })).toEqual(['unread: kinds of number: has two too much']);
    expect(spoilt((words) => { words.unread.many = 'wiele'; })).toEqual(['unread: many: has the places {}, should have {count}']);
    expect(spoilt((words) => { words.unread.one = 'jedna'; })).toEqual([]);
    expect(spoilt((words) => { words.tooLong = '{count}'; })).toEqual(['tooLong: has the places {count}, should have {count,limit}']);
    expect(spoilt((words) => { words.unread = '{count}'; })).toEqual(['unread: should have a text for each kind of number']);
    expect(spoilt((words) => { words.send = ''; })).toHaveLength(1);
  });

  test('the declarations name every text that a page may replace', () => {
    const [, body] = /interface Texts \{([^]*?)^\}/m.exec(DECLARATIONS);
    const declared = [...body.matchAll(/^ {2}(\w+)\?: (\w+);/gm)].map(([, key, type]) => [key, type]);
    const words = Object.entries({ ...LANGUAGES.en.everywhere, ...LANGUAGES.en.rich });
    const wanted = words.filter(([key]) => key !== 'language' && key !== 'direction').map(([key, text]) => [key, typeof text === 'string' ? 'string' : 'Counted']);
    expect(declared).toEqual(wanted);
  });
});

test.describe('the words of the choice of emojis', () => {
  const english = emojiWords('en');

  test('there are some for each language of the interface', () => {
    expect(EMOJI_LANGUAGES.toSorted()).toEqual(Object.keys(LANGUAGES).toSorted());
    expect(emojiWords('tlh').search).toBe(english.search);
  });

  for (const tag of EMOJI_LANGUAGES) {
    test(`${tag}: none is missing, and what is found is counted`, () => {
      const { title, search, found, groups } = emojiWords(tag);
      expect([title, search, found(0), ...groups].filter((text) => !text || text !== text.trim())).toEqual([]);
      expect(groups).toHaveLength(GROUPS.length);
      expect(new Set(groups).size).toBe(GROUPS.length);
      expect(found(12)).toContain('12');
      expect(found(0)).not.toMatch(/[#\d]/);
      if (tag !== 'en') expect([search === english.search, found(0) === english.found(0), groups[0] === english.groups[0]]).toEqual([false, false, false]);
    });
  }
});

test.describe('the language of the interface', () => {
  for (const [locale, language] of [
    ['de', 'de'], ['fr-CA', 'fr'], ['pt-BR', 'pt'], ['zh', 'zh'], ['zh-SG', 'zh'], ['zh-TW', 'zh-Hant'], ['zh-HK', 'zh-Hant'], ['zh-Hant-US', 'zh-Hant'],
    ['iw', 'he'], ['en-GB', 'en'],
  ]) {
    test(`${locale} is ${language}, and no other file is asked for`, async ({ host, page, widget, options }) => {
      const asked = languagesAsked(page);
      await host({ body: scriptTag({ ...options, locale }) });
      await widget.open();
      await expect(root(page)).toHaveAttribute('lang', language);
      const { everywhere } = LANGUAGES[language];
      await expect(widget.field).toHaveAttribute('placeholder', everywhere.placeholder);
      await expect(widget.launcher).toHaveAccessibleName(everywhere.close);
      await expect(widget.part('send-button')).toHaveAccessibleName(everywhere.send);
      expect(asked).toEqual(language === 'en' ? [] : [language]);
    });
  }

  test('one that is not there gives way to the page’s, and that to English', async ({ host, page, widget, options }) => {
    await host({ lang: 'de-AT', body: scriptTag({ ...options, locale: 'tlh' }) });
    await widget.open();
    await expect(root(page)).toHaveAttribute('lang', 'de');
    await host({ lang: 'tlh', body: scriptTag({ ...options, locale: 'tlh' }) }, { path: '/host/klingon' });
    await expect(root(page)).toHaveAttribute('lang', 'en');
  });

  test('an attribute changes it', async ({ host, page, widget, options }) => {
    await host({ body: `${element('visavis-thread', options)}${LIBRARY}` });
    await expect(widget.field).toHaveAttribute('placeholder', LANGUAGES.en.everywhere.placeholder);
    await page.locator('visavis-thread').evaluate((thread) => thread.setAttribute('locale', 'ja'));
    await expect(widget.field).toHaveAttribute('placeholder', LANGUAGES.ja.everywhere.placeholder);
    await page.locator('visavis-thread').evaluate((thread) => thread.setAttribute('locale', 'ar'));
    await expect(root(page)).toHaveAttribute('dir', 'rtl');
    await page.locator('visavis-thread').evaluate((thread) => thread.setAttribute('locale', 'en'));
    await expect(widget.field).toHaveAttribute('placeholder', LANGUAGES.en.everywhere.placeholder);
    await expect(widget.field).toHaveCount(1);
  });

  test('times and days are written in it', async ({ host, page, widget, options }) => {
    await host({ body: scriptTag({ ...options, locale: 'ja' }) });
    await widget.open();
    await widget.say('blue');
    await widget.sent('blue');
    await expect(widget.log).toContainText(LANGUAGES.ja.everywhere.today);
    const time = await page.locator('time').first().evaluate((time) => [time.textContent.trim(), time.dateTime]);
    expect(time[0]).toBe(new Intl.DateTimeFormat('ja', { hour: 'numeric', minute: '2-digit' }).format(new Date(time[1])));
  });

  test('the widget with files, queues and forms has its words in it, too', async ({ host, page, widget, gatewayOptions, gateway: _ }) => {
    const asked = languagesAsked(page);
    await host({ body: scriptTag({ ...gatewayOptions, locale: 'zh-TW' }) });
    await widget.launcher.click();
    const { rich } = LANGUAGES['zh-Hant'];
    await expect(widget.part('form').getByRole('heading', { name: rich.formHeading })).toBeVisible();
    await expect(widget.part('form').getByRole('button', { name: rich.formStart })).toBeVisible();
    expect(asked).toEqual(['zh-Hant']);
  });

  test('under a strict policy', async ({ host, page, widget, options, relay }) => {
    const policy = `default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' ${relay.url} ${relay.url.replace('http', 'ws')}; require-trusted-types-for 'script'`;
    await host({ policy, body: scriptTag({ ...options, locale: 'ko', texts: '{"title":"가게"}' }) });
    await widget.open();
    await expect(root(page)).toHaveAttribute('lang', 'ko');
  });
});

test('Polish counts: 1, 2 and 5 have forms of their own', async ({ host, widget, options, relay }) => {
  await host({ body: scriptTag({ ...options, locale: 'pl' }) });
  await widget.open();
  await widget.say('niebieski');
  await widget.sent('niebieski');
  await expect(widget.messages('bot')).toHaveCount(1);
  await widget.part('close-button').click();
  const session = await widget.session();
  for (const [count, text] of [[1, '1 nieprzeczytana wiadomość'], [2, '2 nieprzeczytane wiadomości'], [3, '3 nieprzeczytane wiadomości'], [4, '4 nieprzeczytane wiadomości'], [5, '5 nieprzeczytanych wiadomości']]) {
    await relay.say(session, `Wiadomość ${count}`);
    await expect(widget.launcher).toHaveAccessibleName(`Otwórz czat, ${text}`);
  }
});

test('Arabic runs from right to left: everything is mirrored, and nothing is wrong for a screen reader', async ({ host, page, widget, options, relay }) => {
  await host({ lang: 'ar', body: scriptTag({ ...options, locale: 'ar' }) });
  await widget.open();
  await expect(root(page)).toHaveAttribute('dir', 'rtl');
  await widget.say('أزرق');
  await widget.sent('أزرق');
  await relay.operate(await widget.session(), 'reply', { operator: 'Noor', text: 'صباح الخير' });
  await widget.says('agent', 'صباح الخير');
  const middle = async (locator) => {
    const { x, width } = await locator.boundingBox();
    return x + width / 2;
  };
  const bubble = (author, text) => widget.message(author, text).locator('[part~="bubble"]');
  const panel = await middle(widget.panel);
  expect(await middle(bubble('visitor', 'أزرق'))).toBeLessThan(panel);
  expect(await middle(bubble('agent', 'صباح الخير'))).toBeGreaterThan(panel);
  expect(await middle(widget.part('send-button'))).toBeLessThan(await middle(widget.field));
  expect(await middle(widget.part('close-button'))).toBeLessThan(panel);
  for (const viewport of [{ width: 1280, height: 800 }, { width: 390, height: 844 }]) {
    await page.setViewportSize(viewport);
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
  }
});

test.describe('a file that is missing', () => {
  test('of a language: English, one complaint, and everything works', async ({ host, page, widget, options, context, complaints }) => {
    complaints.expect(/the words of "de" could not be loaded/);
    await context.route(/\/visavis-de-/, (route) => route.fulfill({ status: 404, body: 'not here' }));
    await host({ body: scriptTag({ ...options, locale: 'de' }) });
    await widget.open();
    await expect(root(page)).toHaveAttribute('lang', 'en');
    await expect(widget.field).toHaveAttribute('placeholder', LANGUAGES.en.everywhere.placeholder);
    await widget.say('blue');
    await widget.sent('blue');
    expect(complaints.heard.filter((text) => /the words of "de"/.test(text))).toHaveLength(1);
  });

  test('of the module: the launcher says so in the page’s language', async ({ host, widget, options, context, complaints }) => {
    complaints.expect(/chat is unavailable/);
    await context.route(/\.wasm$/, (route) => route.abort());
    await host({ lang: 'fr', body: scriptTag({ ...options, locale: 'fr' }) });
    await widget.launcher.click();
    await expect(widget.launcher).toHaveAccessibleName(LANGUAGES.fr.everywhere.unavailable);
    await expect(widget.part('toast')).toHaveText(LANGUAGES.fr.everywhere.unavailable);
  });
});

test.describe('texts of the page', () => {
  const TEXTS = { title: 'Fragen Sie uns', placeholder: 'Ihre Frage …', open: 'Fragen', unread: { one: '{count} Antwort', other: '{count} Antworten' } };

  test('take the place of ours, from the script tag', async ({ host, widget, options, relay }) => {
    await host({ body: scriptTag({ ...options, locale: 'de', texts: JSON.stringify(TEXTS) }) });
    await expect(widget.launcher).toHaveAccessibleName('Fragen');
    await widget.open();
    await expect(widget.part('send-button')).toHaveAccessibleName(LANGUAGES.de.everywhere.send);
    // The back end names the desk, too.
    await expect(widget.part('header').getByRole('heading')).toHaveText(TEXTS.title);
    await expect(widget.field).toHaveAttribute('placeholder', TEXTS.placeholder);
    await widget.say('blue');
    await widget.sent('blue');
    await expect(widget.messages('bot')).toHaveCount(1);
    await widget.part('close-button').click();
    for (const [count, text] of [[1, '1 Antwort'], [2, '2 Antworten']]) {
      await relay.say(await widget.session(), `Hallo ${count}`);
      await expect(widget.launcher).toHaveAccessibleName(`Fragen, ${text}`);
    }
  });

  test('from JavaScript, in English; what cannot be used is named and left out', async ({ host, page, widget, options, complaints }) => {
    complaints.expect(/the option texts: /);
    await host({ body: LIBRARY });
    await page.evaluate((options) => window.Visavis.init(options), {
      ...options, texts: { placeholder: 'Ask us', plaecholder: 'x', send: 5, direction: 'rtl', unread: { one: 'x' }, typing: '{name} thinks', formHeading: 'elsewhere' },
    });
    await widget.open();
    await expect(widget.field).toHaveAttribute('placeholder', 'Ask us');
    await expect(widget.part('send-button')).toHaveAccessibleName(LANGUAGES.en.everywhere.send);
    await expect(root(page)).toHaveAttribute('dir', 'ltr');
    const named = complaints.heard.map((text) => /the option texts: (.*?)\. The guide/.exec(text)?.[1]).sort();
    expect(named).toEqual(['"send" must be text', '"unread" must be text, or texts by kind of number with at least "other"', 'no text is called "direction"', 'no text is called "plaecholder"']);
  });

  test('a text with a name in it', async ({ host, widget, options, relay }) => {
    await host({ body: scriptTag({ ...options, texts: '{"typing":"{name} thinks"}' }) });
    await widget.open();
    await widget.converse('blue');
    await relay.operate(await widget.session(), 'typing', { operator: 'Noor', state: 'start' });
    await expect(widget.part('typing')).toContainText(/^\w+ thinks$/);
  });

  test('without any, nothing is fetched for them', async ({ host, page, widget, options }) => {
    const asked = [];
    page.on('request', (request) => asked.push(request.url()));
    await host({ body: scriptTag(options) });
    await widget.open();
    expect(asked.filter((url) => url.includes('visavis-texts'))).toEqual([]);
    expect(asked.filter((url) => url.includes('.wasm') && !url.includes('-rest.wasm'))).toHaveLength(1);
  });
});
