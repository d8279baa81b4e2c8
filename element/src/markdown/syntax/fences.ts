// Where code fences begin and end. Models quote whole documents in a fence labelled `markdown`: within it, a
// labelled fence opens a nested one, and the next bare fence closes that.

const FENCE = /^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*(`{3,}|~{3,})(.*)/;
const DOCUMENT = /^[ \t]*(?:markdown|md|mdx)(?:[\s{]|$)/i;
const DOCUMENT_START = /^ {0,3}(`{3,}|~{3,})[ \t]*(?:markdown|md|mdx)(?:[ \t{][^\n]*)?(?:\n|$)/i;

type Open = { readonly marker: string; readonly isDocument: boolean };

/** The fences that are open after the lines read so far, outermost first. */
class OpenFences {
  readonly stack: Open[] = [];

  read(line: string): void {
    const [, marker, label = ''] = FENCE.exec(line) ?? [];
    const top = this.stack.at(-1);
    if (marker === undefined) return;
    if (top !== undefined && closes(line, marker, top.marker)) this.stack.pop();
    else if (top === undefined || (top.isDocument && isLabel(marker, label)))
      this.stack.push({ marker, isDocument: DOCUMENT.test(label) });
  }
}

function closes(line: string, marker: string, open: string): boolean {
  return marker[0] === open[0] && marker.length >= open.length && line.trimEnd().endsWith(marker);
}

function isLabel(marker: string, label: string): boolean {
  return label.trim() !== '' && !(marker.startsWith('`') && label.includes('`'));
}

export function isFence(line: string): boolean {
  return FENCE.test(line);
}

/** The marker of the code fence that `source` leaves open, or `null`. */
export function openFence(source: string): string | null {
  const open = new OpenFences();
  for (const line of source.split('\n')) open.read(line);
  return open.stack[0]?.marker ?? null;
}

/**
 * The quoted document at the start of `source`, up to its closing fence or the end; `null` if there is none.
 */
export function documentFenceAt(source: string): string | null {
  if (!DOCUMENT_START.test(source)) return null;
  const open = new OpenFences();
  let at = 0;
  while (at < source.length) {
    const next = source.indexOf('\n', at);
    const end = next === -1 ? source.length : next;
    open.read(source.slice(at, end));
    if (open.stack.length === 0) return source.slice(0, end);
    at = end + 1;
  }
  return source;
}

/** `raw`, the fence of a whole document, with a longer marker than any inside it. */
export function withLongerMarker(raw: string): string {
  const marker = DOCUMENT_START.exec(raw)?.[1] ?? '```';
  const longest = Math.max(...[...raw.matchAll(/`{3,}|~{3,}/g)].map(([run]) => run.length));
  const longer = (marker[0] ?? '`').repeat(longest + 1);
  const opened = raw.replace(marker, longer);
  return openFence(raw) === null ? opened.replace(/(?:`{3,}|~{3,})[ \t]*$/, longer) : opened;
}
