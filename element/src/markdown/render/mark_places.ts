// Where a mark can be in a Markdown source without changing what the source means.
import { isFence } from '../syntax/fences.ts';
import { CLOSE, OPEN, RESERVED } from './marks.ts';

/** Shows what `number` refers to after the character at `index`, counted in code points as in Python. */
export type Mark = { readonly index: number; readonly number: number };

/** A place is known once the text goes on behind it. */
type Place = { readonly at: number; readonly before: string; readonly isKnown: boolean };
type Range = { readonly start: number; readonly end: number; readonly indent: string };

/** What belongs to the character before it: closing punctuation, accents, and the ends of emphasis. */
const CLINGING = '[\\p{M}\\p{Pe}\\p{Pf}\\p{Po}*_~`|]';
const CLINGS = new RegExp(`^${CLINGING}`, 'u');
/** The end of a word in a script that puts no spaces between words. */
const SPACELESS = new RegExp(
  '[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}' +
    `\\p{Script=Myanmar}\\u3000-\\u303f\\uff01-\\uff60\\u30fc]${CLINGING}*$`,
  'u',
);
/** Rules, underlines of headings and the lines below table headers: with a mark, they would be text. */
const BARE = /(?:^|\n)[\s|:=*_-]*$/;
const MAX_CLINGING = 8;

function utf16Index(text: string, codePoints: number): number {
  if (!/[\ud800-\udfff]/.test(text)) return Math.min(codePoints, text.length);
  let at = 0;
  for (let left = codePoints; left > 0 && at < text.length; left--)
    at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  return at;
}

/** The next gap between words, since a mark would break a word or syntax. */
function gapAfter(text: string, index: number): number {
  let at = index;
  while (at < text.length && !/\s/.test(text[at] ?? '') && !isGap(text, at)) at++;
  return at;
}

function isGap(text: string, at: number): boolean {
  return (
    !CLINGS.test(text.slice(at, at + 2)) && SPACELESS.test(text.slice(Math.max(0, at - MAX_CLINGING), at))
  );
}

/** Fenced code; without its closing line, it goes on to the end of `text`. */
function codeIn(text: string): Range[] {
  const found: Range[] = [];
  let open: { start: number; indent: string; marker: string } | null = null;
  for (const { 0: line, index } of text.matchAll(/[^\n]+/g)) {
    const [, indent = '', marker = ''] = /^(\s*)(`{3,}|~{3,})?/.exec(line) ?? [];
    if (open === null && isFence(line)) open = { start: index, indent, marker: marker || '```' };
    else if (open !== null && marker.startsWith(open.marker) && line.trim() === marker) {
      found.push({ ...open, end: index + line.length });
      open = null;
    }
  }
  return open === null ? found : [...found, { ...open, end: text.length }];
}

function placeOf(text: string, index: number, code: readonly Range[]): Place {
  const gap = gapAfter(text, utf16Index(text, index));
  const bare = BARE.exec(text.slice(0, gap))?.[0] ?? '';
  const words = text.slice(0, gap - bare.length);
  // Before the end of a row of a table, behind which it would be no cell.
  const at = words === '' ? gap : words.replace(/[\s|]+$/, '').length;
  const around = code.find(({ start, end }) => at >= start && at <= end);
  const isKnown = Math.max(gap, around?.end ?? 0) < text.length;
  if (around === undefined) return { at, before: '', isKnown };
  return { at: around.end, before: `\n\n${around.indent}`, isKnown };
}

/**
 * `source` with its marks inside, each once at a place; characters that could pass for a mark are replaced.
 * While the text `isOpen`, a mark waits until its place is known, so that it never moves.
 */
export function withMarks(source: string, marks: readonly Mark[], isOpen: boolean): string {
  const clean = source.replace(RESERVED, '\ufffd');
  const code = /```|~~~/.test(clean) ? codeIn(clean) : [];
  const placed = marks
    .map(({ index, number }, order) => ({ ...placeOf(clean, index, code), number, order }))
    .filter(({ isKnown }) => isKnown || !isOpen)
    .sort((a, b) => a.at - b.at);
  let result = '';
  let from = 0;
  const here = new Set<number>();
  for (const { at, before, number, order } of placed) {
    if (at > from) here.clear();
    if (here.has(number)) continue;
    result += clean.slice(from, at) + (here.size === 0 ? before : '') + OPEN + String(order) + CLOSE;
    here.add(number);
    from = at;
  }
  return result + clean.slice(from);
}
