// Where mathematics begins and ends: `$…$`, `$$…$$`, `\(…\)` and `\[…\]`. As in TeX, none of it crosses an
// empty line. A dollar opens only before something and not within a word, and closes only behind something
// and not before a word, so that `$5 and $10` and `$HOME/$USER` stay text; nor does it close before a
// bracket, for `${A}/${B}`. Digits without any TeX are money. A paragraph that is one `\begin{…}…\end{…}` is
// mathematics too.

const LINE_BREAK = '\\n(?![ \\t]*\\n)';
const DISPLAY_DOLLARS = `\\$\\$(?:\\\\[^\\n]|[^$\\\\\\n]|${LINE_BREAK})+\\$\\$`;
const DOLLARS = `(?<![\\w$])\\$(?![\\s$])(?:\\\\[^\\n]|[^$\\\\\\n]|${LINE_BREAK})+(?<!\\s)\\$(?![\\w$({])`;
const BRACKETS = `\\\\\\[(?:\\\\[^[\\]\\n]|[^\\\\\\n]|${LINE_BREAK})+\\\\\\]`;
const PARENTHESES = `\\\\\\((?:\\\\[^()\\n]|[^\\\\\\n]|${LINE_BREAK})+\\\\\\)`;

/**
 * Any mathematics, as the source of a regular expression without groups. Each try ends at the next delimiter,
 * so all tries are linear.
 */
export const MATH = `${DISPLAY_DOLLARS}|${DOLLARS}|${BRACKETS}|${PARENTHESES}`;
/** Display mathematics, on lines of its own. */
export const MATH_BLOCK = ` {0,3}(?:${DISPLAY_DOLLARS}|${BRACKETS})[ \\t]*(?=\\n|$)`;

const ENVIRONMENT =
  /^ {0,3}\\begin\{([a-z]+\*?)\}(?:[^\n]|\n(?![ \t]*\n))*?\\end\{\1\}[ \t]*(?=\n[ \t]*(?:\n|$)|$)/i;
const OPEN_ENVIRONMENT = /(?:^|\n[ \t]*\n) {0,3}\\begin\{[a-z]*\*?(?:\}(?:[^\n]|\n(?![ \t]*\n))*)?$/i;
const MONEY =
  /^\d[\d\s.,:;!?'"%\u2013\u2014\u2019\u3001\u3002\uff0c\uff1b-]*(?:\p{L}{2,}(?!\p{L})[\d\s.,:;!?'"%\u2013\u2014\u2019\u3001\u3002\uff0c\uff1b-]*)*$/u;
const AT_START = new RegExp(`^(?:${MATH})`);
const BLOCK_AT_START = new RegExp(`^${MATH_BLOCK}`);
/** Matches what can contain or complete an opening delimiter: code, mathematics, other escapes. */
const COMPLETE = new RegExp(`(\`+)(?!\`)[^\`]*(?:\`(?!\\1)[^\`]*)*?\\1(?!\`)|${MATH}|\\\\[^([\\n]`, 'g');
const OPENING = /\$\$|(?<![\w$])\$(?![\s\d$])|\\[([]/g;
const PROSE = /[a-z]{3,}[,.;:]? [a-z]{2,}/i;
/** The length up to which an unfinished formula is hidden; a longer one is shown as text. */
const MAX_HELD = 1500;
const MAX_HELD_DOLLAR = 160;

/** A formula: the text between its delimiters, and whether it is a block. */
export type Formula = { readonly raw: string; readonly tex: string; readonly isDisplay: boolean };

function formula(raw: string): Formula | null {
  const outer = raw.trim();
  const isSingle = outer.startsWith('$') && !outer.startsWith('$$');
  const tex = (isSingle ? outer.slice(1, -1) : outer.slice(2, -2)).trim();
  return /^\\*$/.test(tex) || (isSingle && MONEY.test(tex))
    ? null
    : { raw, tex, isDisplay: /^(?:\$\$|\\\[)/.test(outer) };
}

/** The formula at the start of `source`, or `null`. */
export function formulaAt(source: string): Formula | null {
  const raw = AT_START.exec(source)?.[0];
  return raw === undefined ? null : formula(raw);
}

/** The display formula at the start of `source`, or `null`. */
export function formulaBlockAt(source: string): Formula | null {
  const raw = BLOCK_AT_START.exec(source)?.[0];
  return raw === undefined ? environmentAt(source) : formula(raw);
}

function environmentAt(source: string): Formula | null {
  const raw = ENVIRONMENT.exec(source)?.[0];
  return raw === undefined ? null : { raw, tex: raw.trim(), isDisplay: true };
}

/** Where the paragraph at the end of `source` begins a formula that is still open, or `null`. */
export function openFormula(source: string): number | null {
  if (!/[$\\]/.test(source)) return null;
  const from = paragraphStart(source);
  if (
    source.length - from <= MAX_HELD &&
    OPEN_ENVIRONMENT.test(source.slice(from)) &&
    formulaBlockAt(source.slice(from)) === null
  )
    return from;
  const paragraph = source.slice(from).replace(COMPLETE, (whole) => ' '.repeat(whole.length));
  for (const opening of paragraph.matchAll(OPENING)) {
    if (isHeld(opening[0], paragraph.slice(opening.index + opening[0].length))) return from + opening.index;
  }
  return null;
}

function paragraphStart(source: string): number {
  const from = Math.max(0, source.length - 2 * MAX_HELD);
  let start = from;
  for (const empty of source.slice(from).matchAll(/\n[ \t]*(?=\n)/g))
    start = from + empty.index + empty[0].length + 1;
  return start;
}

/** A lone dollar is usually money or a shell variable: the text after it decides. */
function isHeld(opening: string, rest: string): boolean {
  return opening === '$' ? rest.length <= MAX_HELD_DOLLAR && !PROSE.test(rest) : rest.length <= MAX_HELD;
}
