// Which images may load without asking; loaded with the first image. A request tells its server something,
// and on the page's own origin it is a GET with the person's cookies: `![x](/logout)`, or an open redirect
// that carries a secret out.

import { parseAddress } from '../links.ts';

/** The allowed sources of images, besides raster `data:` URLs. */
export type PicturePlaces = {
  /**
   * Other hosts, each exact, with its port unless that is the default, and with a path if only images below
   * it may load.
   */
  readonly domains: readonly string[];
  /** Paths of the page's own origin; a path allows itself and everything below it. */
  readonly paths: readonly string[];
};

export const NO_PLACES: PicturePlaces = { domains: [], paths: [] };

const RASTER_DATA = /^data:image\/(?:png|jpe?g|gif|webp|avif);base64,[a-z0-9+/=\s]*$/i;
const MAX_DATA_CHARS = 3_000_000;
/**
 * Sequences that a server, but not the browser, may read as a parent directory or a slash: `..%2f`, `%252e`,
 * `..;/`.
 */
const WAY_UP = /%(?:25)*(?:00|2e|2f|5c)|\/\.\.?;/i;

/** The address of an image that may load without asking, or `null`. */
export function safeImageSource(
  address: string,
  { domains, paths }: PicturePlaces = NO_PLACES,
): string | null {
  if (RASTER_DATA.test(address)) return address.length <= MAX_DATA_CHARS ? address : null;
  const url = fetchable(address);
  if (url === null) return null;
  const isOwn = url.origin === location.origin;
  const isAllowed = isOwn
    ? paths.some((path) => isBelow(url, path))
    : domains.some((domain) => isOfDomain(url, domain));
  return isAllowed ? url.href : null;
}

/** The same for the server's own images, such as attachments: the page's whole origin is allowed. */
export function safeItemImageSource(address: string, domains: readonly string[]): string | null {
  return safeImageSource(address, { domains, paths: ['/'] });
}

function fetchable(address: string): URL | null {
  const url = parseAddress(address);
  return url !== null && /^https?:$/.test(url.protocol) && url.username + url.password === '' ? url : null;
}

/** Whether `path` is below `base`, by whole segments: `/pictures` does not allow `/pictures-of-others`. */
export function isWithin(path: string, base: string): boolean {
  return (
    base === '/' || (!WAY_UP.test(path) && (path === base || path.startsWith(base.replace(/\/?$/, '/'))))
  );
}

function isBelow({ pathname }: URL, path: string): boolean {
  const base = parseAddress(path, location.origin);
  if (!path.startsWith('/') || base?.origin !== location.origin) return false;
  return isWithin(pathname, base.pathname);
}

function isOfDomain(url: URL, domain: string): boolean {
  const place = parseAddress(`https://${domain.replace(/^https?:\/\//i, '')}`);
  if (place === null || url.protocol !== 'https:' || url.host !== place.host) return false;
  return isWithin(url.pathname, place.pathname);
}
