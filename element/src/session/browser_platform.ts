// The platform of a session in a browser.
import type { Channel, PageEvent, Platform } from './platform.ts';

/** `name` separates the stored values of one server from those of others. */
export class BrowserPlatform implements Platform {
  readonly #name: string;

  constructor(name: string) {
    this.#name = `turnstream:${name}`;
  }

  get isOnline(): boolean {
    return navigator.onLine !== false;
  }

  get isHidden(): boolean {
    return document.hidden;
  }

  onPage(listener: (event: PageEvent) => void): () => void {
    const over = new AbortController();
    const on = (target: EventTarget, type: string, tell: (event: Event) => void): void =>
      target.addEventListener(type, tell, { signal: over.signal });
    on(globalThis, 'online', () => listener('online'));
    on(globalThis, 'offline', () => listener('offline'));
    on(globalThis, 'pageshow', (event) => (event as PageTransitionEvent).persisted && listener('restored'));
    on(document, 'visibilitychange', () => listener(document.hidden ? 'hidden' : 'shown'));
    return () => over.abort();
  }

  openChannel(receive: (message: unknown) => void): Channel | null {
    if (typeof BroadcastChannel !== 'function') return null;
    try {
      const channel = new BroadcastChannel(this.#name);
      channel.onmessage = ({ data }) => receive(data);
      return { post: (message) => channel.postMessage(message), close: () => channel.close() };
    } catch {
      return null; // An opaque origin has no channels.
    }
  }

  async alone(name: string, work: () => Promise<void>): Promise<void> {
    // Absent where the page is not a secure context.
    const locks = navigator.locks as LockManager | undefined;
    if (locks === undefined) return work();
    let isBegun = false;
    const begin = (): Promise<void> => ((isBegun = true), work());
    try {
      await locks.request(`${this.#name}:${name}`, { ifAvailable: true }, (lock) =>
        lock === null ? undefined : begin(),
      );
    } catch (error) {
      if (isBegun) throw error;
      await begin(); // An opaque origin refuses locks.
    }
  }

  recall(name: string): string | null {
    try {
      return sessionStorage.getItem(`${this.#name}:${name}`);
    } catch {
      return null;
    }
  }

  keep(name: string, value: string): void {
    try {
      sessionStorage.setItem(`${this.#name}:${name}`, value);
    } catch {
      // Full or forbidden: a reload forgets.
    }
  }

  random(): number {
    return Math.random();
  }
}
