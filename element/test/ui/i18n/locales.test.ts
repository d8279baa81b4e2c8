import { describe, expect, test } from 'vitest';
import { ENGLISH_FILE_WORDS } from '../../../src/ui/i18n/file_words.ts';
import { strings as ar } from '../../../src/ui/i18n/locales/ar.ts';
import { strings as de } from '../../../src/ui/i18n/locales/de.ts';
import { strings as es } from '../../../src/ui/i18n/locales/es.ts';
import { strings as fr } from '../../../src/ui/i18n/locales/fr.ts';
import { strings as he } from '../../../src/ui/i18n/locales/he.ts';
import { strings as hi } from '../../../src/ui/i18n/locales/hi.ts';
import { strings as ja } from '../../../src/ui/i18n/locales/ja.ts';
import { strings as ko } from '../../../src/ui/i18n/locales/ko.ts';
import { strings as pt } from '../../../src/ui/i18n/locales/pt.ts';
import { strings as zh } from '../../../src/ui/i18n/locales/zh.ts';
import { english, type Strings, said, type Translation } from '../../../src/ui/i18n/strings.ts';
import { ENGLISH_WORDS } from '../../../src/ui/i18n/widget_words.ts';

const TRANSLATIONS: Readonly<Record<string, Translation>> = { ar, de, es, fr, he, hi, ja, ko, pt, zh };

type Args<Value> = Value extends (...args: infer Given) => string ? Given : never;
type Spoken = {
  [Key in keyof Strings as Strings[Key] extends (...args: never[]) => string ? Key : never]: Args<
    Strings[Key]
  >;
};

/** The arguments of the texts; the compiler checks that none is missing. */
const GIVEN: Spoken = {
  linkNames: ['bank.example'],
  mayRun: ['delete rows'],
  youAllowed: ['delete rows'],
  youDeclined: ['delete rows'],
  sources: [5],
  removeAttachment: ['report.pdf'],
  tooManyFiles: [5],
  fileRefused: ['report.pdf'],
  fileTooLarge: ['report.pdf', '25 MB'],
  removeTool: ['Web search'],
  suggestionsFound: [5],
  thoughtFor: ['12 seconds'],
  workedFor: ['12 seconds'],
  steps: [5],
  place: [2, 5],
  footnoteBack: [3],
};
const GIVEN_TO_WIDGETS: Readonly<Record<string, readonly (string | number)[]>> = {
  showMore: [3],
  chart: ['12'],
};
const GIVEN_TO_FILES: Readonly<Record<string, readonly string[]>> = { enlarge: ['report.pdf'] };

function isGiven(key: string): key is keyof Spoken {
  return Object.hasOwn(GIVEN, key);
}

function argumentsOf(key: string): readonly (string | number)[] {
  return (isGiven(key) ? GIVEN[key] : (GIVEN_TO_WIDGETS[key] ?? GIVEN_TO_FILES[key])) ?? [];
}

/** All texts by key, such as "notice.info"; functions are called with their arguments of `GIVEN`. */
function textsOf(strings: object, path = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(strings)) {
    if (typeof value === 'string') found.set(path + key, value);
    else if (typeof value === 'object')
      for (const [inner, text] of textsOf(value, `${path}${key}.`)) found.set(inner, text);
    else found.set(path + key, value(...argumentsOf(key)));
  }
  return found;
}

/** A text without its arguments and without the number of `plural`. */
function ownWords(key: string, text: string): string {
  const given = argumentsOf(key.replace(/^(?:widgets|files)\./, ''));
  return given.reduce<string>((rest, value) => rest.replace(String(value), ''), text);
}

// Texts that are the same in English.
const SAME: Readonly<Record<string, readonly string[]>> = {
  de: ['history', 'notice.info', 'notice.danger'],
  es: ['history'],
  fr: [
    'conversation',
    'history',
    'suggestions',
    'assistant',
    'message',
    'sources',
    'suggestionsFound',
    'questions',
    'notice.info',
  ],
  pt: ['history'],
};

