// One connection and its watchdog. A dead network says nothing; only silence tells.
import { ConnectionError } from './errors.ts';

/** The server sends at least a comment every 15 s. */
const SILENCE_MS = 45_000;
/** How often one looks at the clock: after a sleep, a timer has all the time left that it had before. */
const LOOK_MS = 2000;

export class Connection {
  readonly #controller = new AbortController();
  readonly #unbind: (() => void)[] = [];
  // The wall clock, because others stand still while a machine sleeps.
  #heardAt = Date.now();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Given up when `owner` aborts. */
  constructor(owner: AbortSignal) {
    this.bind(owner);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get silentMs(): number {
    return Date.now() - this.#heardAt;
  }

  bind(owner: AbortSignal): void {
    const abort = (): void => this.#controller.abort(owner.reason);
    if (owner.aborted) abort();
    owner.addEventListener('abort', abort);
    this.#unbind.push(() => owner.removeEventListener('abort', abort));
  }

  /** From now on silence ends it. Calling it again does nothing. */
  watch(): void {
    if (this.#timer === undefined) this.#wait(LOOK_MS);
  }

  readonly hear = (): void => {
    this.#heardAt = Date.now();
  };

  /** Gives the connection up as if the network had. */
  drop(): void {
    this.#controller.abort(
      new ConnectionError('network', 'The connection was lost. Check the network and try again.'),
    );
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const unbind of this.#unbind.splice(0)) unbind();
    this.#controller.abort();
  }

  #wait(ms: number): void {
    this.#timer = setTimeout(() => {
      const restMs = SILENCE_MS - this.silentMs;
      if (restMs > 0) this.#wait(Math.min(restMs, LOOK_MS));
      else this.drop();
    }, ms);
  }
}
