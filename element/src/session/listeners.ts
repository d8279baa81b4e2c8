// Who wants to know that the view changed. While text streams they are told once per frame, not once per token.

/** Calls back before the next paint; returns how to cancel that. */
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

/** A handler that throws is the page's problem: it is reported like any uncaught error, and stops nothing. Returns whether it did not. */
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
