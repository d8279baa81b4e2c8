// What the logic needs of the browser around it. Every part may be missing; the chat then does without.

/** `restored`: the page comes back from the browser's cache, with its connections gone. */
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
  /** To the other tabs of this browser that show a chat of the same server. Null where tabs cannot talk. */
  openChannel(receive: (message: unknown) => void): Channel | null;
  /** Runs `work`, unless some tab of this browser holds the same name. Without locks it always runs. */
  alone(name: string, work: () => Promise<void>): Promise<void>;
  /** A value that survives a reload of this tab; null when there is none or nothing can be kept. */
  recall(name: string): string | null;
  keep(name: string, value: string): void;
  /** At least 0, below 1. */
  random(): number;
}
