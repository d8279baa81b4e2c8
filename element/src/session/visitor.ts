// A cookie identifies an anonymous visitor. Where the browser can withhold it, the element sends a random key
// instead.
import { uuid } from '../protocol/uuid.ts';

/** The keys of this page by server, where storage is forbidden. */
const made = new Map<string, string>();

/** The same key in every page of this origin if storage works; null where the cookie is enough. */
export function visitorKey(url: string): string | null {
  const server = new URL(url, document.baseURI);
  // In a frame, the cookie is a third-party cookie, which browsers can withhold.
  if (!isForeign(url) && navigator.cookieEnabled && window.self === window.top) return null;
  const name = `turnstream:${server.href}:visitor`;
  const key = made.get(name) ?? stored(name) ?? uuid();
  made.set(name, key);
  return key;
}

/** Whether the server has another origin, or the page is sandboxed and has none. */
export function isForeign(url: string): boolean {
  return new URL(url, document.baseURI).origin !== location.origin;
}

/** Prefers the key that another tab has stored; null where storage is forbidden. */
function stored(name: string): string | null {
  try {
    const key = localStorage.getItem(name) ?? uuid();
    localStorage.setItem(name, key);
    return key;
  } catch {
    return null;
  }
}
