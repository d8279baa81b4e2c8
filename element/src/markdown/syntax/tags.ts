// The HTML tags that are rendered: `<br>`, and closed `<sub>`, `<sup>` and `<kbd>`, all without attributes.
// Other tags are text.
import type { Token } from 'marked';

type ShownTag = 'sub' | 'sup' | 'kbd';

const OPENING = /^<(sub|sup|kbd)>$/i;
const CLOSING = /^<\/(sub|sup|kbd)>$/i;

export function isBreak(raw: string): boolean {
  return /^<br[ \t]*\/?>$/i.test(raw);
}

export function shownTag(raw: string): ShownTag | null {
  return (OPENING.exec(raw)?.[1]?.toLowerCase() as ShownTag | undefined) ?? null;
}

/** The tag that `raw` closes, or `null`. */
export function closedTag(raw: string): ShownTag | null {
  return (CLOSING.exec(raw)?.[1]?.toLowerCase() as ShownTag | undefined) ?? null;
}

/** Maps the index of each closed opening tag among `tokens` to the index of its closing tag. */
export function matchedTags(tokens: readonly Token[]): ReadonlyMap<number, number> {
  const ends = new Map<number, number>();
  const open: { readonly at: number; readonly name: ShownTag }[] = [];
  tokens.forEach((token, at) => {
    if (token.type !== 'html') return;
    const name = shownTag(token.raw);
    if (name !== null) open.push({ at, name });
    else if (closedTag(token.raw) !== null && open.at(-1)?.name === closedTag(token.raw))
      ends.set(open.pop()!.at, at);
  });
  return ends;
}
