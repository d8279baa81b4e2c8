// The numbers at the y axis.

/** Short texts for the values, in which different values differ. */
export function tickTexts(values: readonly number[], locale: string): string[] {
  for (const options of formatsFor(values)) {
    const format = new Intl.NumberFormat(locale, options);
    const texts = values.map((value) => format.format(value === 0 ? 0 : value));
    if (new Set(texts).size === values.length) return texts;
  }
  return values.map(String);
}

function formatsFor(values: readonly number[]): Intl.NumberFormatOptions[] {
  const largest = Math.max(...values.map(Math.abs));
  const scientific = { notation: 'scientific', maximumSignificantDigits: 4 } as const;
  if (largest >= 1e15 || (largest > 0 && largest < 1e-4)) return [scientific];
  const plain = { maximumSignificantDigits: 12 };
  return largest >= 10_000 ? [{ notation: 'compact', maximumFractionDigits: 2 }, plain] : [plain];
}
