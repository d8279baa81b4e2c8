// Compiles texts: one with placeholders becomes a function of their values, plural forms one of a count.
import type { PluralForms } from '../../api/texts/texts.ts';

/** The values of the placeholders in a text: two for `“{name}” is larger than {limit}.` */
type Values<Text> = Text extends `${string}{${string}}${infer Rest}`
  ? [value: string | number, ...Values<Rest>]
  : [];

type CompiledText<Text> = Values<Text> extends [] ? string : (...values: Values<Text>) => string;

export type Compiled<Texts> = {
  readonly [Key in keyof Texts]: Texts[Key] extends PluralForms
    ? (count: number) => string
    : Texts[Key] extends string
      ? CompiledText<Texts[Key]>
      : Compiled<Texts[Key]>;
};

type Text = string | PluralForms | Texts;
type Texts = { readonly [name: string]: Text };

/**
 * Compiles `texts`, and `english` where they have none. The English texts say which placeholders there are,
 * in which order; a translation may have them in another one. What only `texts` has is kept as it is.
 */
export function compile<const English extends Texts>(
  english: English,
  texts: object,
  locale: string,
): Compiled<English> {
  const own = texts as Texts;
  const made: Record<string, unknown> = { ...own };
  for (const name of Object.keys(english)) made[name] = compileText(english[name]!, own[name], locale);
  return made as Compiled<English>;
}

function compileText(english: Text, own: Text = english, locale: string): unknown {
  if (typeof english !== 'string')
    return 'other' in english ? plural(own as PluralForms, locale) : compile(english, own as Texts, locale);
  const names = english.match(PLACEHOLDERS);
  if (names === null) return own;
  return (...values: (string | number)[]) =>
    (own as string).replace(PLACEHOLDERS, (name) => shown(values[names.indexOf(name)]!, locale));
}

export const PLACEHOLDERS = /\{\w+\}/g;

function plural(forms: PluralForms, locale: string): (count: number) => string {
  return (count) =>
    (forms[new Intl.PluralRules(locale).select(count)] ?? forms.other).replace('#', shown(count, locale));
}

function shown(value: string | number, locale: string): string {
  return typeof value === 'number' ? new Intl.NumberFormat(locale).format(value) : value;
}
