import { describe, expect, test } from 'vitest';
import pageOfLanguages from '../../../../docs/locales.md?raw';
import { FILE_TEXTS } from '../../../src/api/texts/file_texts.ts';
import { SENTENCES } from '../../../src/api/texts/sentences.ts';
import { type AllTexts, TEXTS } from '../../../src/api/texts/texts.ts';
import { WIDGET_TEXTS } from '../../../src/api/texts/widget_texts.ts';
import { compile, PLACEHOLDERS } from '../../../src/ui/i18n/compile.ts';
import { languageOf } from '../../../src/ui/i18n/languages.ts';
import { isForms } from '../../../src/ui/i18n/own_texts.ts';
import { type Strings, said } from '../../../src/ui/i18n/strings.ts';
import { SAME } from './same_words.ts';

const ENGLISH: AllTexts = {
  ...TEXTS,
  sentences: Object.fromEntries(SENTENCES.map((sentence) => [sentence, sentence])) as AllTexts['sentences'],
  widgets: WIDGET_TEXTS,
  files: FILE_TEXTS,
};

type Texts = { readonly [name: string]: string | Texts };

const files: Readonly<Record<string, Texts>> = Object.fromEntries(
  Object.entries(
    import.meta.glob('../../../src/ui/i18n/locales/*.json', {
      query: '?raw',
      import: 'default',
      eager: true,
    }),
  ).map(([path, text]) => [path.replace(/.*\/|\.json/g, ''), JSON.parse(text) as Texts]),
);

/** The regional files and what they are based on. */
const BASES: Readonly<Record<string, string>> = {
  'es-419': 'es',
  'fr-CA': 'fr',
  'pt-PT': 'pt',
  'zh-HK': 'zh-TW',
};

function merged(below: Texts, above: Texts): Texts {
  const groups = Object.entries(above).map(([name, text]) => {
    const old = below[name];
    const isGroup = typeof old === 'object' && typeof text === 'object' && !isForms(text);
    return [name, isGroup ? { ...old, ...text } : text];
  });
  return { ...below, ...Object.fromEntries(groups) };
}

const TRANSLATIONS = Object.entries(files).map(
  ([language, texts]) => [language, merged(files[BASES[language] ?? language]!, texts)] as const,
);

/** All texts by their paths, such as "notice.info" and "steps.one". */
function flat(texts: object, path = ''): Map<string, string> {
  return new Map(
    Object.entries(texts).flatMap(([name, text]: [string, string | object]) =>
      typeof text === 'string' ? [[path + name, text] as const] : [...flat(text, `${path}${name}.`)],
    ),
  );
}

const originals = flat(ENGLISH);

/** The English text for a path; other plural forms have that of `other`. */
function original(path: string): string {
  return originals.get(path) ?? originals.get(path.replace(/\w+$/, 'other')) ?? '';
}

const holes = (text: string): string[] => (text.match(/\{\w+\}|#/g) ?? []).sort();
const scriptOf = (language: string): string => new Intl.Locale(language).maximize().script ?? '';

/** How Unicode names the script of a language. */
const LETTERS: Readonly<Record<string, string>> = {
  Hans: '\\p{Script=Han}',
  Hant: '\\p{Script=Han}',
  Jpan: '[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}]',
  Kore: '\\p{Script=Hangul}',
};

/** The plural categories of the numbers to 1,000, and `other`, which each language has. */
function categoriesOf(language: string): string[] {
  const rules = new Intl.PluralRules(language);
  const all = Array.from({ length: 1001 }, (_, count) => rules.select(count));
  return [...new Set([...all, 'other'])].sort();
}

test('there is a file for each language of the page, and the page names each file', () => {
  const named = [...pageOfLanguages.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, name]) => name);
  expect(Object.keys(files).sort()).toEqual(named.sort());
});

test('the page of languages has the English texts', () => {
  const listed = /```json title="en"\n(.*?)```/s.exec(pageOfLanguages)?.[1] ?? '';
  expect(JSON.parse(listed)).toEqual(ENGLISH);
  expect(listed).toBe(`${JSON.stringify(ENGLISH, null, 2)}\n`);
});

