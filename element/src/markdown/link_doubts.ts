// Finds links whose text names another address than their own, or that could leak text. Loaded with the first
// link.
import { HIDDEN, MARKER } from './hidden.ts';
import { decode, parseAddress } from './links.ts';

/**
 * Matches an address in text: scheme, `www.`, user, host, port, and what only an address has after its host.
 */
const ADDRESS =
  /(?<![\p{L}\p{N}\p{M}._-])(https?:\/{0,2}|\/\/)?(www\.)?([^\s/?#@]{1,64}@)?((?:[\p{L}\p{N}\p{M}_-]+\.)+[\p{L}\p{N}\p{M}-]{2,})(:\d+)?([/?#])?/giu;
const FILE_ENDING =
  /\.(?:c|cc|cpp|cs|css|csv|go|h|html?|java|js|json|kt|lock|md|mjs|pdf|php|pl|png|py|rb|rs|sh|sql|svg|toml|tsx?|txt|xml|ya?ml)$/i;
/**
 * `os.path` and `Array.prototype.map` are names; a bare word is a host only with one of these after its last
 * dot.
 */
const BARE_ENDING =
  /\.(?:[a-z]{2}|xn--.+|(?:(?![a-z])[\p{L}\p{M}])+|com|org|net|edu|gov|mil|int|info|biz|name|pro|app|dev|web|site|online|store|shop|xyz|top|club|cloud|tech|live|page|link|click|bank|money|finance|cash|pay|wiki|blog|news|email|support|help|world|today|zone|space|website|agency|digital|network|systems|solutions|services|group|global|media|studio|design|example|test|invalid|onion)$/iu;
const ALL_HIDDEN = new RegExp(HIDDEN, 'gu');
const MAX_WORDS = 2000;

/** The lengths above which an address could leak text of the thread. */
const MAX_HOST = 60;
const MAX_PATH = 160;
const MAX_QUERY = 80;
const MAX_MAIL = 120;

/** `text` without any hidden character. */
export function seen(text: string): string {
  return text.replace(MARKER, '').replace(ALL_HIDDEN, '');
}

/**
 * `text` as a reader understands it: `hxxps://bank[.]example`, `ｂａｎｋ。example` and `bank%2Eexample` are the
 * same.
 */
function read(text: string): string {
  const words = seen(text.slice(0, MAX_WORDS))
    .normalize('NFKC')
    .replaceAll('。', '.')
    .replace(/[\u2044\u2215]/g, '/');
  return words
    .replace(/(?:%[\da-f]{2})+/gi, decode)
    .replace(/hxxp/gi, 'http')
    .replace(/[[({](?:\.|dot)[\])}]/gi, '.');
}

/**
 * The hosts, and for mail the recipients, that `text` names. `README.md` and `Node.js` are names, not
 * addresses.
 */
export function hostsNamedIn(text: string): string[] {
  const found: string[] = [];
  for (const [, scheme, www, user = '', host = '', port, rest] of read(text).matchAll(ADDRESS)) {
    const isMarked = [scheme, www, port, rest].some((part) => part !== undefined) || user !== '';
    const isHost = isMarked
      ? scheme !== undefined || /[^\d]$/.test(host)
      : BARE_ENDING.test(host) && !FILE_ENDING.test(host);
    if (isHost && !(rest === '/' && scheme === undefined && FILE_ENDING.test(host))) found.push(user + host);
  }
  return found;
}

function bareHost(host: string): string {
  return (parseAddress(`https://${host}`)?.hostname ?? host.toLowerCase()).replace(/^www\./, '');
}

/** Why a link asks before it opens. */
export type Doubt = {
  readonly href: string;
  /** The host, or the recipient of a mail. */
  readonly target: string;
  /**
   * `named`: its text names another host. `disguised`: its host looks like another. `long`: it could leak
   * text.
   */
  readonly reason: 'named' | 'disguised' | 'long';
  /** The hosts that its text names, as text. */
  readonly named: string;
};

/** Cached, since a growing text asks at every update. */
const known = new Map<string, Doubt | null>();
const MAX_KNOWN = 1000;

/** What makes `link` doubtful, or `null`. */
export function doubtAbout(link: HTMLAnchorElement): Doubt | null {
  const words = wordsOf(link).slice(0, MAX_WORDS);
  const key = `${link.href}\n${words}`;
  if (known.size > MAX_KNOWN) known.clear();
  if (!known.has(key)) known.set(key, newDoubt(words, link.href));
  return known.get(key) ?? null;
}

function newDoubt(words: string, href: string): Doubt | null {
  const url = parseAddress(href);
  if (url === null || url.protocol === 'chatkit-link:') return null;
  const target = url.host === '' ? decode(url.pathname) : url.host;
  // A bare address names itself, even if a part of it reads like another host.
  const isItself = /^[a-z]+:/i.test(words) && parseAddress(words.split('\n')[0] ?? '')?.href === href;
  const named = isItself ? '' : (hostsNamedIn(words).find((host) => !isNameOf(host, url)) ?? '');
  const isDisguised = url.username + url.password !== '' || /(?:^|\.)xn--/.test(url.hostname);
  if (named !== '' || isDisguised)
    return { href, target, named, reason: isDisguised ? 'disguised' : 'named' };
  return isLong(url) ? { href, target, named, reason: 'long' } : null;
}

function isNameOf(host: string, url: URL): boolean {
  if (url.host === '') return host.toLowerCase() === decode(url.pathname).toLowerCase();
  return bareHost(host.replace(/^.*@/, '')) === bareHost(url.hostname);
}

function isLong({ host, hostname, pathname, search, hash, href }: URL): boolean {
  if (host === '') return href.length > MAX_MAIL;
  return (
    hostname.length > MAX_HOST ||
    decode(pathname).length > MAX_PATH ||
    decode(search + hash).length > MAX_QUERY
  );
}

/** The text that a reader sees or hears for `link`. */
function wordsOf(link: HTMLAnchorElement): string {
  const texts = link.matches('.source')
    ? [...link.children].map((child) => child.textContent)
    : [link.textContent];
  return [
    ...texts,
    link.title,
    link.ariaLabel ?? '',
    ...[...link.querySelectorAll('img')].map(({ alt }) => alt),
  ].join('\n');
}

/** Adds the host after text that names another one, or that looks like it. */
export function nameTarget(link: HTMLAnchorElement): void {
  const doubt = doubtAbout(link);
  if (doubt === null || doubt.reason === 'long' || link.querySelector('.link-host') !== null) return;
  const host = document.createElement('span');
  host.className = 'link-host';
  host.textContent = ` (${doubt.target})`;
  link.append(host);
}
