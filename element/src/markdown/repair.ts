// Half-written markdown, made presentable: what is open is closed, what is not yet anything is held back.
// Works on the last line or paragraph only, so a wrong guess lasts until the next few characters.
import { openFormula } from './tex.ts';

const FENCE = /^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*(`{3,}|~{3,})/;
const DANGLING = /^[ \t>]*(?:[-*+=_]+|#{1,6}|\d{1,9}[.)]?|`{1,2}|`{3,}[^`]*|~{1,2}|~{3,}.*)?[ \t]*$/;
const BLOCK_START = /^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)]|#{1,6})[ \t]+|\|)/;
const TABLE_ROW = /^[ \t]*\|/;
const DELIMITER_PART = /^[ \t]*\|?[ \t:|-]*$/;
const OPEN_IMAGE = /!(?:\[[^\]\n]*(?:\](?:\([^)\n]*)?)?)?$/;
const OPEN_ADDRESS = /\[([^\][\n]*)\](?:\([^)\n]*)$/;
const OPEN_LABEL = /(^|[\s(*_])\[([^\][\n]*)$/;
const OPEN_MENTION = /\[\^[^\]\[\s]*$/;
const OPEN_FOOTNOTE = /^ {0,3}\[\^[^\]\[\s]*(?:\]:?[ \t]*)?$/;

/** The marker of the code fence that `source` leaves open, or `null`. */
export function openFence(source: string): string | null {
  let open: string | null = null;
  for (const line of source.split('\n')) {
    const marker = FENCE.exec(line)?.[1];
    if (open === null) open = marker ?? null;
    else if (marker !== undefined && closes(line, marker, open)) open = null;
  }
  return open;
}

function closes(line: string, marker: string, open: string): boolean {
  return marker[0] === open[0] && marker.length >= open.length && line.trimEnd().endsWith(marker);
}

/** What to show for `source` while more of it is still to come. */
export function repaired(source: string): string {
  const fence = openFence(source);
  if (fence !== null) return withoutPartialFence(source, fence);
  const formulaAt = openFormula(source);
  return repairedText(formulaAt === null ? source : source.slice(0, formulaAt));
}

function repairedText(source: string): string {
  const lineAt = source.lastIndexOf('\n') + 1;
  const before = source.slice(0, lineAt);
  const line = source.slice(lineAt);
  const table = repairedTable(before, line);
  if (table !== null) return table;
  if (DANGLING.test(line) || OPEN_FOOTNOTE.test(line)) return before;
  const scopeAt = scopeStart(source, lineAt);
  return source.slice(0, scopeAt) + repairedInline(source.slice(scopeAt));
}

function withoutPartialFence(source: string, fence: string): string {
  const lineAt = source.lastIndexOf('\n') + 1;
  const line = source.slice(lineAt).trim();
  const isFirst = FENCE.test(source.slice(lineAt));
  const isPart = line !== '' && line.length < fence.length && fence.startsWith(line);
  return isPart || (isFirst && line.length > 0) ? source.slice(0, lineAt) : source;
}

/** A header alone is no table yet: it waits until its line is complete, then gets the delimiter row that must follow. */
function repairedTable(before: string, line: string): string | null {
  const lines = before.split('\n');
  const previous = lines.at(-2) ?? '';
  const headerIsPrevious = TABLE_ROW.test(previous) && !TABLE_ROW.test(lines.at(-3) ?? '');
  if (headerIsPrevious && DELIMITER_PART.test(line)) return before + delimiterFor(previous);
  return TABLE_ROW.test(line) && !TABLE_ROW.test(previous) ? before : null;
}

function delimiterFor(header: string): string {
  const columns = header.trim().replace(/^\||\|$/g, '').split(/(?<!\\)\|/).length;
  return `|${' --- |'.repeat(columns)}`;
}

/** Where the paragraph, list item, heading or cell begins that the last line belongs to. */
function scopeStart(source: string, lineAt: number): number {
  let at = lineAt;
  for (;;) {
    const end = source.indexOf('\n', at);
    const line = source.slice(at, end === -1 ? source.length : end);
    const marker = BLOCK_START.exec(line)?.[0];
    if (marker !== undefined) return marker.endsWith('|') ? Math.max(at, source.lastIndexOf('|') + 1) : at + marker.length;
    const previousAt = source.lastIndexOf('\n', at - 2) + 1;
    if (at === 0 || source.slice(previousAt, at).trim() === '') return at;
    at = previousAt;
  }
}

function repairedInline(text: string): string {
  const code = openCode(text);
  if (code !== null) return code;
  return closeEmphasis(closeLinks(text));
}

/** Closes a code span that is open at the end; `null` when none is. */
function openCode(text: string): string | null {
  const runs = [...text.matchAll(/\\.|`+/gs)].filter(([run]) => run.startsWith('`'));
  for (let at = 0; at < runs.length; at++) {
    const [run] = runs[at] ?? [''];
    const closing = runs.findIndex(([other], index) => index > at && other === run);
    if (closing === -1) return closedCode(text, runs[at]?.index ?? 0, run);
    at = closing;
  }
  return null;
}

function closedCode(text: string, at: number, run: string): string {
  const content = text.slice(at + run.length).replace(/`+$/, '');
  const before = text.slice(0, at);
  return content.trim() === '' ? closeEmphasis(before) : closeEmphasis(before + run + content + run);
}

/** What a link or picture that is still open may have got to; its patterns look back from the end. */
const MAX_OPEN_LINK = 2000;
/** More open emphasis than anybody means is none. */
const MAX_OPEN_DELIMITERS = 12;

function closeLinks(text: string): string {
  const at = Math.max(0, text.length - MAX_OPEN_LINK);
  return text.slice(0, at) + closeLastLink(text.slice(at));
}

function closeLastLink(text: string): string {
  return text
    .replace(OPEN_MENTION, '')
    .replace(OPEN_IMAGE, (part) => (part === '!' ? part : ''))
    .replace(OPEN_ADDRESS, '$1')
    .replace(OPEN_LABEL, (_, lead: string, label: string) => lead + (label.length < 2 ? '' : label));
}

type Delimiter = { readonly character: string; length: number };

function closeEmphasis(text: string): string {
  const body = text.replace(/(?<!\\)(?:[*_]{1,3}|~{1,2})$/, (run, at: number) => (endsEmphasis(text.slice(0, at), run) ? run : ''));
  const open = openDelimiters(body);
  if (open.length > MAX_OPEN_DELIMITERS) return body;
  const closers = open.reverse().map(({ character, length }) => character.repeat(length)).join('');
  const trimmed = body.trimEnd();
  return closers === '' ? body : trimmed + closers;
}

function endsEmphasis(before: string, run: string): boolean {
  const top = openDelimiters(before).at(-1);
  return !/\s$/.test(before) && top !== undefined && top.character === run[0] && top.length <= run.length;
}

function openDelimiters(text: string): Delimiter[] {
  const open: Delimiter[] = [];
  for (const match of text.matchAll(/\\.|`+[^`]*`+|\*{1,3}|_{1,3}|~~/gs)) {
    const [run] = match;
    if (run.startsWith('\\') || run.startsWith('`')) continue;
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
  else if (!/\s/.test(next) && (character !== '_' || !/\w/.test(previous))) open.push({ character, length: run.length });
}

function shrink(open: Delimiter[], top: Delimiter, by: number): void {
  top.length -= Math.min(top.length, by);
  if (top.length === 0) open.pop();
}
