import type { SupportedLocale } from '@openai/chatkit';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { groupByDay } from '../../../src/ui/history/days.ts';
import {
  ENGLISH,
  LanguageKeeper,
  languageAtHand,
  languageOf,
  translationOf,
} from '../../../src/ui/i18n/language.ts';
import { strings as german } from '../../../src/ui/i18n/locales/de.ts';
import { strings as french } from '../../../src/ui/i18n/locales/fr.ts';
import { english } from '../../../src/ui/i18n/strings.ts';

// Null is English. The compiler checks that no locale of the official list is missing.
const OFFICIAL: Readonly<Record<SupportedLocale, string | null>> = {
  am: null,
  ar: 'ar',
  bg: null,
  'bg-BG': null,
  bn: null,
  'bn-BD': null,
  bs: null,
  'bs-BA': null,
  ca: null,
  'ca-ES': null,
  cs: null,
  'cs-CZ': null,
  da: null,
  'da-DK': null,
  de: 'de',
  'de-DE': 'de',
  el: null,
  'el-GR': null,
  en: null,
  es: 'es',
  'es-419': 'es',
  'es-ES': 'es',
  et: null,
  'et-EE': null,
  fi: null,
  'fi-FI': null,
  fr: 'fr',
  'fr-CA': 'fr',
  'fr-FR': 'fr',
  gu: null,
  'gu-IN': null,
  hi: 'hi',
  'hi-IN': 'hi',
  hr: null,
  'hr-HR': null,
  hu: null,
  'hu-HU': null,
  hy: null,
  'hy-AM': null,
  id: null,
  'id-ID': null,
  is: null,
  'is-IS': null,
  it: null,
  'it-IT': null,
  ja: 'ja',
  'ja-JP': 'ja',
  ka: null,
  'ka-GE': null,
  kk: null,
  kn: null,
  'kn-IN': null,
  ko: 'ko',
  'ko-KR': 'ko',
  lt: null,
  lv: null,
  'lv-LV': null,
  mk: null,
  'mk-MK': null,
  ml: null,
  mn: null,
  mr: null,
  'mr-IN': null,
  ms: null,
  'ms-MY': null,
  my: null,
  'my-MM': null,
  nb: null,
  'nb-NO': null,
  nl: null,
  'nl-NL': null,
  pa: null,
  pl: null,
  'pl-PL': null,
  pt: 'pt',
  'pt-BR': 'pt',
  'pt-PT': 'pt',
  ro: null,
  'ro-RO': null,
  ru: null,
  'ru-RU': null,
  sk: null,
  'sk-SK': null,
  sl: null,
  'sl-SI': null,
  so: null,
  'so-SO': null,
  sq: null,
  'sq-AL': null,
  sr: null,
  'sr-RS': null,
  sv: null,
  'sv-SE': null,
  sw: null,
  'sw-TZ': null,
  ta: null,
  'ta-IN': null,
  te: null,
  'te-IN': null,
  th: null,
  'th-TH': null,
  tl: null,
  tr: null,
  'tr-TR': null,
  uk: null,
  'uk-UA': null,
  ur: null,
  vi: null,
  'vi-VN': null,
  zh: 'zh',
  'zh-CN': 'zh',
  'zh-HK': null,
  'zh-Hant': null,
  'zh-TW': null,
};

