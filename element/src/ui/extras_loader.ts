// Loads the extras, the bundle of rarely shown components, when the first of them is needed. Other bundles
// load the same way.

export type Extras = typeof import('../extras.ts');

/** The delay before another attempt: a server that is being replaced may lack the bundle for a moment. */
const AGAIN_MS = 3000;
const MAX_AGAIN_MS = 60_000;

/** What a bundle has besides its components. */
type Bundle = { readonly styles: readonly string[] };

export class ExtrasLoader<Loaded extends Bundle = Extras> {
  readonly #arrived: (styles: readonly string[]) => void;
  readonly #failed: (error: unknown) => void;
  readonly #import: () => Promise<Loaded>;
  #extras: Loaded | null = null;
  #loading: Promise<void> | null = null;
  #isMissing = false;
  #failures = 0;
  #version = 0;
  #missed = 0;

  /**
   * `arrived` is called when the extras are loaded, or may be requested again: their users must be rendered
   * again.
   */
  constructor(
    arrived: (styles: readonly string[]) => void,
    failed: (error: unknown) => void,
    load: () => Promise<Bundle> = () => import('../extras.ts'),
  ) {
    this.#arrived = arrived;
    this.#failed = failed;
    this.#import = load as () => Promise<Loaded>;
  }

  /** Increases when the extras are loaded, or may be requested again. */
  get version(): number {
    return this.#version;
  }

  /** How often the extras were needed while they were not loaded. */
  get missed(): number {
    return this.#missed;
  }

  /** Requests the extras. Returns whether they are not loaded yet and have not failed. */
  get isAwaited(): boolean {
    return this.get() === null && !this.#isMissing;
  }

  /** The extras, or `null` until they are loaded. */
  get(): Loaded | null {
    if (this.#extras !== null) return this.#extras;
    this.#loading ??= this.#load();
    this.#missed++;
    return null;
  }

  /** Resolves to the extras; `null` if they could not be loaded. */
  async when(): Promise<Loaded | null> {
    if (this.get() === null) await this.#loading;
    return this.#extras;
  }

  /** Resolves when the extras are loaded or have failed; at once if they were not needed. */
  async loaded(): Promise<void> {
    await this.#loading;
  }

  async #load(): Promise<void> {
    try {
      this.#extras = await this.#import();
      this.#version++;
      this.#arrived(this.#extras.styles);
    } catch (error) {
      this.#isMissing = true;
      this.#failed(error);
      setTimeout(() => this.#askAgain(), Math.min(AGAIN_MS * 2 ** this.#failures++, MAX_AGAIN_MS));
    }
  }

  /** Users that rendered nothing without the extras request them again in the next rendering. */
  #askAgain(): void {
    this.#loading = null;
    this.#isMissing = false;
    this.#version++;
    this.#arrived([]);
  }
}
