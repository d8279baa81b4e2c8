// Which addresses of a model's answer may become links. Everything else stays text.

const LINK_SCHEMES: ReadonlySet<string> = new Set(['http:', 'https:', 'mailto:', 'tel:', 'chatkit-link:']);

export function parseAddress(address: string, base: string = document.baseURI): URL | null {
  try {
    return new URL(address, base);
  } catch {
    return null;
  }
}

/**
 * The normalised address of a link, or `null` if its scheme is not allowed. Encodes backslashes, which
 * browsers read as slashes.
 */
export function safeHref(address: string): string | null {
  const url = parseAddress(address.replaceAll('\\', '%5C'));
  return url !== null && LINK_SCHEMES.has(url.protocol) ? url.href : null;
}

/** The host of a link that leaves the page's origin, or the recipient of a mail or call. */
export function hostOf(href: string): string | null {
  const url = parseAddress(href);
  if (url === null || url.origin === location.origin || url.protocol === 'chatkit-link:') return null;
  return url.host === '' ? url.pathname : url.host;
}

export type Deeplink = { name: string; data: Record<string, string> };

/** Name and parameters of a `chatkit-link://name?x=y` address, or `null`. */
export function parseDeeplink(href: string): Deeplink | null {
  const match = /^chatkit-link:(?:\/\/)?([^/?#]+)[^?#]*(?:\?([^#]*))?/i.exec(href);
  if (match === null) return null;
  return { name: decode(match[1] ?? ''), data: Object.fromEntries(new URLSearchParams(match[2] ?? '')) };
}

export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
