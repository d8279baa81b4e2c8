// marked's lexer, made safe for what a model may write (bounded nesting, and never an exception), and taught
// formulas and footnotes.
import { Lexer, type Token, type Tokens, type TokensList } from 'marked';
import {
  DELETION_CLOSES,
  DELETION_OPENS,
  FULL_WIDTH_PUNCTUATION,
  PUNCTUATION,
  STRONG_CLOSES,
  STRONG_OPENS,
} from './cjk.ts';
import { documentFenceAt, withLongerMarker } from './fences.ts';
import { FOOTNOTE_START, footnoteDefinitionAt, footnoteReferenceAt } from './footnotes.ts';
import { type Formula, formulaAt, formulaBlockAt, MATH, MATH_BLOCK } from './tex.ts';

export type Links = TokensList['links'];
export type MathToken = Formula & { readonly type: 'math' };
export type FootnoteMention = { readonly type: 'mention'; readonly raw: string; readonly label: string };
export type FootnoteToken = {
  readonly type: 'footnote';
  readonly raw: string;
  readonly label: string;
  readonly tokens: Token[];
};
type Tokenizer = NonNullable<Lexer['options']['tokenizer']>;

/** marked recurses per marker of a line and overflows its stack at about 2,000; readers stop following at six. */
const MAX_MARKERS = 32;
const MARKER = '[ \\t]*(?:>|[-*+](?=[ \\t])|\\d{1,9}[.)](?=[ \\t]))';
const TOO_DEEP = new RegExp(`^((?:${MARKER}){${MAX_MARKERS}})(?:${MARKER})+`, 'gm');
const TOO_INDENTED = /^([ \t]{160})[ \t]+/gm;
/** As deep as emphasis and links are looked into; each level reads its text once more. */
const MAX_INLINE_DEPTH = 20;
/** Some of marked's patterns are quadratic in a paragraph. A longer one than people write is read in pieces. */
const MAX_INLINE_CHARS = 4000;
/** What reading the inline syntax of a text may cost, in characters; behind that, the rest is words. */
const MAX_COST = 100_000;
const MAX_COST_PER_CHAR = 10;
const COST_PER_SPAN = 100;
const COST_PER_FORMULA = 300;
/** How far a dollar is looked for before the text is read: marked would read each piece between two of them to the end of the line. */
const NEAR_CHARS = 200;
/** Where plain text may end before a formula; marked itself ends it at a backslash. */
const DOLLAR = /(?<![\w$])\$/g;

const SHOWN_TAG_AT_START = /^ {0,3}<\/?(?:br|sub|sup|kbd)[ \t]*\/?>/i;
/** Emphasis does not look into what this matches behind its first alternatives, which are marked's own. */
const MASKED = new RegExp(
  `(\`+)(?:[^\`]|[^\`][\\s\\S]*?[^\`])\\1(?!\`)|\`+|(${MATH}|\\\\[\\p{P}\\p{S}])`,
  'gu',
);

function bounded(source: string): string {
  return source.replace(TOO_DEEP, '$1').replace(TOO_INDENTED, '$1');
}

/** The block tokens of `source`. `links` carries reference definitions from one call to the next. */
export function lex(source: string, links: Links): Token[] {
  const lexer = new Lexer({ gfm: true });
  lexer.tokens.links = links;
  extend(lexer);
  bound(lexer);
  limitCost(lexer, MAX_COST + MAX_COST_PER_CHAR * source.length);
  try {
    return lexer.lex(bounded(source));
  } catch {
    return [
      { type: 'paragraph', raw: source, text: source, tokens: [{ type: 'text', raw: source, text: source }] },
    ];
  }
}

/** Makes the time for inline text linear in its length. */
function bound(lexer: Lexer): void {
  const inlineTokens = lexer.inlineTokens.bind(lexer);
  let depth = 0;
  lexer.inlineTokens = (source, tokens = []) => {
    if (depth >= MAX_INLINE_DEPTH) return [...tokens, { type: 'text', raw: source, text: source }];
    depth++;
    for (const piece of pieces(source)) inlineTokens(piece, tokens);
    depth--;
    return tokens;
  };
}

const OPENERS = { emStrong: '*_', del: '~', link: '[!', reflink: '[!', codespan: '`', tag: '<', escape: '$' };

/** For each opening that is never closed, the text is read to its end: many of them would take the square of its length. */
function limitCost({ options: { tokenizer } }: Lexer, cost: number): void {
  let left = cost;
  for (const [name, openers] of Object.entries(OPENERS)) {
    const read = tokenizer?.[name as 'codespan'];
    if (tokenizer == null || read === undefined) continue;
    tokenizer[name as 'codespan'] = (source: string, ...rest: []) => {
      if (left <= 0) return undefined;
      const token = read.call(tokenizer, source, ...rest);
      if (openers.includes(source.charAt(0)))
        left -= token === undefined ? source.length : name === 'escape' ? COST_PER_FORMULA : COST_PER_SPAN;
      return token;
    };
  }
}

