// The language of the chat and its direction. English is built in; the others are loaded on demand.
import { english, type Strings, type Translation } from './strings.ts';

const TRANSLATIONS: Readonly<Record<string, () => Promise<{ readonly strings: Translation }>>> = {
  ar: () => import('./locales/ar.ts'),
  de: () => import('./locales/de.ts'),
  es: () => import('./locales/es.ts'),
  fr: () => import('./locales/fr.ts'),
  he: () => import('./locales/he.ts'),
  hi: () => import('./locales/hi.ts'),
  ja: () => import('./locales/ja.ts'),
  ko: () => import('./locales/ko.ts'),
  pt: () => import('./locales/pt.ts'),
  zh: () => import('./locales/zh.ts'),
};

export type Language = {
  readonly strings: Strings;
  /** A language tag for `Intl` and `lang`: the requested one, or "en" if English replaces it. */
  readonly locale: string;
  /** Null if English replaces the language: then the page's direction applies. */
  readonly direction: 'ltr' | 'rtl' | null;
};

/** English, the fallback for a missing language. */
export const ENGLISH: Language = { strings: english, locale: 'en', direction: null };

const RIGHT_TO_LEFT: ReadonlySet<string> = new Set(['ar', 'he']);

/**
 * The translation for `locale`: by its language alone, whatever the region ("de-AT" and "de" are German,
 * "es-419" Spanish, "pt-PT" Portuguese), but Chinese only where it is written in simplified characters.
 * `null` is English.
 */
export function translationOf(locale: string): string | null {
  const wanted = parse(locale);
  if (wanted === null || !Object.hasOwn(TRANSLATIONS, wanted.language)) return null;
  return wanted.language === 'zh' && wanted.maximize().script !== 'Hans' ? null : wanted.language;
}

/** The canonical language tag, such as "he" for "iw"; null for an invalid one, such as "de_DE". */
function parse(locale: string): Intl.Locale | null {
  try {
    return new Intl.Locale(locale);
  } catch {
    return null;
  }
}

/** The language of a chat: the old one stays until the strings of the new one are loaded. */
export class LanguageKeeper {
  readonly #learned: () => void;
  readonly #failed: (locale: string, error: unknown) => void;
  #language: Language | null = null;
  #wanted: string | null = null;
  #learning: Promise<void> | null = null;

  /** `learned` is called when another language has been loaded. */
  constructor(learned: () => void, failed: (locale: string, error: unknown) => void) {
    this.#learned = learned;
    this.#failed = failed;
  }

  /** Null until the first strings are loaded. */
  get language(): Language | null {
    return this.#language;
  }

  async loaded(): Promise<void> {
    await this.#learning;
  }

  follow(wanted: string): void {
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    const atHand = languageAtHand(wanted);
    if (atHand !== null) this.#language = atHand;
    else this.#learning = this.#learn(wanted);
  }

  async #learn(wanted: string): Promise<void> {
    const language = await languageOf(wanted, (error) => this.#failed(wanted, error));
    if (wanted !== this.#wanted) return;
    this.#language = language;
    this.#learned();
  }
}

/** Uses English if the translation cannot be loaded. Raises: never. */
export async function languageOf(locale: string, failed: (error: unknown) => void): Promise<Language> {
  const translation = translationOf(locale);
  if (translation === null) return englishFor(locale);
  try {
    const { strings } = await TRANSLATIONS[translation]!();
    return {
      strings,
      locale: new Intl.Locale(locale).toString(),
      direction: RIGHT_TO_LEFT.has(translation) ? 'rtl' : 'ltr',
    };
  } catch (error) {
    failed(error);
    return ENGLISH;
  }
}

/** English is available at once. */
export function languageAtHand(locale: string): Language | null {
  return translationOf(locale) === null ? englishFor(locale) : null;
}

function englishFor(locale: string): Language {
  const wanted = parse(locale);
  return wanted?.language === 'en' ? { ...ENGLISH, locale: wanted.toString(), direction: 'ltr' } : ENGLISH;
}
