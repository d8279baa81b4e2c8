import type { SupportedLocale } from '@openai/chatkit';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { FILE_TEXTS } from '../../../src/api/texts/file_texts.ts';
import type { OwnTexts } from '../../../src/api/texts/texts.ts';
import { WIDGET_TEXTS } from '../../../src/api/texts/widget_texts.ts';
import { wordsOf } from '../../../src/ui/files/words.ts';
import { groupByDay } from '../../../src/ui/history/days.ts';
import { ENGLISH, englishFor, LanguageKeeper } from '../../../src/ui/i18n/language.ts';
import { languageOf, translationOf } from '../../../src/ui/i18n/languages.ts';
import { type Strings, said } from '../../../src/ui/i18n/strings.ts';

// The compiler checks that no locale of the official list is missing. Null is English.
const OFFICIAL: Readonly<Record<SupportedLocale, string | null>> = {
  am: 'am',
  ar: 'ar',
  bg: 'bg',
  'bg-BG': 'bg',
  bn: 'bn',
  'bn-BD': 'bn',
  bs: 'bs',
  'bs-BA': 'bs',
  ca: 'ca',
  'ca-ES': 'ca',
  cs: 'cs',
  'cs-CZ': 'cs',
  da: 'da',
  'da-DK': 'da',
  de: 'de',
  'de-DE': 'de',
  el: 'el',
  'el-GR': 'el',
  en: null,
  es: 'es',
  'es-419': 'es-419',
  'es-ES': 'es',
  et: 'et',
  'et-EE': 'et',
  fi: 'fi',
  'fi-FI': 'fi',
  fr: 'fr',
  'fr-CA': 'fr-CA',
  'fr-FR': 'fr',
  gu: 'gu',
  'gu-IN': 'gu',
  hi: 'hi',
  'hi-IN': 'hi',
  hr: 'hr',
  'hr-HR': 'hr',
  hu: 'hu',
  'hu-HU': 'hu',
  hy: 'hy',
  'hy-AM': 'hy',
  id: 'id',
  'id-ID': 'id',
  is: 'is',
  'is-IS': 'is',
  it: 'it',
  'it-IT': 'it',
  ja: 'ja',
  'ja-JP': 'ja',
  ka: 'ka',
  'ka-GE': 'ka',
  kk: 'kk',
  kn: 'kn',
  'kn-IN': 'kn',
  ko: 'ko',
  'ko-KR': 'ko',
  lt: 'lt',
  lv: 'lv',
  'lv-LV': 'lv',
  mk: 'mk',
  'mk-MK': 'mk',
  ml: 'ml',
  mn: 'mn',
  mr: 'mr',
  'mr-IN': 'mr',
  ms: 'ms',
  'ms-MY': 'ms',
  my: 'my',
  'my-MM': 'my',
  nb: 'nb',
  'nb-NO': 'nb',
  nl: 'nl',
  'nl-NL': 'nl',
  pa: 'pa',
  pl: 'pl',
  'pl-PL': 'pl',
  pt: 'pt',
  'pt-BR': 'pt',
  'pt-PT': 'pt-PT',
  ro: 'ro',
  'ro-RO': 'ro',
  ru: 'ru',
  'ru-RU': 'ru',
  sk: 'sk',
  'sk-SK': 'sk',
  sl: 'sl',
  'sl-SI': 'sl',
  so: 'so',
  'so-SO': 'so',
  sq: 'sq',
  'sq-AL': 'sq',
  sr: 'sr',
  'sr-RS': 'sr',
  sv: 'sv',
  'sv-SE': 'sv',
  sw: 'sw',
  'sw-TZ': 'sw',
  ta: 'ta',
  'ta-IN': 'ta',
  te: 'te',
  'te-IN': 'te',
  th: 'th',
  'th-TH': 'th',
  tl: 'tl',
  tr: 'tr',
  'tr-TR': 'tr',
  uk: 'uk',
  'uk-UA': 'uk',
  ur: 'ur',
  vi: 'vi',
  'vi-VN': 'vi',
  zh: 'zh',
  'zh-CN': 'zh',
  'zh-HK': 'zh-HK',
  'zh-Hant': 'zh-TW',
  'zh-TW': 'zh-TW',
};

