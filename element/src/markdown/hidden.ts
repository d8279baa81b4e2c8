// Hidden characters: they reverse the direction of words, split them, or carry a hidden message. Each is
// shown as a marker, `⟦U+202E⟧`, except where writing needs it: joiners within emoji and in joining scripts,
// the tags of a flag, the form of an emoji or an ideograph, and in prose a single mark of direction and a
// soft hyphen within a word.

/**
 * The controls among them are line breaks; Arabic and its relatives format numbers by characters that are
 * seen.
 */
export const HIDDEN =
  '[\\p{Cc}\\p{Cf}\\p{DI}](?<![\\t\\n\\f\\r\\u0600-\\u0605\\u06dd\\u070f\\u08e2\\u{110bd}\\u{110cd}])';
const scripts = (names: string): string =>
  names
    .split(' ')
    .map((name) => `\\p{scx=${name}}`)
    .join('');
const JOINING = scripts('Arab Mong Deva Beng Guru Gujr Orya Taml Telu Knda Mlym Sinh Mymr Khmr');
const NEEDED = [
  '(?<=[\\p{ExtPict}\\p{EMod}])\\ufe0f?\\u200d(?=\\p{ExtPict})',
  '(?<=\\p{Emoji})[\\ufe0e\\ufe0f]',
  '(?<=\\u{1f3f4})[\\u{e0061}-\\u{e007a}]{2}[\\u{e0030}-\\u{e0039}\\u{e0061}-\\u{e007a}]{1,3}\\u{e007f}',
  `(?<=[${JOINING}])[\\u200c\\u200d]`,
  `(?<=[\\p{Sm}${scripts('Hani Mymr')}])[\\ufe00-\\ufe0f\\u{e0100}-\\u{e01ef}]`,
  `(?<=[${scripts('Thai Laoo Khmr Mymr')}])\\u200b`,
].join('|');
const NEEDED_IN_PROSE =
  `${NEEDED}|(?<!${HIDDEN})[\\u200e\\u200f\\u061c](?!${HIDDEN})|` + '(?<=\\p{L})\\u00ad(?=\\p{L})';

const ANY = new RegExp(HIDDEN, 'u');
const IN_PROSE = hiddenBut(NEEDED_IN_PROSE);
const IN_CODE = hiddenBut(NEEDED);
const AT_END = new RegExp(`(?:${HIDDEN}){1,16}$`, 'u');
const PLAIN = /^[\t\n\r -~]*$/;
export const MARKER = /(⟦U\+[\dA-F]{4,6}(?:×\d+)?⟧)/g;

/** Matches hidden characters that are needed as group 1, and any other run without a group. */
function hiddenBut(needed: string): RegExp {
  return new RegExp(`(?=${HIDDEN})(?:(${needed})|(?:(?!${needed})${HIDDEN})+)`, 'gu');
}

function marked(text: string, pattern: RegExp): string {
  if (PLAIN.test(text) || !ANY.test(text)) return text;
  return text.replace(pattern, (run, needed?: string) => needed ?? markerOf([...run]));
}

function markerOf({ 0: first = '', length }: readonly string[]): string {
  const code = (first.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `⟦U+${code}${length > 1 ? `×${length}` : ''}⟧`;
}

/** `text` with a marker for each run of hidden characters. */
export function withMarkers(text: string): string {
  return marked(text, IN_PROSE);
}

/**
 * `withMarkers` for a growing text: reads only its last line again. 200 kB of Persian would take 30 ms each
 * time.
 */
export class GrowingText {
  #text = '';
  #shown = '';

  withMarkers(text: string): string {
    if (text.slice(0, this.#text.length) !== this.#text) this.#text = this.#shown = '';
    const lineAt = text.lastIndexOf('\n') + 1;
    this.#shown += withMarkers(text.slice(this.#text.length, lineAt));
    this.#text = text.slice(0, lineAt);
    return this.#shown + withMarkers(text.slice(lineAt));
  }
}

/** `withMarkers` for code, where direction marks and soft hyphens are never needed. */
export function withMarkersInCode(text: string): string {
  return marked(text, IN_CODE);
}

/** `text` split at its markers: every second part is one. */
export function splitMarkers(text: string): string[] {
  return text.split(MARKER);
}

/** `text` without the hidden characters that are not needed, as for an address. */
export function withoutMarkers(text: string): string {
  return withMarkers(text).replace(MARKER, '');
}

/** `text` without the hidden characters at its end: the next character decides whether they are needed. */
export function withoutHiddenEnd(text: string): string {
  const at = Math.max(0, text.length - 40);
  return text.slice(0, at) + text.slice(at).replace(AT_END, '');
}
