// marked's lexer, made safe for what a model may write: bounded nesting, and never an exception.
import { Lexer, type Token, type Tokens, type TokensList } from 'marked';

export type Links = TokensList['links'];

/** marked recurses per marker of a line and overflows its stack at about 2,000; readers stop following at six. */
const MAX_MARKERS = 32;
const MARKER = '[ \\t]*(?:>|[-*+](?=[ \\t])|\\d{1,9}[.)](?=[ \\t]))';
const TOO_DEEP = new RegExp(`^((?:${MARKER}){${MAX_MARKERS}})(?:${MARKER})+`, 'gm');
const TOO_INDENTED = /^([ \t]{160})[ \t]+/gm;

function bounded(source: string): string {
  return source.replace(TOO_DEEP, '$1').replace(TOO_INDENTED, '$1');
}

/** The block tokens of `source`. `links` carries reference definitions from one call to the next. */
export function lex(source: string, links: Links): Token[] {
  const lexer = new Lexer({ gfm: true });
  lexer.tokens.links = links;
  try {
    return lexer.lex(bounded(source));
  } catch {
    return [{ type: 'paragraph', raw: source, text: source, tokens: [{ type: 'text', raw: source, text: source }] }];
  }
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
    if (token.type === 'def') links[token.tag as string] ??= { href: token.href as string, title: token.title as string };
    else if (token.type === 'list') learnLinks((token as Tokens.List).items, links);
    else if (token.type === 'list_item' || token.type === 'blockquote') learnLinks(token.tokens ?? [], links);
  }
}
