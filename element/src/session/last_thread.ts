// The last open thread, stored for the next visit: per server, and per person if the page names one.
import type { ChatOptions } from '../api/options.ts';

export function personOf(options: ChatOptions): string | null {
  return typeof options.persist === 'string' ? options.persist : null;
}

/** The absolute address of the server. */
export function serverOf({ api }: ChatOptions): string {
  try {
    return new URL(api.url, document.baseURI).href;
  } catch {
    return api.url; // Not a URL: the first request reports it.
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
    // Full or forbidden: the next visit opens the start screen.
  }
}

/** The thread that the page names, unless the same name was meant for the person of the earlier options. */
export function namedThread(options: ChatOptions, before: ChatOptions | null): string | null {
  const { initialThread } = options;
  const isOld = before !== null && personOf(before) !== null && before.initialThread === initialThread;
  return isOld ? null : initialThread || null;
}