describe.each(TRANSLATIONS)('the translation %s', (language, translation) => {
  const texts = flat(translation);

  test('says everything that English says, in the same order', () => {
    const names = (all: object): string[] => [
      ...new Set([...flat(all).keys()].map((path) => path.replace(/\.(zero|one|two|few|many|other)$/, ''))),
    ];
    expect(names(translation)).toEqual(names(ENGLISH));
    for (const [path, text] of texts) expect(text.trim(), path).toBe(text === '' ? 'not empty' : text);
  });

  test('has the plural forms of its language', () => {
    for (const [name, text] of Object.entries({ ...ENGLISH, ...ENGLISH.widgets })) {
      if (!isForms(text)) continue;
      const forms = (translation[name] ?? (translation['widgets'] as Texts)[name]) as Record<string, string>;
      expect(Object.keys(forms).sort(), name).toEqual(categoriesOf(language));
      // A form without a number must belong to one number alone.
      for (const [form, words] of Object.entries(forms)) {
        const counts = Array.from({ length: 1001 }, (_, count) => count).filter(
          (count) => new Intl.PluralRules(language).select(count) === form,
        );
        if (!words.includes('#')) expect(counts, `${name}.${form}`).toHaveLength(1);
      }
    }
  });

  test('keeps the placeholders', () => {
    for (const [path, text] of texts) {
      const expected = holes(original(path));
      expect(holes(text), path).toEqual(
        text.includes('#') ? expected : expected.filter((one) => one !== '#'),
      );
    }
  });

  test('leaves nothing in English', () => {
    const same = [...texts]
      .filter(([path, text]) => text === original(path) && /\p{L}/u.test(text.replace(PLACEHOLDERS, '')))
      .map(([path]) => path);
    expect(same).toEqual(SAME[language] ?? SAME[BASES[language] ?? language] ?? []);
  });

  test('writes in its own script', () => {
    const script = scriptOf(language);
    const letters = new RegExp(LETTERS[script] ?? `\\p{Script=${script}}`, 'u');
    const words = [...texts].map(([path, text]) => [path, text.replace(/\{\w+\}|#/g, '')] as const);
    const strange = words.filter(([, text]) =>
      script === 'Latn'
        ? /(?!\p{Script=Latin})\p{L}/u.test(text)
        : /[a-z]{2,}/i.test(text.replaceAll('AI', '')) || (/\p{L}/u.test(text) && !letters.test(text)),
    );
    expect(strange).toEqual([]);
  });

  test('ends its sentences as sentences and its labels without a full stop', () => {
    // Thai has none; Greek asks with a semicolon; Armenian stresses the word that asks.
    const ENDS: Readonly<Record<string, RegExp>> = { el: /[.…;]$/, hy: /[։…]$|՞/, th: /…$|ไหม$|หรือไม่$/ };
    const ends = (text: string): boolean => (ENDS[language] ?? /[.。।۔።။…?？؟!]$/).test(text);
    const wanted = (text: string): boolean => (language === 'th' ? /[…?]$/ : /[.…?!]$/).test(text);
    const different = [...texts].filter(([path, text]) => ends(text) !== wanted(original(path)));
    expect(different).toEqual([]);
  });

  test('is typeset', () => {
    for (const [path, text] of texts) expect(text, path).not.toMatch(/\.\.\.|"|^ | $| {2}/);
  });

  test('says the trouble of the element, and leaves the words of others alone', () => {
    const strings: Strings = compile(TEXTS, translation, language);
    const { sentences } = translation as { readonly sentences: Readonly<Record<string, string>> };
    expect(said('The server did not answer.', strings)).toBe(sentences['The server did not answer.']);
    expect(said('The order desk is closed.', strings)).toBe('The order desk is closed.');
    expect(said('constructor', strings)).toBe('constructor');
  });
});

test.each(Object.entries(BASES))('%s has only what differs from %s', (region, base) => {
  const texts = flat(files[base]!);
  const same = [...flat(files[region]!)].filter(([path, text]) => texts.get(path) === text);
  expect(same).toEqual([]);
});

async function stringsOf(language: string): Promise<Strings> {
  const never = (error: unknown): never => {
    throw error;
  };
  return (await languageOf(language, {}, never, never)).strings;
}

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

test.each(Object.entries(SOURCES))('%s counts by its own rules', async (language, expected) => {
  const { sources } = await stringsOf(language);
  expect(COUNTS.map((count) => sources(count))).toEqual(expected);
});

test('Arabic has six forms of each counted thing, unless two are the same word', async () => {
  const { steps, suggestionsFound } = await stringsOf('ar');
  const forms = (say: (count: number) => string): string[] =>
    [0, 1, 2, 3, 11, 100].map((count) => say(count));
  expect(forms(steps)).toEqual(['لا توجد خطوات', 'خطوة واحدة', 'خطوتان', '3 خطوات', '11 خطوة', '100 خطوة']);
  expect(forms(suggestionsFound)).toEqual([
    'لا توجد اقتراحات',
    'اقتراح واحد',
    'اقتراحان',
    '3 اقتراحات',
    '11 اقتراحًا',
    '100 اقتراح',
  ]);
});

test('names in right-to-left sentences are isolated, so that they keep their own direction', async () => {
  for (const language of ['ar', 'he', 'ur']) {
    const strings = await stringsOf(language);
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
    expect([...written].sort()).toEqual([...SENTENCES, ...TECHNICAL].sort());
  });
});
