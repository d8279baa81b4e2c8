// Character references: the lexer leaves the named ones in text and addresses.

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };
const REFERENCE = /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z][a-z0-9]{1,30}));/gi;

const known = new Map<string, string>(Object.entries(NAMED));

function character(codePoint: number): string {
  const invalid = codePoint === 0 || codePoint > 0x10ffff || (codePoint >= 0xd800 && codePoint <= 0xdfff);
  return invalid ? '\ufffd' : String.fromCodePoint(codePoint);
}

/** The browser knows all 2,231 names. Only letters and digits between `&` and `;` reach its parser, and only text is taken from it. */
function characterNamed(name: string): string {
  const present = known.get(name);
  if (present !== undefined) return present;
  const found = askBrowser(`&${name};`);
  known.set(name, found);
  return found;
}

function askBrowser(reference: string): string {
  try {
    const text = new DOMParser().parseFromString(reference, 'text/html').body.textContent;
    // `&notx;` reads as `¬x;` there: only a reference that is used up is known.
    return text.length <= 2 && (text !== ';' || reference === '&semi;') ? text : reference;
  } catch {
    // A page with Trusted Types refuses strings: the reference stays as written.
    return reference;
  }
}

/** `text` with its character references resolved; unknown names stay as written. */
export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(REFERENCE, (_, hex?: string, decimal?: string, name?: string) => {
    if (hex !== undefined) return character(Number.parseInt(hex, 16));
    return decimal === undefined ? characterNamed(name ?? '') : character(Number.parseInt(decimal, 10));
  });
}
