const RTL = /[\u0590-\u08ff\ufb1d-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** The direction of the first letter of a text; empty without letters. */
export function directionOf(text: string): 'ltr' | 'rtl' | '' {
  const letter = /\p{L}/u.exec(text)?.[0];
  return letter === undefined ? '' : RTL.test(letter) ? 'rtl' : 'ltr';
}
