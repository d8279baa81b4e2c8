// Modules that most answers do not need: each is loaded once, when it is first needed.

/** The time between two attempts: a growing text asks at every update for a module that failed to load. */
const RETRY_MS = 10_000;

export class Lazy<T> {
  /** Resolves when the module is loaded. */
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

  /** The module, or `null` until it is loaded. */
  get value(): T | null {
    return this.#loaded;
  }

  /** Loads the module; `null` on failure. A later request tries again, at most every ten seconds. */
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