const LATIN = new Set(['de', 'es', 'fr', 'pt']);

describe.each(Object.entries(TRANSLATIONS))('the translation %s', (language, strings) => {
  const texts = textsOf(strings);
  const originals = textsOf({
    ...english,
    widgets: ENGLISH_WORDS,
    files: ENGLISH_FILE_WORDS,
    sentences: Object.fromEntries(Object.keys(de.sentences).map((sentence) => [sentence, sentence])),
  });

  test('says everything that English says', () => {
    expect([...texts.keys()].sort()).toEqual([...originals.keys()].sort());
    for (const [key, text] of texts) expect(text.trim(), key).toBe(text === '' ? 'not empty' : text);
  });

  test('leaves nothing in English', () => {
    const same = [...texts].filter(([key, text]) => text === originals.get(key)).map(([key]) => key);
    expect(same).toEqual(SAME[language] ?? []);
  });

  test('writes in its own script', () => {
    const latin = [...texts].flatMap(([key, text]) => ownWords(key, text).match(/[a-z]{2,}/gi) ?? []);
    if (LATIN.has(language)) expect(latin.length).toBeGreaterThan(0);
    else expect(latin.filter((word) => word !== 'AI')).toEqual([]);
  });

  test('keeps what is put into its sentences', () => {
    for (const key of Object.keys(GIVEN).filter(isGiven)) {
      for (const value of GIVEN[key]) expect(texts.get(key), key).toContain(String(value));
    }
  });

  test('ends its sentences as sentences and its buttons without a full stop', () => {
    const ends = (text: string): boolean => /[.。।…?？؟!]$/.test(text);
    const different = [...texts]
      .filter(([key, text]) => ends(text) !== ends(originals.get(key) ?? ''))
      .map(([key]) => key);
    expect(different).toEqual([]);
  });

  test('says the trouble of the element, and leaves the words of others alone', () => {
    expect(said('The server did not answer.', strings)).toBe(strings.sentences['The server did not answer.']);
    expect(said('The order desk is closed.', strings)).toBe('The order desk is closed.');
    expect(said('constructor', strings)).toBe('constructor');
  });
});

// 0, 1, 2, 3, 11, 100, and one that is long enough to be grouped.
const COUNTS = [0, 1, 2, 3, 11, 100, 12_345];
const SOURCES: Readonly<Record<string, readonly string[]>> = {
  en: ['0 sources', '1 source', '2 sources', '3 sources', '11 sources', '100 sources', '12,345 sources'],
  ar: ['لا توجد مصادر', 'مصدر واحد', 'مصدران', '3 مصادر', '11 مصدرًا', '100 مصدر', '12,345 مصدرًا'],
  de: ['0 Quellen', '1 Quelle', '2 Quellen', '3 Quellen', '11 Quellen', '100 Quellen', '12.345 Quellen'],
  es: ['0 fuentes', '1 fuente', '2 fuentes', '3 fuentes', '11 fuentes', '100 fuentes', '12.345 fuentes'],
  fr: ['0 source', '1 source', '2 sources', '3 sources', '11 sources', '100 sources', '12\u202f345 sources'],
  he: ['0 מקורות', 'מקור אחד', 'שני מקורות', '3 מקורות', '11 מקורות', '100 מקורות', '12,345 מקורות'],
  hi: ['0 स्रोत', '1 स्रोत', '2 स्रोत', '3 स्रोत', '11 स्रोत', '100 स्रोत', '12,345 स्रोत'],
  ja: [
    '情報源 0 件',
    '情報源 1 件',
    '情報源 2 件',
    '情報源 3 件',
    '情報源 11 件',
    '情報源 100 件',
    '情報源 12,345 件',
  ],
  ko: ['출처 0개', '출처 1개', '출처 2개', '출처 3개', '출처 11개', '출처 100개', '출처 12,345개'],
  pt: ['0 fonte', '1 fonte', '2 fontes', '3 fontes', '11 fontes', '100 fontes', '12.345 fontes'],
  zh: ['0 个来源', '1 个来源', '2 个来源', '3 个来源', '11 个来源', '100 个来源', '12,345 个来源'],
};

