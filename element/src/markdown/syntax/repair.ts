// Repairs half-written markdown: closes open syntax and hides incomplete syntax.
// Changes only the last line or paragraph, so a wrong guess lasts for a few characters.
import { isFence, openFence } from './fences.ts';
import { repairedInline } from './repair_inline.ts';
import { openFormula } from './tex.ts';

const DANGLING = /^[ \t>]*(?:[-*+=_]+|#{1,6}|\d{1,9}[.)]?|`{1,2}|`{3,}[^`]*|~{1,2}|~{3,}.*)?[ \t]*$/;
const BLOCK_START = /^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)]|#{1,6})[ \t]+|\|)/;
const TABLE_ROW = /^[ \t]*\|/;
const DELIMITER_PART = /^[ \t]*\|?[ \t:|-]*$/;
const DELIMITER_ROW = /^[ \t]*:?-[ \t:-]*\|[ \t:|-]*$/;
const OPEN_TASK = /^[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]+\[[ xX]?\]?[ \t]*$/;
const OPEN_FOOTNOTE = /^ {0,3}\[\^[^\][\s]*(?:\]:?[ \t]*)?$/;

/** The markdown to show for `source` while more text is expected. */
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
  const isHeld = DANGLING.test(line) || OPEN_TASK.test(line) || OPEN_FOOTNOTE.test(line);
  return isHeld ? withRepairedEnd(before, lineAt) : withRepairedEnd(source, lineAt);
}

function withRepairedEnd(source: string, lineAt: number): string {
  const scopeAt = scopeStart(source, lineAt);
  return source.slice(0, scopeAt) + repairedInline(source.slice(scopeAt));
}

function withoutPartialFence(source: string, fence: string): string {
  const lineAt = source.lastIndexOf('\n') + 1;
  const line = source.slice(lineAt).trim();
  const isFirst = isFence(source.slice(lineAt));
  const isPart = line !== '' && line.length < fence.length && fence.startsWith(line);
  return isPart || (isFirst && line.length > 0) ? source.slice(0, lineAt) : source;
}

/** A table header is hidden until its line is complete, and then gets the delimiter row that must follow. */
function repairedTable(before: string, line: string): string | null {
  const lines = before.split('\n');
  const previous = lines.at(-2) ?? '';
  const isFirst = !TABLE_ROW.test(lines.at(-3) ?? '');
  if (isFirst && TABLE_ROW.test(previous) && DELIMITER_PART.test(line))
    return before + delimiterFor(previous);
  if ((lines.at(-3) ?? '').trim() === '' && previous.includes('|') && DELIMITER_ROW.test(line))
    return before + delimiterFor(previous);
  return TABLE_ROW.test(line) && !TABLE_ROW.test(previous) ? withRepairedEnd(before, before.length) : null;
}

function delimiterFor(header: string): string {
  const columns = header
    .trim()
    .replace(/^\||\|$/g, '')
    .split(/(?<!\\)\|/).length;
  return `|${' --- |'.repeat(columns)}`;
}

/** The start of the paragraph, list item, heading or cell that contains the last line. */
function scopeStart(source: string, lineAt: number): number {
  let at = lineAt;
  for (;;) {
    const end = source.indexOf('\n', at);
    const line = source.slice(at, end === -1 ? source.length : end);
    if (at < lineAt && isFence(line)) return Math.min(end + 1, lineAt);
    const marker = BLOCK_START.exec(line)?.[0];
    if (marker !== undefined)
      return marker.endsWith('|') ? Math.max(at, source.lastIndexOf('|') + 1) : at + marker.length;
    const previousAt = source.lastIndexOf('\n', at - 2) + 1;
    if (at === 0 || source.slice(previousAt, at).trim() === '') return at;
    at = previousAt;
  }
}
