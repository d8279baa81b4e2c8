// Loads the extras, the bundle of what is shown rarely, when the first of it is wanted.

export type Extras = typeof import('../extras.ts');

/** A server that is being replaced may not have the bundle for a moment. */
const AGAIN_MS = 3000;
const MAX_AGAIN_MS = 60_000;

export type ExtrasHost = {
  /** The extras have arrived, or may be asked for again: what shows them must be rendered again. */
  readonly arrived: (styles: readonly string[]) => void;
  readonly failed: (error: unknown) => void;
};

export class ExtrasLoader {
  readonly #host: ExtrasHost;
  #extras: Extras | null = null;
  #loading: Promise<void> | null = null;
  #isMissing = false;
  #failures = 0;
  #version = 0;
  #missed = 0;

  constructor(host: ExtrasHost) {
    this.#host = host;
  }

  /** Another number after each arrival. */
  get version(): number {
    return this.#version;
  }

  /** How often the extras were asked for while they were not there. */
  get missed(): number {
    return this.#missed;
  }

  /** The extras could not be loaded, and are not asked for again yet. */
  get isMissing(): boolean {
    return this.#isMissing;
  }

  /** The extras, or `null` until they have arrived. */
  get(): Extras | null {
    if (this.#extras !== null) return this.#extras;
    this.#loading ??= this.#load();
    this.#missed++;
    return null;
  }

  /** The extras once they are there; `null` when they cannot be had now. */
  async when(): Promise<Extras | null> {
    if (this.get() === null) await this.#loading;
    return this.#extras;
  }

  /** Resolves when the extras are there or have failed, at once where nobody has asked for them. */
  async loaded(): Promise<void> {
    await this.#loading;
  }

  async #load(): Promise<void> {
    try {
      this.#extras = await import('../extras.ts');
      this.#version++;
      this.#host.arrived(this.#extras.styles);
    } catch (error) {
      this.#isMissing = true;
      this.#host.failed(error);
      setTimeout(() => this.#askAgain(), Math.min(AGAIN_MS * 2 ** this.#failures++, MAX_AGAIN_MS));
    }
  }

  /** Who has shown nothing for want of the extras asks for them when it is rendered again. */
  #askAgain(): void {
    this.#loading = null;
    this.#isMissing = false;
    this.#version++;
    this.#host.arrived([]);
  }
}