test.each(Object.entries(SOURCES))('%s counts by its own rules', (language, expected) => {
  expect(COUNTS.map((TRANSLATIONS[language] ?? english).sources)).toEqual(expected);
});

const COUNTED = ['sources', 'tooManyFiles', 'suggestionsFound', 'steps'] as const;

test.each(['en', 'ar', 'de', 'es', 'fr', 'he', 'pt'])(
  '%s has a word for one and another for many',
  (language) => {
    const strings = TRANSLATIONS[language] ?? english;
    const wordless = (key: (typeof COUNTED)[number], count: number): string =>
      strings[key](count).replace(/\d+/, '#');
    for (const key of COUNTED) expect(wordless(key, 1), key).not.toBe(wordless(key, 5));
  },
);

test('Arabic has six forms of each counted thing, unless two are the same word', () => {
  const forms = (say: (count: number) => string): string[] => [0, 1, 2, 3, 11, 100].map(say);
  expect(forms(ar.steps)).toEqual([
    'لا توجد خطوات',
    'خطوة واحدة',
    'خطوتان',
    '3 خطوات',
    '11 خطوة',
    '100 خطوة',
  ]);
  expect(forms(ar.suggestionsFound)).toEqual([
    'لا توجد اقتراحات',
    'اقتراح واحد',
    'اقتراحان',
    '3 اقتراحات',
    '11 اقتراحًا',
    '100 اقتراح',
  ]);
  expect(new Set(forms(ar.tooManyFiles).map((text) => text.replace(/\d+/, '#'))).size).toBe(6);
});

test('Hebrew and Hindi inflect what they count', () => {
  expect([1, 2, 5].map(he.steps)).toEqual(['שלב אחד', 'שני שלבים', '5 שלבים']);
  expect([0, 1, 5].map(hi.tooManyFiles).map((text) => text.match(/\d+ \S+/)?.[0])).toEqual([
    '0 फ़ाइल',
    '1 फ़ाइल',
    '5 फ़ाइलें',
  ]);
});

test('names in right-to-left sentences are isolated, so that they keep their own direction', () => {
  for (const strings of [ar, he]) {
    expect(strings.fileTooLarge('a (1).pdf', '25 MB')).toMatch(/\u2068a \(1\)\.pdf\u2069.*\u206825 MB\u2069/);
    expect(strings.removeAttachment('b.pdf')).toContain('\u2068b.pdf\u2069');
  }
});

describe('what the element says of trouble', () => {
  const sources = import.meta.glob(
    ['../../../src/protocol/**/*.ts', '../../../src/session/**/*.ts', '../../../src/element/chat_element.ts'],
    { query: '?raw', import: 'default', eager: true },
  );
  const code = Object.values(sources)
    .join('\n')
    .replace(/^\s*(?:\/\/|\/?\*).*$/gm, '')
    .replace(/ \/\/ .*$/gm, '');
  const written = new Set(
    [...code.matchAll(/(?<=')[A-Z][^'\n]* [^'\n]*(?=')|(?<=`)[A-Z][^`\n]* [^`\n]*(?=`)/g)].map(
      ([text]) => text,
    ),
  );

  // For the developer of a page or a server, or thrown only at calls that the chat's own controls do not
  // make.
  const TECHNICAL = [
    'A response is still running. Send the message after chatkit.response.end.',
    'This response cannot be stopped.',
    'There is nothing to send.',
    'There is no conversation ${purpose}.',
    'The conversation was left meanwhile.',
    'The chat server answered with ${found} instead of ${wanted}. Check "api.url".',
    'The client tool "${toolName}" ${problem}',
    'The option "${option}" ${problem}',
    'The user declined.',
    'The page was loaded again while the tool ran.',
  ];

  test('is translated or technical, and nothing is translated that nobody says', () => {
    expect([...written].sort()).toEqual([...Object.keys(de.sentences), ...TECHNICAL].sort());
  });
});
