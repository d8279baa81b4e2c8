// Retries with jitter, so that pages do not all return at once to a restarted server.

import { Connection } from '../../protocol/connection.ts';
import { ChatError, RequestError } from '../../protocol/errors.ts';
import type { Platform } from '../platform.ts';

const FIRST_MS = 250;
const LONGEST_MS = 15_000;

/** Full jitter: a random delay up to a bound that doubles with each failure. */
export function backoffMs(failures: number, random: () => number): number {
  return random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** failures);
}

/** The server's `Retry-After`, up to a limit. */
export function waitMs(error: unknown, failures: number, random: () => number): number {
  const asked = error instanceof RequestError ? error.retryAfterMs : 0;
  return Math.max(Math.min(asked, LONGEST_MS), backoffMs(failures, random));
}

/** Resolves after `ms`, when the page becomes visible or online, or when `signal` aborts. */
export function pause(ms: number, platform: Platform, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = (): void => {
      clearTimeout(timer);
      unsubscribe();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    const unsubscribe = platform.onPage((event) => event !== 'offline' && event !== 'hidden' && end());
    signal.addEventListener('abort', end);
  });
}

export function isPassing(error: unknown): boolean {
  return error instanceof ChatError && error.allowRetry;
}

/**
 * For requests that are safe to repeat: retries temporary failures for about `forMs`.
 * Raises: the last error of `attempt`.
 */
export async function retry<T>(
  attempt: (signal: AbortSignal) => Promise<T>,
  forMs: number,
  platform: Platform,
  signal: AbortSignal,
  isWorthIt = isPassing,
): Promise<T> {
  const until = Date.now() + forMs;
  for (let failures = 0; ; failures++) {
    const connection = new Connection(signal);
    connection.watch();
    try {
      return await attempt(connection.signal);
    } catch (error) {
      const ms = waitMs(error, failures, () => platform.random());
      if (!isWorthIt(error) || Date.now() + ms > until) throw error;
      await pause(ms, platform, signal);
      signal.throwIfAborted();
    } finally {
      connection.close();
    }
  }
}
