// A browser whose page, tabs and storage the test controls.
import type { Channel, PageEvent, Platform } from '../../../src/session/platform.ts';

/** The state that the tabs of one browser share. */
export class FakeBrowser {
  readonly tabs = new Set<{ receive: (message: unknown) => void }>();
  readonly locks = new Set<string>();
}

export class FakePlatform implements Platform {
  isOnline = true;
  isHidden = false;
  readonly stored = new Map<string, string>();
  readonly #browser: FakeBrowser | null;
  readonly #listeners = new Set<(event: PageEvent) => void>();
  randomValue = 0;

  /** Without a browser, the platform has neither channels nor locks. */
  constructor(browser: FakeBrowser | null = null) {
    this.#browser = browser;
  }

  get listenerCount(): number {
    return this.#listeners.size;
  }

  say(event: PageEvent): void {
    if (event === 'online' || event === 'offline') this.isOnline = event === 'online';
    if (event === 'shown' || event === 'hidden') this.isHidden = event === 'hidden';
    for (const listener of [...this.#listeners]) listener(event);
  }

  onPage(listener: (event: PageEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  openChannel(receive: (message: unknown) => void): Channel | null {
    const browser = this.#browser;
    if (browser === null) return null;
    const own = { receive };
    browser.tabs.add(own);
    return {
      // Like a real channel: later, as a copy, and to all other tabs.
      post: (message) => {
        const copy = structuredClone(message);
        for (const tab of browser.tabs)
          if (tab !== own) queueMicrotask(() => browser.tabs.has(tab) && tab.receive(copy));
      },
      close: () => void browser.tabs.delete(own),
    };
  }

  async alone(name: string, work: () => Promise<void>): Promise<void> {
    const locks = this.#browser?.locks ?? new Set();
    if (locks.has(name)) return;
    locks.add(name);
    await work().finally(() => locks.delete(name));
  }

  recall(name: string): string | null {
    return this.stored.get(name) ?? null;
  }

  keep(name: string, value: string): void {
    this.stored.set(name, value);
  }

  random(): number {
    return this.randomValue;
  }
}
