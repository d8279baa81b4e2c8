// Stylesheets as text, made into constructed sheets once: a strict content security policy allows no other.

const sheets = new Map<string, CSSStyleSheet>();

/** For editors, which know the tag; the build takes the space out of what it marks. */
export function css(text: TemplateStringsArray): string {
  return text.join('');
}

export function sheetOf(text: string): CSSStyleSheet {
  const known = sheets.get(text);
  if (known !== undefined) return known;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  sheets.set(text, sheet);
  return sheet;
}