// Other locales of browsers and pages.
const OTHERS: Readonly<Record<string, string | null>> = {
  'de-AT': 'de',
  'de-CH-1996': 'de',
  'es-MX': 'es-419',
  'es-US': 'es-419',
  'es-GQ': 'es',
  'ar-EG': 'ar',
  'fr-BE': 'fr',
  he: 'he',
  'he-IL': 'he',
  iw: 'he',
  'IW-il': 'he',
  in: 'id',
  DE: 'de',
  fil: 'tl',
  'fil-PH': 'tl',
  no: 'nb',
  'nn-NO': 'nb',
  'PT-br': 'pt',
  'pt-AO': 'pt-PT',
  'sr-Latn-RS': 'sr',
  'sr-Cyrl': 'sr',
  'zh-Hans': 'zh',
  'zh-SG': 'zh',
  'zh-Hans-HK': 'zh',
  'ZH-hant': 'zh-TW',
  'zh-MO': 'zh-HK',
  'zh-Hant-HK': 'zh-HK',
  yue: 'zh-HK',
  'yue-Hans': 'zh',
  'uk-Latn': null,
  'pa-Arab': null,
  'pa-PK': null,
  'ms-Arab': null,
  fa: null,
  'cy-GB': null,
  'en-GB': null,
  'EN-us': null,
  '': null,
  de_DE: null,
  en_US: null,
  'de-': null,
  und: null,
  '*': null,
  constructor: null,
  'no such thing': null,
};

function failing(): never {
  throw new Error('nothing should fail');
}

describe('a locale', () => {
  test.each(Object.entries({ ...OFFICIAL, ...OTHERS }))('%j is answered by %j', (locale, translation) => {
    expect(translationOf(locale)).toBe(translation);
  });

  test('that is translated brings its words and is written its own way', async () => {
    const wanted = ['de-AT', 'ar-EG', 'iw', 'fr-CA'];
    const languages = await Promise.all(wanted.map((locale) => languageOf(locale, {}, failing, failing)));
    expect(languages.map(({ locale, direction }) => [locale, direction])).toEqual([
      ['de-AT', 'ltr'],
      ['ar-EG', 'rtl'],
      ['he', 'rtl'],
      ['fr-CA', 'ltr'],
    ]);
    expect(languages.map(({ strings }) => strings.send)).toEqual(['Senden', 'إرسال', 'שליחה', 'Envoyer']);
  });

  test('that is English keeps its region, and its direction on a right-to-left page', async () => {
    expect(englishFor('en-gb')).toEqual({ ...ENGLISH, locale: 'en-GB', direction: 'ltr' });
    expect(englishFor('de')).toBeNull();
    const { locale, direction, strings } = await languageOf('en-GB', {}, failing, failing);
    expect([locale, direction, strings.send]).toEqual(['en-GB', 'ltr', 'Send']);
  });

  test.each(['cy-GB', 'fa', 'de_DE', ''])(
    'that English stands in for (%j) has English dates and the direction of the page',
    async (wanted) => {
      const { locale, direction, strings } = await languageOf(wanted, {}, failing, failing);
      expect([locale, direction, strings.send]).toEqual(['en', null, 'Send']);
    },
  );

  test('of a region has the words of its base and its own', async () => {
    const words = async (locale: string): Promise<string[]> => {
      const { strings } = await languageOf(locale, {}, failing, failing);
      return [strings.send, strings.attach];
    };
    expect(await words('pt-PT')).toEqual(['Enviar', 'Anexar ficheiros']);
    expect(await words('pt-BR')).toEqual(['Enviar', 'Anexar arquivos']);
  });
});

