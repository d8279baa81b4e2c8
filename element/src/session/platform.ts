// What the session needs from the browser. Each part may be missing; the session works without it.

/** `restored`: the page returns from the back/forward cache, without its connections. */
export type PageEvent = 'online' | 'offline' | 'restored' | 'shown' | 'hidden';

export interface Channel {
  post(message: unknown): void;
  close(): void;
}

export interface Platform {
  readonly isOnline: boolean;
  readonly isHidden: boolean;
  /** Returns the function that ends it. */
  onPage(listener: (event: PageEvent) => void): () => void;
  /** A channel to this browser's other tabs with a chat of the same server; null if the browser has none. */
  openChannel(receive: (message: unknown) => void): Channel | null;
  /** Runs `work` unless a tab of this browser holds the lock `name`. Without the lock API it always runs. */
  alone(name: string, work: () => Promise<void>): Promise<void>;
  /** A value that survives a reload of this tab; null if there is none or storage is forbidden. */
  recall(name: string): string | null;
  keep(name: string, value: string): void;
  /** At least 0, below 1. */
  random(): number;
}
