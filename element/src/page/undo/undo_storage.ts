// Where the books are kept: in localStorage, one for each thread of a server, and not more than some.
import { type Book, EMPTY, isInverse } from './undo_history.ts';
import { MARK } from './has_undo_history.ts';

const MAX_BOOKS = 20;

export class Shelf {
  readonly #prefix: string;
  /** What cannot be kept by the browser is kept by this page. */
  readonly #own = new Map<string, string>();
  #read: { readonly text: string; readonly book: Book } | null = null;

  constructor(apiUrl: string) {
    this.#prefix = `${MARK}:${new URL(apiUrl, document.baseURI).href}:`;
  }

  /** The same book as long as nobody has written another one. */
  open(threadId: string): Book {
    const text = this.#get(threadId);
    if (text === null) return EMPTY;
    if (this.#read?.text !== text) this.#read = { text, book: parse(text) };
    return this.#read.book;
  }

  put(threadId: string, book: Book): void {
    const text = JSON.stringify({ ...book, at: Date.now() });
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

  /** Those that were written to longest ago. */
  #clear(): void {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(this.#prefix));
    if (keys.length <= MAX_BOOKS) return;
    const ages = new Map(keys.map((key) => [key, writtenAt(localStorage.getItem(key) ?? '')]));
    for (const key of keys.toSorted((a, b) => ages.get(a)! - ages.get(b)!).slice(0, keys.length - MAX_BOOKS))
      localStorage.removeItem(key);
  }
}

/** Another version of this element may have written it. */
function parse(text: string): Book {
  try {
    const { made, undone, gone, lost } = JSON.parse(text) as Partial<Book>;
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
  const { id, itemId, effect, inverse } = (value ?? {}) as Partial<Book['made'][number]>;
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
