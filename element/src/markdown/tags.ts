// The few tags of HTML that are shown as what they are: `<br>`, and `<sub>`, `<sup>` and `<kbd>` where they are closed. All
// without attributes; any other tag is text.
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

/** From the place of each opening tag among `tokens` to that of the tag that closes it. */
export function matchedTags(tokens: readonly Token[]): ReadonlyMap<number, number> {
  const ends = new Map<number, number>();
  const open: { readonly at: number; readonly name: ShownTag }[] = [];
  tokens.forEach((token, at) => {
    if (token.type !== 'html') return;
    const name = shownTag(token.raw);
    if (name !== null) open.push({ at, name });
    else if (closedTag(token.raw) !== null && open.at(-1)?.name === closedTag(token.raw)) ends.set(open.pop()!.at, at);
  });
  return ends;
}
