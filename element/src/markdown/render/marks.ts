// Annotation marks: invisible characters in the source that the renderer replaces by superscripts.

const OPEN = '\ue000';
const CLOSE = '\ue001';
const RESERVED = /[\ue000\ue001]/g;
const MARK = /\ue000(\d+)\ue001/g;

/** A superscript: shows `label` after the character at `index`, counted in code points as in Python. */
export type Mark = {
  readonly index: number;
  readonly label: string;
  readonly title: string;
  readonly href: string | null;
  /** A button with its label in `data-source`; the owner of the document handles its events. */
  readonly isButton?: boolean;
};

function utf16Index(text: string, codePoints: number): number {
  if (!/[\ud800-\udfff]/.test(text)) return Math.min(codePoints, text.length);
  let at = 0;
  for (let left = codePoints; left > 0 && at < text.length; left--)
    at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  return at;
}

/** Moves a mark to the next gap, since it would break a word or syntax. */
function gapAfter(text: string, index: number): number {
  let at = index;
  while (at < text.length && !/\s/.test(text[at] ?? '')) at++;
  return at;
}

/** `source` with its marks inside; characters that could pass for a mark are replaced. */
export function withMarks(source: string, marks: readonly Mark[]): string {
  if (marks.length === 0) return source;
  const clean = source.replace(RESERVED, '\ufffd');
  const placed = marks
    .map((mark, number) => ({ number, at: gapAfter(clean, utf16Index(clean, mark.index)) }))
    .sort((a, b) => a.at - b.at || a.number - b.number);
  let result = '';
  let from = 0;
  for (const { number, at } of placed) {
    result += clean.slice(from, at) + OPEN + String(number) + CLOSE;
    from = at;
  }
  return result + clean.slice(from);
}

export function withoutMarks(text: string): string {
  return text.includes(OPEN) ? text.replace(MARK, '').replace(RESERVED, '') : text;
}

/** `text` split at its marks: strings and the numbers of marks, in order. */
export function splitMarks(text: string): (string | number)[] {
  if (!text.includes(OPEN)) return [text];
  const pieces = text
    .split(MARK)
    .map((part, at) => (at % 2 === 1 ? Number(part) : part.replace(RESERVED, '')));
  return pieces.filter((part) => part !== '');
}
