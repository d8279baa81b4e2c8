// Parts of the module that most answers do not need: each is fetched when it is first asked for, once.

/** Between two tries: what cannot be fetched is asked for at every update of a growing text. */
const RETRY_MS = 10_000;

export class Lazy<T> {
  /** Resolves when the part has arrived. */
  readonly arrived: Promise<T>;
  readonly #load: () => Promise<T>;
  #failedAt = -Infinity;
  #loading: Promise<T | null> | null = null;
  #loaded: T | null = null;

  constructor(load: () => Promise<T>) {
    let arrive: (part: T) => void;
    this.arrived = new Promise((resolve) => (arrive = resolve));
    this.#load = async () => {
      const part = await load();
      arrive(part);
      return part;
    };
  }

  /** The part, or `null` as long as it has not arrived. */
  get value(): T | null {
    return this.#loaded;
  }

  /** Fetches the part; `null` when it cannot be had now. A later request tries again, at most every ten seconds. */
  request(): Promise<T | null> {
    if (this.#loading === null && Date.now() - this.#failedAt < RETRY_MS) return Promise.resolve(null);
    this.#loading ??= this.#load().then(
      (part) => (this.#loaded = part),
      () => this.#fail(),
    );
    return this.#loading;
  }

  #fail(): null {
    this.#failedAt = Date.now();
    this.#loading = null;
    return null;
  }
}

export const doubts = new Lazy(() => import('../link_doubts.ts'));
export const highlighter = new Lazy(() => import('./highlight.ts'));
export const pictures = new Lazy(() => import('../render/pictures.ts'));
export const mathematics = new Lazy(() => import('./math.ts'));
