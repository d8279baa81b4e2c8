// The thread that was open last, kept for the next visit: by server, and by person where the page names one.
import type { ChatOptions } from '../api/options.ts';

export function personOf(options: ChatOptions): string | null {
  return typeof options.persist === 'string' ? options.persist : null;
}

/** The absolute address of a server, however the page writes it. */
export function serverOf({ api }: ChatOptions): string {
  try {
    return new URL(api.url, document.baseURI).href;
  } catch {
    return api.url; // No address at all: the first request says so.
  }
}

function keyOf(options: ChatOptions): string {
  return `turnstream:${serverOf(options)}:thread:${personOf(options) ?? ''}`;
}

export function recallThread(options: ChatOptions): string | null {
  try {
    return (options.persist && localStorage.getItem(keyOf(options))) || null;
  } catch {
    return null; // Forbidden.
  }
}

/** Null is the start screen. */
export function keepThread(options: ChatOptions, threadId: string | null): void {
  try {
    if (options.persist) localStorage.setItem(keyOf(options), threadId ?? '');
  } catch {
    // Full or forbidden: the next visit begins anew.
  }
}

/** The thread that the page names. One that was meant for the person of the options before is not for the next. */
export function namedThread(options: ChatOptions, before: ChatOptions | null): string | null {
  const { initialThread } = options;
  const isOld = before !== null && personOf(before) !== null && before.initialThread === initialThread;
  return isOld ? null : initialThread || null;
}
