// The languages besides English, and the texts of the page.
import { type AllTexts, type OwnTexts, TEXTS } from '../../api/texts/texts.ts';
import { compile } from './compile.ts';
import { ENGLISH, englishFor, type Language, parse } from './language.ts';
import { isSection, validTexts } from './own_texts.ts';

type Load<Texts> = () => Promise<{ readonly default: Texts }>;

const LANGUAGES: Readonly<Record<string, Load<AllTexts>>> = {
  am: () => import('./locales/am.json'),
  ar: () => import('./locales/ar.json'),
  bg: () => import('./locales/bg.json'),
  bn: () => import('./locales/bn.json'),
  bs: () => import('./locales/bs.json'),
  ca: () => import('./locales/ca.json'),
  cs: () => import('./locales/cs.json'),
  da: () => import('./locales/da.json'),
  de: () => import('./locales/de.json'),
  el: () => import('./locales/el.json'),
  es: () => import('./locales/es.json'),
  et: () => import('./locales/et.json'),
  fi: () => import('./locales/fi.json'),
  fr: () => import('./locales/fr.json'),
  gu: () => import('./locales/gu.json'),
  he: () => import('./locales/he.json'),
  hi: () => import('./locales/hi.json'),
  hr: () => import('./locales/hr.json'),
  hu: () => import('./locales/hu.json'),
  hy: () => import('./locales/hy.json'),
  id: () => import('./locales/id.json'),
  is: () => import('./locales/is.json'),
  it: () => import('./locales/it.json'),
  ja: () => import('./locales/ja.json'),
  ka: () => import('./locales/ka.json'),
  kk: () => import('./locales/kk.json'),
  kn: () => import('./locales/kn.json'),
  ko: () => import('./locales/ko.json'),
  lt: () => import('./locales/lt.json'),
  lv: () => import('./locales/lv.json'),
  mk: () => import('./locales/mk.json'),
  ml: () => import('./locales/ml.json'),
  mn: () => import('./locales/mn.json'),
  mr: () => import('./locales/mr.json'),
  ms: () => import('./locales/ms.json'),
  my: () => import('./locales/my.json'),
  nb: () => import('./locales/nb.json'),
  nl: () => import('./locales/nl.json'),
  pa: () => import('./locales/pa.json'),
  pl: () => import('./locales/pl.json'),
  pt: () => import('./locales/pt.json'),
  ro: () => import('./locales/ro.json'),
  ru: () => import('./locales/ru.json'),
  sk: () => import('./locales/sk.json'),
  sl: () => import('./locales/sl.json'),
  so: () => import('./locales/so.json'),
  sq: () => import('./locales/sq.json'),
  sr: () => import('./locales/sr.json'),
  sv: () => import('./locales/sv.json'),
  sw: () => import('./locales/sw.json'),
  ta: () => import('./locales/ta.json'),
  te: () => import('./locales/te.json'),
  th: () => import('./locales/th.json'),
  tl: () => import('./locales/tl.json'),
  tr: () => import('./locales/tr.json'),
  uk: () => import('./locales/uk.json'),
  ur: () => import('./locales/ur.json'),
  vi: () => import('./locales/vi.json'),
  zh: () => import('./locales/zh.json'),
  'zh-TW': () => import('./locales/zh-TW.json'),
};

/** What a region says differently from another language of the list. */
const REGIONS: Readonly<Record<string, readonly [base: string, load: Load<OwnTexts>]>> = {
  'es-419': ['es', () => import('./locales/es-419.json')],
  'fr-CA': ['fr', () => import('./locales/fr-CA.json')],
  'pt-PT': ['pt', () => import('./locales/pt-PT.json')],
  'zh-HK': ['zh-TW', () => import('./locales/zh-HK.json')],
};

/** Other codes of the languages. */
const ALIASES: Readonly<Record<string, string>> = { fil: 'tl', no: 'nb', nn: 'nb', yue: 'zh' };

const RIGHT_TO_LEFT: ReadonlySet<string> = new Set(['ar', 'he', 'ur']);

/** The translation for `locale` in its language's script, such as "pt-PT" for "pt-AO"; null is English. */
export function translationOf(locale: string): string | null {
  const { language = '', script, region = '' } = parse(locale)?.maximize() ?? {};
  const code = ALIASES[language] ?? language;
  if (code === 'zh') return script === 'Hans' ? 'zh' : /HK|MO/.test(region) ? 'zh-HK' : 'zh-TW';
  if (!Object.hasOwn(LANGUAGES, code)) return null;
  // Serbian is read in both scripts.
  if (code !== 'sr' && script !== new Intl.Locale(code).maximize().script) return null;
  if (code === 'es') return /ES|GQ|IC|EA/.test(region) ? 'es' : 'es-419';
  if (code === 'pt') return region === 'BR' ? 'pt' : 'pt-PT';
  return code === 'fr' && region === 'CA' ? 'fr-CA' : code;
}

/**
 * Loads the language for `locale`, with the texts `own` of the page; each text that cannot be used is
 * `refused` and left out. Uses English if the translation cannot be loaded, which has `failed`.
 */
export async function languageOf(
  locale: string,
  own: OwnTexts,
  failed: (error: unknown) => void,
  refused: (error: Error) => void,
): Promise<Language> {
  const valid = validTexts(own, refused);
  const translation = translationOf(locale);
  if (translation !== null)
    try {
      return {
        strings: compile(TEXTS, merged(await textsOf(translation), valid), translation),
        locale: parse(locale)!.toString(),
        direction: RIGHT_TO_LEFT.has(translation) ? 'rtl' : 'ltr',
      };
    } catch (error) {
      failed(error);
    }
  return { ...(englishFor(locale) ?? ENGLISH), strings: compile(TEXTS, valid, 'en') };
}

async function textsOf(translation: string): Promise<object> {
  const [base, region] = REGIONS[translation] ?? [translation];
  const [texts, differences] = await Promise.all([LANGUAGES[base]!(), region?.()]);
  return merged(texts.default, differences?.default ?? {});
}

/** `below` with the texts of `above` in their place. */
function merged(below: object, above: object): object {
  const all: Record<string, unknown> = { ...below };
  for (const [name, text] of Object.entries(above)) {
    const old = all[name];
    all[name] = isSection(text) && isSection(old) ? { ...old, ...text } : text;
  }
  return all;
}
