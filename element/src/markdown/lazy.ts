// Parts of the module that most answers do not need: each is fetched when it is first asked for, once.

export class Lazy<T> {
  private readonly load: () => Promise<T>;
  private loading: Promise<T | null> | null = null;
  private loaded: T | null = null;

  constructor(load: () => Promise<T>) {
    this.load = load;
  }

  /** The part, or `null` as long as it has not arrived. */
  get value(): T | null {
    return this.loaded;
  }

  /** Fetches the part; `null` when it cannot be had now. The next request tries again. */
  request(): Promise<T | null> {
    this.loading ??= this.load().then(
      (part) => (this.loaded = part),
      () => (this.loading = null),
    );
    return this.loading;
  }
}

export const highlighter = new Lazy(() => import('./highlight.ts'));
export const mathematics = new Lazy(() => import('./math.ts'));