function pieces(source: string): string[] {
  const found: string[] = [];
  let rest = source;
  while (rest.length > MAX_INLINE_CHARS) {
    const end = endOfPiece(rest);
    found.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return [...found, rest];
}

/** Behind the last space that fits, or else where no character is cut. */
function endOfPiece(source: string): number {
  const piece = source.slice(0, MAX_INLINE_CHARS);
  const space = Math.max(piece.lastIndexOf('\n'), piece.lastIndexOf(' '));
  return space > 0 ? space + 1 : MAX_INLINE_CHARS - (/[\ud800-\udbff]$/.test(piece) ? 1 : 0);
}

const rulesOf = new WeakMap<object, Tokenizer['rules']>();

/** A formula or a footnote of its own lines ends the text before it. */
function interrupted({ source, flags }: RegExp): RegExp {
  return new RegExp(source.replace('\\n(?!', `\\n(?!${MATH_BLOCK}|${FOOTNOTE_START}|`), flags);
}

function extended(rules: Tokenizer['rules']): Tokenizer['rules'] {
  const { paragraph, lheading } = rules.block;
  const block = { ...rules.block, paragraph: interrupted(paragraph), lheading: interrupted(lheading) };
  const inline = {
    ...rules.inline,
    anyPunctuationOutsideCode: MASKED,
    punctuation: PUNCTUATION,
    emStrongLDelim: STRONG_OPENS,
    emStrongRDelimAst: STRONG_CLOSES,
    delLDelim: DELETION_OPENS,
    delRDelim: DELETION_CLOSES,
    url: endingBefore(FULL_WIDTH_PUNCTUATION, rules.inline.url),
  };
  return { ...rules, block, inline };
}

/** A bare address ends before the next space or one of `characters`. */
function endingBefore(characters: string, { source, flags }: RegExp): RegExp {
  return new RegExp(source.replace('[^\\s<]*', `[^\\s<${characters}]*`), flags);
}

/** Its public tokenizer finds what we add where marked looks for an escape, a fence, a link and plain text. */
function extend(lexer: Lexer): void {
  const { tokenizer } = lexer.options;
  if (tokenizer == null) return;
  const base = {
    escape: tokenizer.escape,
    fences: tokenizer.fences,
    link: tokenizer.link,
    inlineText: tokenizer.inlineText,
    html: tokenizer.html,
  };
  tokenizer.rules = cached(tokenizer.rules);
  tokenizer.escape = (source) => inlineMath(source) ?? base.escape.call(tokenizer, source);
  tokenizer.link = (source) => mention(source) ?? base.link.call(tokenizer, source);
  tokenizer.fences = (source) =>
    blockMath(source) ??
    footnote(source, lexer) ??
    documentFence(source, tokenizer, base.fences) ??
    base.fences.call(tokenizer, source);
  // A line that begins with one of the rendered tags is text, not a block of HTML.
  tokenizer.html = (source) =>
    SHOWN_TAG_AT_START.test(source) ? undefined : base.html.call(tokenizer, source);
  tokenizer.inlineText = (source) => {
    const near = dollarIn(source.slice(0, NEAR_CHARS));
    if (near > 0) return base.inlineText.call(tokenizer, source.slice(0, near));
    const text = base.inlineText.call(tokenizer, source);
    const at = text === undefined ? 0 : dollarIn(text.raw);
    return at === 0 ? text : base.inlineText.call(tokenizer, source.slice(0, at));
  };
}

function cached(rules: Tokenizer['rules']): Tokenizer['rules'] {
  const key = rules.block;
  const known = rulesOf.get(key) ?? extended(rules);
  rulesOf.set(key, known);
  return known;
}

// marked types what each place may give; a token of ours passes through it untouched.

function inlineMath(source: string): Tokens.Escape | undefined {
  const found = source.startsWith('$') || source.startsWith('\\') ? formulaAt(source) : null;
  return found === null
    ? undefined
    : ({ type: 'math', ...found } satisfies MathToken as unknown as Tokens.Escape);
}

function blockMath(source: string): Tokens.Code | undefined {
  const found = formulaBlockAt(source);
  return found === null
    ? undefined
    : ({ type: 'math', ...found } satisfies MathToken as unknown as Tokens.Code);
}

/** marked ends a fence at the first bare one, so it gets the whole document with a longer marker. */
function documentFence(
  source: string,
  tokenizer: Tokenizer,
  fences: Tokenizer['fences'],
): Tokens.Code | undefined {
  const raw = documentFenceAt(source);
  const token = raw === null ? undefined : fences.call(tokenizer, withLongerMarker(raw));
  return token === undefined || raw === null ? undefined : { ...token, raw };
}

function mention(source: string): Tokens.Link | undefined {
  const found = source.startsWith('[^') ? footnoteReferenceAt(source) : null;
  return found === null
    ? undefined
    : ({ type: 'mention', ...found } satisfies FootnoteMention as unknown as Tokens.Link);
}

function footnote(source: string, lexer: Lexer): Tokens.Code | undefined {
  const found = footnoteDefinitionAt(source);
  if (found === null) return undefined;
  const { top } = lexer.state;
  lexer.state.top = true;
  const tokens = lexer.blockTokens(found.body, []);
  lexer.state.top = top;
  return {
    type: 'footnote',
    raw: found.raw,
    label: found.label,
    tokens,
  } satisfies FootnoteToken as unknown as Tokens.Code;
}

/** Where within plain text a formula may begin; 0 when nowhere. */
function dollarIn(text: string): number {
  DOLLAR.lastIndex = 1;
  return DOLLAR.exec(text)?.index ?? 0;
}

export function newLinks(): Links {
  return Object.create(null) as Links;
}

export function copyOf(links: Links): Links {
  return Object.assign(newLinks(), links);
}

/** Adds the reference definitions among `tokens`, however deep; the first of a name wins. */
export function learnLinks(tokens: readonly Token[], links: Links): void {
  for (const token of tokens) {
    if (token.type === 'def')
      links[token.tag as string] ??= { href: token.href as string, title: token.title as string };
    else if (token.type === 'list') learnLinks((token as Tokens.List).items, links);
    else if (token.type === 'list_item' || token.type === 'blockquote' || token.type === 'footnote')
      learnLinks(token.tokens ?? [], links);
  }
}
