// One connection and its watchdog. A dead network raises no error, so silence ends the connection.
import { ConnectionError } from './errors.ts';

/** The server sends at least a comment every 15 s. */
const SILENCE_MS = 45_000;
/** How often the watchdog reads the clock: timers do not run while the machine sleeps. */
const LOOK_MS = 2000;

export class Connection {
  readonly #controller = new AbortController();
  readonly #unbind: (() => void)[] = [];
  // The wall clock, because monotonic clocks can stop while the machine sleeps.
  #heardAt = Date.now();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Closed when `owner` aborts. */
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

  /** Starts the watchdog. Calling it again does nothing. */
  watch(): void {
    if (this.#timer === undefined) this.#wait(LOOK_MS);
  }

  readonly hear = (): void => {
    this.#heardAt = Date.now();
  };

  /** Ends the connection as a network failure would. */
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
