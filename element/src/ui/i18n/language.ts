// The language of the chat and its direction. English is built in; the others are loaded on demand.
import type { OwnTexts } from '../../api/texts/texts.ts';
import { english, type Strings } from './strings.ts';

export type Language = {
  readonly strings: Strings;
  /** A language tag for `Intl` and `lang`: the requested one, or "en" if English replaces it. */
  readonly locale: string;
  /** Null if English replaces the language: then the page's direction applies. */
  readonly direction: 'ltr' | 'rtl' | null;
};

/** English, the fallback for a missing language. */
export const ENGLISH: Language = { strings: english, locale: 'en', direction: null };

/** The canonical language tag, such as "he" for "iw"; null for an invalid one, such as "de_DE". */
export function parse(locale: string): Intl.Locale | null {
  try {
    return new Intl.Locale(locale);
  } catch {
    return null;
  }
}

/** English in the region of `locale`; null for every other language. */
export function englishFor(locale: string): Language | null {
  const wanted = parse(locale);
  return wanted?.language === 'en' ? { ...ENGLISH, locale: wanted.toString(), direction: 'ltr' } : null;
}

/** The language of a chat: the old one stays until the strings of the new one are loaded. */
export class LanguageKeeper {
  readonly #learned: () => void;
  readonly #failed: (locale: string, error: unknown) => void;
  readonly #refused: (error: Error) => void;
  #language: Language | null = null;
  #wanted: string | null = null;
  #own: OwnTexts | undefined;
  #learning: Promise<void> | null = null;

  /**
   * `learned` is called when another language has been loaded, `failed` when it cannot be, and `refused` for
   * each text of the page that cannot be used.
   */
  constructor(
    learned: () => void,
    failed: (locale: string, error: unknown) => void,
    refused: (error: Error) => void,
  ) {
    this.#learned = learned;
    this.#failed = failed;
    this.#refused = refused;
  }

  /** Null until the first strings are loaded. */
  get language(): Language | null {
    return this.#language;
  }

  async loaded(): Promise<void> {
    await this.#learning;
  }

  /** `own`: texts of the page, which replace those of the language. */
  follow(wanted: string, own?: OwnTexts): void {
    if (wanted === this.#wanted && own === this.#own) return;
    this.#wanted = wanted;
    this.#own = own;
    const atHand = own === undefined ? englishFor(wanted) : null;
    if (atHand !== null) this.#language = atHand;
    else this.#learning = this.#learn(wanted, own);
  }

  async #learn(wanted: string, own: OwnTexts | undefined): Promise<void> {
    let language = ENGLISH;
    const failed = (error: unknown): void => this.#failed(wanted, error);
    try {
      const { languageOf } = await import('./languages.ts');
      language = await languageOf(wanted, own ?? {}, failed, this.#refused);
    } catch (error) {
      failed(error);
    }
    if (wanted !== this.#wanted || own !== this.#own) return;
    this.#language = language;
    this.#learned();
  }
}
