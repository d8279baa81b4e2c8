// The nodes that have a card, and what they refer to.
import type { Source } from '../../protocol/wire.ts';

const SUBJECTS = '.citation, .source, .tag, .mirror mark';

/** A node that a template has given its source. */
type Subject = Element & { readonly subject?: Source };
type Cited = Element & { readonly sources?: readonly Source[] };

/** What has a card at `node`. */
export function subjectAt(node: unknown): HTMLElement | null {
  return node instanceof Element ? node.closest<HTMLElement>(SUBJECTS) : null;
}

/** A citation has only the number of its source, since the renderer copies the attributes of its nodes. */
export function sourceOf(node: HTMLElement): Source | null {
  const { sources } = (node.closest('article') ?? {}) as Cited;
  return (node as Subject).subject ?? sources?.[Number(node.dataset['source']) - 1] ?? null;
}
