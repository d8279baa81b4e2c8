// An anonymous visitor is known to our server by a cookie. Where the browser may hold that back, a random key takes its place.
import { uuid } from './protocol/uuid.ts';

/** The keys of this page by server, for when nothing can be stored. */
const made = new Map<string, string>();

/** The same in every page of this origin, as far as it may store anything; null where the cookie is enough. */
export function visitorKey(url: string): string | null {
  const server = new URL(url, document.baseURI);
  // In a frame the cookie is a third party's, which browsers withhold whoever serves the frame.
  if (!isForeign(url) && navigator.cookieEnabled && window.self === window.top) return null;
  const name = `turnstream:${server.href}:visitor`;
  const key = made.get(name) ?? stored(name) ?? uuid();
  made.set(name, key);
  return key;
}

/** A server of another origin, or any server where the page is sandboxed and has no origin. */
export function isForeign(url: string): boolean {
  return new URL(url, document.baseURI).origin !== location.origin;
}

/** What another tab has stored counts; null where storage is forbidden. */
function stored(name: string): string | null {
  try {
    const key = localStorage.getItem(name) ?? uuid();
    localStorage.setItem(name, key);
    return key;
  } catch {
    return null;
  }
}
