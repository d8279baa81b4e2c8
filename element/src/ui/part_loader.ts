// Loads a part of the chat when it is first needed, and again after a failure.

/** The delay before another attempt: a server that is being replaced may lack a file for a moment. */
const AGAIN_MS = 3000;
const MAX_AGAIN_MS = 60_000;

export class PartLoader<Part> {
  readonly #import: () => Promise<Part>;
  readonly #arrived: (part: Part | null) => void;
  readonly #failed: (error: unknown) => void;
  #part: Part | null = null;
  #loading: Promise<void> | null = null;
  #isMissing = false;
  #failures = 0;
  #version = 0;
  #missed = 0;

  /**
   * `arrived` is called when the part is loaded, and with null when it may be requested again: its users must
   * be rendered again.
   */
  constructor(
    load: () => Promise<Part>,
    arrived: (part: Part | null) => void,
    failed: (error: unknown) => void,
  ) {
    this.#import = load;
    this.#arrived = arrived;
    this.#failed = failed;
  }

  /** Increases when the part is loaded, or may be requested again. */
  get version(): number {
    return this.#version;
  }

  /** How often the part was needed while it was not loaded. */
  get missed(): number {
    return this.#missed;
  }

  /** Requests the part. Returns whether it is not loaded yet and has not failed. */
  get isAwaited(): boolean {
    return this.get() === null && !this.#isMissing;
  }

  /** The part, or `null` until it is loaded. */
  get(): Part | null {
    if (this.#part !== null) return this.#part;
    this.#loading ??= this.#load();
    this.#missed++;
    return null;
  }

  /** Resolves to the part; `null` if it could not be loaded. */
  async when(): Promise<Part | null> {
    if (this.get() === null) await this.#loading;
    return this.#part;
  }

  /** Resolves when the part is loaded or has failed; at once if it was not needed. */
  async loaded(): Promise<void> {
    await this.#loading;
  }

  async #load(): Promise<void> {
    try {
      this.#part = await this.#import();
      this.#version++;
      this.#arrived(this.#part);
    } catch (error) {
      this.#isMissing = true;
      this.#failed(error);
      setTimeout(() => this.#askAgain(), Math.min(AGAIN_MS * 2 ** this.#failures++, MAX_AGAIN_MS));
    }
  }

  /** Users that rendered nothing without the part request it again in the next rendering. */
  #askAgain(): void {
    this.#loading = null;
    this.#isMissing = false;
    this.#version++;
    this.#arrived(null);
  }
}