describe('the texts of a page', () => {
  async function speak(locale: string, own: unknown): Promise<[Strings, string[]]> {
    const refused: string[] = [];
    const refuse = (error: Error): number => refused.push(error.message);
    const { strings } = await languageOf(locale, own as OwnTexts, failing, refuse);
    return [strings, refused];
  }

  test.each(['en', 'de', 'fa'])('stand in for those of %s, and leave the others', async (locale) => {
    const own = {
      send: 'Go',
      removeAttachment: 'Away with {name}',
      steps: { one: '# leap', other: '# leaps' },
    };
    const [strings, refused] = await speak(locale, own);
    const [plain] = await speak(locale, {});
    expect(refused).toEqual([]);
    expect([strings.send, strings.removeAttachment('a.txt'), strings.steps(1), strings.steps(1200)]).toEqual([
      'Go',
      'Away with a.txt',
      '1 leap',
      locale === 'de' ? '1.200 leaps' : '1,200 leaps',
    ]);
    expect([strings.stop, strings.notice]).toEqual([plain.stop, plain.notice]);
  });

  test('can be some of a group, and of widgets, files and errors', async () => {
    const own = {
      notice: { danger: 'Trouble' },
      sentences: { 'The server did not answer.': 'Nobody is there.' },
      widgets: { clear: 'Empty' },
      files: { enlarge: 'Look at {name}' },
      stop: undefined,
    };
    const [strings, refused] = await speak('de', own);
    expect(refused).toEqual([]);
    expect(strings.notice).toEqual({ info: 'Information', warning: 'Warnung', danger: 'Trouble' });
    expect(said('The server did not answer.', strings)).toBe('Nobody is there.');
    expect(said('The answer was interrupted.', strings)).toBe('Die Antwort wurde unterbrochen.');
    expect(strings.widgets).toMatchObject({ clear: 'Empty', search: 'Suchen' });
    expect(wordsOf(strings).enlarge('a.png')).toBe('Look at a.png');
    expect(wordsOf(strings).close).toBe('Schließen');
    expect(strings.stop).toBe('Anhalten');
  });

  test('may have their placeholders in another order, or none of them', async () => {
    const [strings] = await speak('en', {
      place: '{count}: {at}',
      fileTooLarge: 'Too large',
      mayRun: '$& {tool}',
    });
    expect(strings.place(2, 5)).toBe('5: 2');
    expect(strings.fileTooLarge('a', '1 MB')).toBe('Too large');
    expect(strings.mayRun('$1 {tool}')).toBe('$& $1 {tool}');
  });

  test.each([
    [{ sned: 'Go' }, 'The option "strings.sned" is no text of the chat. docs/locales.md lists all texts.'],
    [
      { constructor: 'Go' },
      'The option "strings.constructor" is no text of the chat. docs/locales.md lists all texts.',
    ],
    [
      { widgets: { clera: '' } },
      'The option "strings.widgets.clera" is no text of the chat. docs/locales.md lists all texts.',
    ],
    [{ send: 5 }, 'The option "strings.send" must be a string.'],
    [{ send: null }, 'The option "strings.send" must be a string.'],
    [{ notice: 'Oh' }, 'The option "strings.notice" must be an object of texts.'],
    [{ files: null }, 'The option "strings.files" must be an object of texts.'],
    ...['# steps', { one: '# step' }, { other: 5 }, null].map((steps): [object, string] => [
      { steps },
      'The option "strings.steps" must be an object of plural forms with "other", such as ' +
        '{ one: "# file", other: "# files" }.',
    ]),
    [{ send: 'Go {name}' }, 'The option "strings.send" has the placeholder {name}. It can have none.'],
    [
      { fileTooLarge: '{name} {size}' },
      'The option "strings.fileTooLarge" has the placeholder {size}. It can have {name} and {limit}.',
    ],
  ])('are left out if they cannot be used: %j', async (own, problem) => {
    const [strings, refused] = await speak('en', { ...own, stop: 'Halt' });
    expect(refused).toEqual([problem]);
    expect({ ...strings, stop: ENGLISH.strings.stop }).toEqual(
      expect.objectContaining({ send: 'Send', notice: ENGLISH.strings.notice }),
    );
    expect([strings.steps(2), strings.stop]).toEqual(['2 steps', 'Halt']);
  });

  test('have the names and placeholders of the bundles that they belong to', async () => {
    const all = { widgets: WIDGET_TEXTS, files: FILE_TEXTS };
    const [strings, refused] = await speak('de', all);
    expect(refused).toEqual([]);
    expect(strings).toMatchObject(all);
  });
});

test('the history speaks one language in its dates and its words', async () => {
  const now = new Date(2026, 6, 24, 12);
  const created = [
    [2026, 6, 24],
    [2026, 6, 23],
    [2026, 6, 20],
    [2026, 5, 2],
    [2025, 2, 5],
  ] as const;
  const threads = created.map(([year, month, day]) => ({
    id: `${year}-${month}-${day}`,
    created_at: new Date(year, month, day, 9).toISOString(),
  }));
  const labels = async (wanted: string): Promise<string[]> => {
    const { locale, strings } = await languageOf(wanted, {}, failing, failing);
    return groupByDay(threads, now, locale, strings).map(({ label }) => label);
  };
  expect(await labels('de-DE')).toEqual(['Heute', 'Gestern', 'Letzte 7 Tage', 'Juni', 'März 2025']);
  expect(await labels('fr-CA')).toEqual(['Aujourd’hui', 'Hier', '7 derniers jours', 'Juin', 'Mars 2025']);
  expect(await labels('ar')).toEqual(['اليوم', 'أمس', 'آخر سبعة أيام', 'يونيو', 'مارس 2025']);
  expect(await labels('ja')).toEqual(['今日', '昨日', '過去 7 日間', '6月', '2025年3月']);
  expect(await labels('sv-SE')).toEqual(['I dag', 'I går', 'Senaste 7 dagarna', 'Juni', 'Mars 2025']);
  expect(await labels('fa')).toEqual(['Today', 'Yesterday', 'Last 7 days', 'June', 'March 2025']);
});

