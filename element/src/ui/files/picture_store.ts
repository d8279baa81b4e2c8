// Pictures that the page holds as bytes: files that somebody has picked, and what was loaded with the page's
// own `fetch`. Each has an object URL while it is shown.

/** A picture to load. Those with the same key are the same. */
export type StoredPicture = { readonly key: unknown; readonly load: (signal: AbortSignal) => Promise<Blob> };

/** A place that shows a picture, until it is released. */
export type Lease = {
  /** Null if it was released before the picture had arrived. Rejects with what `load` raises. */
  readonly url: Promise<string | null>;
  /** Calling it again does nothing. */
  readonly release: () => void;
};

type Entry = {
  readonly controller: AbortController;
  readonly blob: Promise<Blob>;
  readonly users: Set<object>;
  bytes: number;
  url: string | null;
};

/** How much is held of pictures that are not shown, for a return to their thread. */
const MAX_IDLE_BYTES = 24 * 2 ** 20;
const MAX_IDLE = 60;

export class PictureStore {
  /** From the one that was released longest ago. */
  readonly #entries = new Map<unknown, Entry>();

  /** All leases of one picture share its object URL, which is revoked when the last of them is released. */
  lease({ key, load }: StoredPicture): Lease {
    const entry = this.#entries.get(key) ?? this.#begin(key, load);
    const user = {};
    entry.users.add(user);
    const url = async (): Promise<string | null> => {
      const blob = await entry.blob;
      return entry.users.has(user) ? (entry.url ??= URL.createObjectURL(blob)) : null;
    };
    return { url: url(), release: () => entry.users.delete(user) && this.#released(key, entry) };
  }

  #begin(key: unknown, load: StoredPicture['load']): Entry {
    const controller = new AbortController();
    const blob = load(controller.signal);
    const entry: Entry = { controller, blob, users: new Set(), bytes: 0, url: null };
    blob.then(
      ({ size }) => (entry.bytes = Math.max(1, size)),
      () => this.#forget(key, entry), // The next lease tries again.
    );
    this.#entries.set(key, entry);
    return entry;
  }

  #released(key: unknown, entry: Entry): void {
    if (entry.users.size > 0) return;
    if (entry.url !== null) URL.revokeObjectURL(entry.url);
    entry.url = null;
    if (!this.#forget(key, entry)) return;
    if (entry.bytes === 0) return entry.controller.abort();
    this.#entries.set(key, entry); // As the newest.
    this.#trim();
  }

  #forget(key: unknown, entry: Entry): boolean {
    return this.#entries.get(key) === entry && this.#entries.delete(key);
  }

  #trim(): void {
    const idle = [...this.#entries].filter(([, { users }]) => users.size === 0).reverse();
    let bytes = 0;
    idle.forEach(([key, entry], at) => {
      bytes += entry.bytes;
      if (at >= MAX_IDLE || bytes > MAX_IDLE_BYTES) this.#entries.delete(key);
    });
  }
}
