// A position in a thread's log: epoch and sequence. After data loss the sequence restarts under another
// epoch.

export type Position = { readonly epoch: string; readonly seq: number };

/** Parses a position; null if `text` is not one. */
export function readPosition(id: string): Position | null {
  const dot = id.lastIndexOf('.');
  const seq = id.slice(dot + 1);
  return dot > 0 && /^[0-9]{1,15}$/.test(seq) ? { epoch: id.slice(0, dot), seq: Number(seq) } : null;
}

/** How the entry at `next` follows an entry at `last`; a gap means that entries are missing. */
export function follows(last: Position | null, next: Position): 'next' | 'known' | 'gap' {
  if (last === null) return 'next';
  if (last.epoch !== next.epoch) return 'gap';
  if (next.seq <= last.seq) return 'known';
  return next.seq === last.seq + 1 ? 'next' : 'gap';
}
