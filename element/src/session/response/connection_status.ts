// The connection status that is shown while a broken connection is being replaced.
import type { Platform } from '../platform.ts';
import type { ConnectionStatus } from '../view/view.ts';

/** Most breaks end before a person would notice them. */
const PATIENCE_MS = 1500;

export class ConnectionWatch {
  readonly #platform: Platform;
  readonly #show: (connection: ConnectionStatus) => void;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #unsubscribe: (() => void) | null = null;

  constructor(platform: Platform, show: (connection: ConnectionStatus) => void) {
    this.#platform = platform;
    this.#show = show;
  }

  lost(): void {
    this.#timer ??= setTimeout(() => {
      this.#tell();
      this.#unsubscribe = this.#platform.onPage(() => this.#tell());
    }, PATIENCE_MS);
  }

  /** Bytes arrive again, or the response has ended. */
  found(): void {
    if (this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#unsubscribe?.();
    this.#unsubscribe = null;
    this.#show('live');
  }

  #tell(): void {
    this.#show(this.#platform.isOnline ? 'reconnecting' : 'offline');
  }
}