describe('the language on the screen', () => {
  afterEach(() => {
    vi.doUnmock('../../../src/ui/i18n/locales/ko.json');
    vi.resetModules();
  });

  /** A keeper in a fresh module graph, so that each test loads the translations again. */
  async function keep() {
    vi.resetModules();
    const { LanguageKeeper: Keeper } = await import('../../../src/ui/i18n/language.ts');
    const learned = vi.fn();
    const failed = vi.fn();
    return { keeper: new Keeper(learned, failed, vi.fn()), learned, failed };
  }

  /** Delays the Korean translation until the returned function is called. */
  function holdKorean(): () => void {
    let arrive = (): void => undefined;
    const arrived = new Promise<void>((resolve) => (arrive = resolve));
    vi.doMock('../../../src/ui/i18n/locales/ko.json', async (original) => {
      await arrived;
      return await original();
    });
    return () => arrive();
  }

  test('is English at once, and nothing before the first translation is there', async () => {
    const learned = vi.fn();
    const first = new LanguageKeeper(learned, vi.fn(), vi.fn());
    first.follow('en-US');
    expect(first.language?.locale).toBe('en-US');
    expect(learned).not.toHaveBeenCalled();
    const second = new LanguageKeeper(learned, vi.fn(), vi.fn());
    second.follow('de');
    expect(second.language).toBeNull();
    await second.loaded();
    expect(second.language?.strings.send).toBe('Senden');
    expect(learned).toHaveBeenCalledOnce();
  });

  test('stays until the words of the next one are there', async () => {
    const arrive = holdKorean();
    const { keeper, learned } = await keep();
    keeper.follow('de');
    await keeper.loaded();
    keeper.follow('ko');
    expect(keeper.language?.locale).toBe('de');
    arrive();
    await keeper.loaded();
    expect(keeper.language?.locale).toBe('ko');
    expect(learned).toHaveBeenCalledTimes(2);
  });

  test.each(['fr', 'en'])('is the newest wanted (%s), however late an older one arrives', async (newest) => {
    const arrive = holdKorean();
    const { keeper } = await keep();
    keeper.follow('ko');
    const late = keeper.loaded();
    keeper.follow(newest);
    if (newest !== 'en') await keeper.loaded();
    arrive();
    await late;
    expect(keeper.language?.locale).toBe(newest);
  });

  test('is not asked for again while it is wanted', async () => {
    const { keeper, learned } = await keep();
    for (let render = 0; render < 3; render++) keeper.follow('de');
    await keeper.loaded();
    keeper.follow('de');
    await keeper.loaded();
    expect(learned).toHaveBeenCalledOnce();
  });

  test('is English when the translation cannot be loaded, which is reported', async () => {
    vi.doMock('../../../src/ui/i18n/locales/ko.json', () => {
      throw new Error('offline');
    });
    const { keeper, learned, failed } = await keep();
    keeper.follow('ko-KR');
    await keeper.loaded();
    expect(keeper.language).toEqual({ ...ENGLISH, strings: expect.objectContaining({ send: 'Send' }) });
    expect(failed).toHaveBeenCalledExactlyOnceWith('ko-KR', expect.any(Error));
    expect(learned).toHaveBeenCalledOnce();
  });

  test('takes the texts of the page, which may change', async () => {
    const { keeper, learned } = await keep();
    keeper.follow('en', { send: 'Go' });
    expect(keeper.language).toBeNull();
    await keeper.loaded();
    expect(keeper.language?.strings.send).toBe('Go');
    keeper.follow('en', { send: 'Off' });
    expect(keeper.language?.strings.send).toBe('Go');
    await keeper.loaded();
    expect(keeper.language?.strings.send).toBe('Off');
    keeper.follow('en');
    expect(keeper.language?.strings.send).toBe('Send');
    expect(learned).toHaveBeenCalledTimes(2);
  });

  test('keeps the texts of the page when the translation cannot be loaded', async () => {
    vi.doMock('../../../src/ui/i18n/locales/ko.json', () => {
      throw new Error('offline');
    });
    const { keeper, failed } = await keep();
    keeper.follow('ko-KR', { send: 'Go' });
    await keeper.loaded();
    expect(keeper.language?.strings).toMatchObject({ send: 'Go', stop: 'Stop' });
    expect(failed).toHaveBeenCalledExactlyOnceWith('ko-KR', expect.any(Error));
  });
});
