// A cache of recent results by their input: the tail of a growing text is rendered repeatedly.

export class Recent<V extends Node> {
  readonly #size: number;
  readonly #known = new Map<string, V | null>();

  constructor(size: number) {
    this.#size = size;
  }

  /** A copy of the result of `make` for `key`; the last `size` results are cached. */
  of(key: string, make: () => V | null): V | null {
    const value = this.#known.has(key) ? (this.#known.get(key) ?? null) : make();
    this.#known.delete(key);
    this.#known.set(key, value);
    if (this.#known.size > this.#size) this.#known.delete(this.#known.keys().next().value ?? '');
    return (value?.cloneNode(true) ?? null) as V | null;
  }
}
