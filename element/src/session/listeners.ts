// The subscribers of a view. While text streams they are notified once per frame, not once per token.

/** Requests a call before the next paint; returns a function that cancels it. */
export type RequestFrame = (callback: () => void) => () => void;

export class Listeners {
  readonly #listeners = new Set<() => void>();
  readonly #requestFrame: RequestFrame;
  #cancelFrame: (() => void) | null = null;

  constructor(requestFrame: RequestFrame) {
    this.#requestFrame = requestFrame;
  }

  add(listener: () => void): () => void {
    const own = (): void => listener(); // The same function may be added twice, and is then removed once.
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  notify(): void {
    this.#cancelFrame?.();
    this.#cancelFrame = null;
    for (const listener of [...this.#listeners]) callSafely(listener);
  }

  notifyInFrame(): void {
    this.#cancelFrame ??= this.#requestFrame(() => {
      this.#cancelFrame = null;
      this.notify();
    });
  }
}

/**
 * Runs the page's handler. An error is reported as uncaught and does not propagate. Returns whether there was
 * none.
 */
export function callSafely(handler: () => void): boolean {
  try {
    handler();
    return true;
  } catch (error) {
    if (typeof reportError === 'function') reportError(error);
    else console.error(error);
    return false;
  }
}
