// Stores the undo histories in localStorage: one for each thread of a server, the newest twenty.

import { MARK } from './has_undo_history.ts';
import { EMPTY, isInverse, type UndoHistory } from './undo_history.ts';

const MAX_HISTORIES = 20;

export class UndoStorage {
  readonly #prefix: string;
  /** Histories that the browser refuses to store. */
  readonly #own = new Map<string, string>();
  #read: { readonly text: string; readonly history: UndoHistory } | null = null;

  constructor(apiUrl: string) {
    this.#prefix = `${MARK}:${new URL(apiUrl, document.baseURI).href}:`;
  }

  /** Returns the same object until another history is written. */
  open(threadId: string): UndoHistory {
    const text = this.#get(threadId);
    if (text === null) return EMPTY;
    if (this.#read?.text !== text) this.#read = { text, history: parse(text) };
    return this.#read.history;
  }

  put(threadId: string, history: UndoHistory): void {
    const text = JSON.stringify({ ...history, at: Date.now() });
    this.#own.set(threadId, text);
    try {
      localStorage.setItem(this.#prefix + threadId, text);
      localStorage.setItem(MARK, '1');
      this.#own.delete(threadId);
      this.#clear();
    } catch {
      // Full or forbidden: a reload forgets.
    }
  }

  forget(threadId: string): void {
    this.#own.delete(threadId);
    try {
      localStorage.removeItem(this.#prefix + threadId);
    } catch {
      // Nothing was kept.
    }
  }

  #get(threadId: string): string | null {
    try {
      return this.#own.get(threadId) ?? localStorage.getItem(this.#prefix + threadId);
    } catch {
      return null;
    }
  }

  /** Removes the least recently written histories. */
  #clear(): void {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(this.#prefix));
    if (keys.length <= MAX_HISTORIES) return;
    const ages = new Map(keys.map((key) => [key, writtenAt(localStorage.getItem(key) ?? '')]));
    for (const key of keys
      .toSorted((a, b) => ages.get(a)! - ages.get(b)!)
      .slice(0, keys.length - MAX_HISTORIES))
      localStorage.removeItem(key);
  }
}

/** Another version of this element may have written it. */
function parse(text: string): UndoHistory {
  try {
    const { made, undone, gone, lost } = JSON.parse(text) as Partial<UndoHistory>;
    const isWhole =
      Array.isArray(made) &&
      Array.isArray(undone) &&
      made.every(isEntry) &&
      undone.every(({ entries }) => Array.isArray(entries) && entries.every(isEntry));
    return isWhole ? { made, undone, gone: gone ?? '', lost: lost ?? null } : EMPTY;
  } catch {
    return EMPTY;
  }
}

function isEntry(value: unknown): boolean {
  const { id, itemId, effect, inverse } = (value ?? {}) as Partial<UndoHistory['made'][number]>;
  return (
    typeof id === 'string' &&
    typeof itemId === 'string' &&
    typeof effect?.name === 'string' &&
    isInverse(inverse)
  );
}

function writtenAt(text: string): number {
  try {
    return Number((JSON.parse(text) as { at?: number }).at ?? 0);
  } catch {
    return 0;
  }
}
