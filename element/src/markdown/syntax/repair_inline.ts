// Half-written inline markdown at the end of a block.
import { FULL_WIDTH_PUNCTUATION } from './cjk.ts';
import { closedTag, shownTag } from './tags.ts';
import { MATH } from './tex.ts';

// Unambiguous for each character: with two readings, a mismatch would try every combination.
const LABEL = '((?:\\\\.|[^\\][\\n\\\\]|\\[[^\\][\\n]*\\])*)';
const ADDRESS = '[^()\\n]*(?:\\([^()\\n]*\\)[^()\\n]*)*(?:\\([^()\\n]*)?';
const OPEN_ESCAPE = /(?<!\\)((?:\\\\)*)\\\n?[ \t]*$/;
const OPEN_ENTITY = /&(?:#(?:x[\da-f]{0,6}|\d{0,7})|[a-z][a-z\d]{0,30})?$/i;
/** An address in angle brackets is shown once its scheme is complete. */
const OPEN_TAG = /<(?:([a-z][a-z\d+.-]{1,31}:[^\s<>]*)|[^\s<>]{0,60})$/i;
const OPEN_MENTION = /\[\^[^\][\s]*$/;
const OPEN_IMAGE = new RegExp(`!(?:\\[[^\\]\\n]*(?:\\](?:\\(${ADDRESS})?)?)?$`);
const OPEN_ADDRESS = new RegExp(`(?<!\\\\)\\[(?!\\^)${LABEL}\\]\\(${ADDRESS}$`);
/** After a letter, a bracket is usually an index, not a link. */
const OPEN_LABEL = new RegExp(`(^|[\\s(*_])\\[(?!\\^)${LABEL}\\]?$`);
const OPEN_BRACKET = /(?<!\\)\[$/;

/** `text`, the end of a block, with incomplete syntax removed and open syntax closed. */
export function repairedInline(text: string): string {
  const code = openCode(text);
  if (code !== null) return code;
  return closeEmphasis(closeLinks(text));
}

/** Closes a code span that is open at the end; `null` if there is none. */
function openCode(text: string): string | null {
  const runs = [...text.matchAll(/\\.|`+/gs)].filter(([run]) => run.startsWith('`'));
  for (let at = 0; at < runs.length; at++) {
    const [run] = runs[at] ?? [''];
    const closing = indexOfRun(runs, run, at + 1);
    if (closing === -1) return closedCode(text, runs[at]?.index ?? 0, run);
    at = closing;
  }
  return null;
}

function indexOfRun(runs: readonly (readonly string[])[], run: string, from: number): number {
  for (let at = from; at < runs.length; at++) if (runs[at]?.[0] === run) return at;
  return -1;
}

function closedCode(text: string, at: number, run: string): string {
  // Without a line break before the run: three backticks at the beginning of a line would open a fence.
  const content = text
    .slice(at + run.length)
    .replace(/`+$/, '')
    .replace(/\s*\n\s*$/, '');
  const before = text.slice(0, at);
  return content.trim() === '' ? closeEmphasis(before) : closeEmphasis(before + run + content + run);
}

/** How far back from the end open syntax is searched. */
const MAX_OPEN_CHARS = 2000;
/** More open runs of emphasis than this are text. */
const MAX_OPEN_DELIMITERS = 12;

function closeLinks(text: string): string {
  const at = Math.max(0, text.length - MAX_OPEN_CHARS);
  return text.slice(0, at) + closeLastLink(text.slice(at));
}

function closeLastLink(text: string): string {
  return text
    .replace(OPEN_ESCAPE, '$1')
    .replace(OPEN_ENTITY, '')
    .replace(OPEN_TAG, (_, address?: string) => address ?? '')
    .replace(OPEN_MENTION, '')
    .replace(OPEN_BRACKET, '')
    .replace(OPEN_IMAGE, '')
    .replace(OPEN_ADDRESS, '$1')
    .replace(OPEN_LABEL, (_, lead: string, label: string) => lead + (label.length < 2 ? '' : label));
}

/**
 * Matches runs that can open or close emphasis, after alternatives for text that contains runs without
 * meaning.
 */
const DELIMITERS = new RegExp(
  `${MATH}|\\\\.|\`+[^\`]*\`+|\\]\\([^()\\s]*\\)|<[^<>\\s]*>|` +
    `https?://[^\\s<*${FULL_WIDTH_PUNCTUATION}]*|\\*{1,3}|_{1,3}|~~`,
  'gs',
);

type Delimiter = { readonly character: string; length: number };

function closeEmphasis(text: string): string {
  const body = text.replace(/(?<!\\)(?:[*_]{1,3}|~{1,2})$/, (run, at: number) =>
    endsEmphasis(text.slice(0, at), run) ? run : '',
  );
  const open = openDelimiters(body);
  if (open.length > MAX_OPEN_DELIMITERS) return body;
  const closers = open
    .reverse()
    .map(({ character, length }) => character.repeat(length))
    .join('');
  const trimmed = body.trimEnd();
  return closers === '' ? body : trimmed + closers;
}

function endsEmphasis(before: string, run: string): boolean {
  const top = openDelimiters(before).at(-1);
  return !/\s$/.test(before) && top !== undefined && top.character === run[0] && top.length <= run.length;
}

function openDelimiters(text: string): Delimiter[] {
  const open: Delimiter[] = [];
  for (const match of text.matchAll(DELIMITERS)) {
    const [run] = match;
    const tag = shownTag(run);
    if (tag !== null) open.push({ character: `</${tag}>`, length: 1 });
    else if (closedTag(run) !== null && open.at(-1)?.character === run.toLowerCase()) open.pop();
    if (!/^[*_~]/.test(run)) continue;
    apply(open, run, text[match.index - 1] ?? ' ', text[match.index + run.length] ?? ' ');
  }
  return open;
}

function apply(open: Delimiter[], run: string, previous: string, next: string): void {
  const character = run[0] ?? '';
  const isWordInside = character === '_' && /\w/.test(previous) && /\w/.test(next);
  if (isWordInside) return;
  const top = open.at(-1);
  const canClose = !/\s/.test(previous);
  if (canClose && top?.character === character) shrink(open, top, run.length);
  else if (!/\s/.test(next) && (character !== '_' || !/\w/.test(previous)))
    open.push({ character, length: run.length });
}

function shrink(open: Delimiter[], top: Delimiter, by: number): void {
  top.length -= Math.min(top.length, by);
  if (top.length === 0) open.pop();
}