// Other locales of browsers and pages.
const OTHERS: Readonly<Record<string, string | null>> = {
  'de-AT': 'de',
  'de-CH-1996': 'de',
  'es-MX': 'es',
  'ar-EG': 'ar',
  he: 'he',
  'he-IL': 'he',
  iw: 'he',
  'IW-il': 'he',
  DE: 'de',
  'PT-br': 'pt',
  'zh-Hans': 'zh',
  'zh-SG': 'zh',
  'zh-Hans-HK': 'zh',
  'ZH-hant': null,
  'zh-MO': null,
  yue: null,
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
    expect(languageAtHand(locale) === null).toBe(translation !== null);
  });

  test('that is translated brings its words and is written its own way', async () => {
    const wanted = ['de-AT', 'ar-EG', 'iw', 'fr-CA'];
    const languages = await Promise.all(wanted.map((locale) => languageOf(locale, failing)));
    expect(languages.map(({ locale, direction }) => [locale, direction])).toEqual([
      ['de-AT', 'ltr'],
      ['ar-EG', 'rtl'],
      ['he', 'rtl'],
      ['fr-CA', 'ltr'],
    ]);
    expect(languages[0]?.strings).toBe(german);
    expect(languages[3]?.strings).toBe(french);
  });

  test('that is English keeps its region, and its direction on a right-to-left page', async () => {
    expect(languageAtHand('en-gb')).toEqual({ strings: english, locale: 'en-GB', direction: 'ltr' });
    expect(await languageOf('en-GB', failing)).toEqual(languageAtHand('en-GB'));
  });

  test.each(['sv-SE', 'ur', 'zh-TW', 'de_DE', ''])(
    'that English stands in for (%j) has English dates and the direction of the page',
    async (locale) => {
      expect(await languageOf(locale, failing)).toEqual({ strings: english, locale: 'en', direction: null });
    },
  );
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
    const { locale, strings } = await languageOf(wanted, failing);
    return groupByDay(threads, now, locale, strings).map(({ label }) => label);
  };
  expect(await labels('de-DE')).toEqual(['Heute', 'Gestern', 'Letzte 7 Tage', 'Juni', 'März 2025']);
  expect(await labels('fr-CA')).toEqual(['Aujourd’hui', 'Hier', '7 derniers jours', 'Juin', 'Mars 2025']);
  expect(await labels('ar')).toEqual(['اليوم', 'أمس', 'آخر سبعة أيام', 'يونيو', 'مارس 2025']);
  expect(await labels('ja')).toEqual(['今日', '昨日', '過去 7 日間', '6月', '2025年3月']);
  expect(await labels('sv-SE')).toEqual(['Today', 'Yesterday', 'Last 7 days', 'June', 'March 2025']);
});

describe('the language on the screen', () => {
  afterEach(() => {
    vi.doUnmock('../../../src/ui/i18n/locales/ko.ts');
    vi.resetModules();
  });

  /** A keeper in a fresh module graph, so that each test loads the translations again. */
  async function keep() {
    vi.resetModules();
    const { LanguageKeeper: Keeper } = await import('../../../src/ui/i18n/language.ts');
    const learned = vi.fn();
    const failed = vi.fn();
    return { keeper: new Keeper(learned, failed), learned, failed };
  }

  /** Delays the Korean translation until the returned function is called. */
  function holdKorean(): () => void {
    let arrive = (): void => undefined;
    const arrived = new Promise<void>((resolve) => (arrive = resolve));
    vi.doMock('../../../src/ui/i18n/locales/ko.ts', async (original) => {
      await arrived;
      return await original();
    });
    return () => arrive();
  }

  test('is English at once, and nothing before the first translation is there', async () => {
    const learned = vi.fn();
    const first = new LanguageKeeper(learned, vi.fn());
    first.follow('en-US');
    expect(first.language?.locale).toBe('en-US');
    expect(learned).not.toHaveBeenCalled();
    const second = new LanguageKeeper(learned, vi.fn());
    second.follow('de');
    expect(second.language).toBeNull();
    await second.loaded();
    expect(second.language?.strings).toBe(german);
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
    vi.doMock('../../../src/ui/i18n/locales/ko.ts', () => {
      throw new Error('offline');
    });
    const { keeper, learned, failed } = await keep();
    keeper.follow('ko-KR');
    await keeper.loaded();
    expect(keeper.language).toEqual({ ...ENGLISH, strings: expect.objectContaining({ send: 'Send' }) });
    expect(failed).toHaveBeenCalledExactlyOnceWith('ko-KR', expect.any(Error));
    expect(learned).toHaveBeenCalledOnce();
  });
});
