// marked's lexer, bounded for hostile text (limited nesting, no exceptions) and extended with
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

/**
 * marked recurses for each marker of a line and overflows the stack at about 2,000; six levels are readable.
 */
const MAX_MARKERS = 32;
const MARKER = '[ \\t]*(?:>|[-*+](?=[ \\t])|\\d{1,9}[.)](?=[ \\t]))';
const TOO_DEEP = new RegExp(`^((?:${MARKER}){${MAX_MARKERS}})(?:${MARKER})+`, 'gm');
const TOO_INDENTED = /^([ \t]{160})[ \t]+/gm;
/** The depth to which emphasis and links are read; each level reads its text again. */
const MAX_INLINE_DEPTH = 20;
/**
 * Some of marked's patterns are quadratic in the length of a paragraph, so longer ones are read in pieces.
 */
const MAX_INLINE_CHARS = 4000;
/** The budget for reading inline syntax, in characters; beyond it, the rest is plain text. */
const MAX_COST = 100_000;
const MAX_COST_PER_CHAR = 10;
const COST_PER_SPAN = 100;
const COST_PER_FORMULA = 300;
/**
 * How far ahead a dollar is searched: marked would read each piece between two dollars to the end of the
 * line.
 */
const NEAR_CHARS = 200;
/** Where plain text ends before a formula; marked itself only ends it at a backslash. */
const DOLLAR = /(?<![\w$])\$/g;

const SHOWN_TAG_AT_START = /^ {0,3}<\/?(?:br|sub|sup|kbd)[ \t]*\/?>/i;
/** The text that emphasis skips: marked's own alternatives, and then ours. */
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

/** marked reads to the end of the text for each unclosed opening, which is quadratic for many of them. */
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

/** The end of a piece: after the last space that fits, otherwise between two characters. */
function endOfPiece(source: string): number {
  const piece = source.slice(0, MAX_INLINE_CHARS);
  const space = Math.max(piece.lastIndexOf('\n'), piece.lastIndexOf(' '));
  return space > 0 ? space + 1 : MAX_INLINE_CHARS - (/[\ud800-\udbff]$/.test(piece) ? 1 : 0);
}

const rulesOf = new WeakMap<object, Tokenizer['rules']>();

/** Ends the text before a display formula or a footnote definition. */
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

/**
 * marked's public tokenizer, with our syntax where marked looks for an escape, a fence, a link and plain
 * text.
 */
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

// marked's types name the tokens of each rule; our tokens pass through it unchanged.

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

/** Where a formula may begin within plain text; 0 if nowhere. */
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

/** Adds the reference definitions among `tokens`, at any depth; the first definition of a name wins. */
export function learnLinks(tokens: readonly Token[], links: Links): void {
  for (const token of tokens) {
    if (token.type === 'def')
      links[token.tag as string] ??= { href: token.href as string, title: token.title as string };
    else if (token.type === 'list') learnLinks((token as Tokens.List).items, links);
    else if (token.type === 'list_item' || token.type === 'blockquote' || token.type === 'footnote')
      learnLinks(token.tokens ?? [], links);
  }
}
