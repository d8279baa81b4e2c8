// Plural forms. In the core bundle, so that a translation is one file to load.

export type Forms = { readonly other: string } & Partial<Readonly<Record<Intl.LDMLPluralRule, string>>>;

/**
 * Formats a count in the form that the plural rules of `locale` choose, with the localised number for `#`.
 */
export function plural(locale: string, forms: Forms): (count: number) => string {
  return (count) => {
    const form = forms[new Intl.PluralRules(locale).select(count)] ?? forms.other;
    return form.replace('#', new Intl.NumberFormat(locale).format(count));
  };
}
