// Renders marked's tokens as DOM nodes, without HTML strings: raw HTML of the source becomes visible text.
import type { MarkedToken, Token, Tokens } from 'marked';
import { languageOf } from '../heavy/languages.ts';
import { doubts, highlighter, type Lazy, mathematics, pictures } from '../heavy/lazy.ts';
import { splitMarkers, withMarkers, withMarkersInCode, withoutMarkers } from '../hidden.ts';
import { hostOf, safeHref } from '../links.ts';
import { decodeEntities } from '../syntax/entities.ts';
import { openFence } from '../syntax/fences.ts';
import type { Footnotes } from '../syntax/footnotes.ts';
import type { FootnoteMention, FootnoteToken, MathToken } from '../syntax/lex.ts';
import { isBreak, matchedTags, shownTag } from '../syntax/tags.ts';
import { type Marks, splitMarks, withoutMarks } from './marks.ts';
import type { Outline } from './outline.ts';
import type { PicturePlaces } from './pictures.ts';
import { coloured, formulaNode } from './upgrade.ts';

export type RenderOptions = {
  /** The level of the first heading; lower ones follow without gaps, up to `h6`. Null: levels as written. */
  readonly headingLevel: number | null;
  /** Where images may be loaded from. */
  readonly pictures: PicturePlaces;
  /** What to put into the text. */
  readonly marks: Marks | null;
  readonly copyLabel: string;
  /** Accessible name of a task's check box. */
  readonly taskLabel: (checked: boolean) => string;
  /** Accessible name of the list of footnotes. */
  readonly footnotesLabel: string;
  /** Accessible name of the link from a footnote back to the text. */
  readonly footnoteBackLabel: (number: number) => string;
  readonly showAllLabel: string;
  /** Called when the text could not be rendered, and is shown as written. */
  readonly failed: (error: unknown) => void;
};

export type Context = {
  readonly options: RenderOptions;
  readonly footnotes: Footnotes;
  readonly outline: Outline;
  /** More text is expected: footnotes may still be defined. */
  readonly isOpen: boolean;
  /** The blocks can still grow: an open fence may still close. */
  readonly isTail: boolean;
  /** Collects the lazy modules that are needed and not loaded yet. */
  readonly missing: Set<Lazy<unknown>>;
};

type OwnToken = MarkedToken | MathToken | FootnoteMention | FootnoteToken;
type Names = keyof HTMLElementTagNameMap;
type Inline = Node | string;

const MAX_DEPTH = 16;
const MAX_LANGUAGE_CHARS = 24;

function make<N extends Names>(name: N, ...children: Inline[]): HTMLElementTagNameMap[N] {
  const node = document.createElement(name);
  node.append(...children);
  return node;
}

function makeWith<N extends Names>(
  name: N,
  className: string,
  ...children: Inline[]
): HTMLElementTagNameMap[N] {
  const node = make(name, ...children);
  node.className = className;
  return node;
}

/** Text with marked hidden characters; character references may have added some after the lexer's check. */
function withVisibleMarkers(text: string): Inline[] {
  const shown = withMarkers(text);
  if (!shown.includes('⟦')) return [shown];
  return splitMarkers(shown).map((part, at) =>
    at % 2 === 0 ? part : makeWith('span', 'hidden-character', part),
  );
}

function asNode(part: Inline): Node {
  return typeof part === 'string' ? document.createTextNode(part) : part;
}

/** The nodes of top-level `tokens`. Records mentions of footnotes in `context.footnotes`. */
export function renderBlocks(tokens: readonly Token[], context: Context): Node[] {
  return new Renderer(context).blocks(tokens, 0);
}

/** The list of the mentioned footnotes, as one node or none. */
export function renderFootnotes(context: Context): Node[] {
  return new Renderer(context).footnotes();
}

class Renderer {
  readonly #context: Context;
  readonly #options: RenderOptions;
  /** Marks in the text of a link follow it: a link contains no other. */
  #isInLink = false;

  constructor(context: Context) {
    this.#context = context;
    this.#options = context.options;
  }

  blocks(tokens: readonly Token[], depth: number): Node[] {
    return tokens.flatMap((token) => this.#block(token as OwnToken, depth));
  }

  footnotes(): Node[] {
    const items: HTMLElement[] = [];
    for (const { number, body } of this.#context.footnotes.inOrder())
      items.push(this.#footnote(number, body, items.length + 1));
    if (items.length === 0) return [];
    const section = makeWith('section', 'footnotes', make('ol', ...items));
    section.setAttribute('aria-label', this.#options.footnotesLabel);
    return [section];
  }

  #block(token: OwnToken, depth: number): Node[] {
    switch (token.type) {
      case 'space':
      case 'def':
      case 'footnote':
        return [];
      case 'heading':
        return token.text === '' ? [] : [this.#heading(token)];
      case 'paragraph':
        return [make('p', ...this.#inline(token.tokens, depth))];
      case 'code':
        return [this.#code(token)];
      case 'math':
        return [makeWith('div', 'formula', ...this.#formula(token))];
      case 'blockquote':
        return [
          depth >= MAX_DEPTH
            ? make('p', token.text)
            : make('blockquote', ...this.blocks(token.tokens, depth + 1)),
        ];
      case 'list':
        return [depth >= MAX_DEPTH ? make('p', token.raw) : this.#list(token, depth)];
      case 'table':
        return [this.#table(token, depth)];
      case 'hr':
        return [make('hr')];
      case 'html':
        return [make('p', withoutMarks(token.text.replace(/\n+$/, '')))];
      default:
        return this.#inline([token], depth).map(asNode);
    }
  }

  #heading(token: Tokens.Heading): HTMLElement {
    const { headingLevel } = this.#options;
    const level =
      headingLevel === null ? token.depth : headingLevel + this.#context.outline.enter(token.depth);
    return make(`h${Math.min(6, level)}` as 'h3', ...this.#inline(token.tokens, 0));
  }

  #code(token: Tokens.Code): HTMLElement {
    const name = decodeEntities(/^\S+/.exec(token.lang ?? '')?.[0] ?? '');
    const copy = makeWith('button', 'code-copy', this.#options.copyLabel);
    copy.type = 'button';
    const bar = makeWith(
      'div',
      'code-bar',
      makeWith('span', 'code-language', name.slice(0, MAX_LANGUAGE_CHARS)),
      copy,
    );
    const pre = make('pre', this.#codeText(token, name));
    pre.tabIndex = 0;
    const figure = makeWith('div', 'code', bar, pre);
    figure.dir = 'ltr';
    return figure;
  }

  /**
   * Only finished code has a class for its language, by which it is highlighted, now or later. The class
   * never comes from the fence itself, which could name any class of the chat.
   */
  #codeText(token: Tokens.Code, name: string): HTMLElement {
    const code = make('code', withMarkersInCode(withoutMarks(token.text)));
    const language = languageOf(name);
    if (language === null || (this.#context.isTail && openFence(token.raw) !== null)) return code;
    code.className = `language-${language}`;
    if (highlighter.value === null) this.#context.missing.add(highlighter);
    return coloured(code);
  }

  #list(token: Tokens.List, depth: number): HTMLElement {
    const list = make(token.ordered ? 'ol' : 'ul', ...token.items.map((item) => this.#listItem(item, depth)));
    if (token.ordered && typeof token.start === 'number' && token.start !== 1) {
      list.setAttribute('start', String(token.start));
    }
    return list;
  }

  #listItem(item: Tokens.ListItem, depth: number): HTMLElement {
    const node = make('li', ...this.blocks(item.tokens, depth + 1));
    if (item.task) node.className = 'task';
    return node;
  }

  #table(token: Tokens.Table, depth: number): HTMLElement {
    const head = make('thead', make('tr', ...token.header.map((cell) => this.#cell('th', cell, depth))));
    const body = make(
      'tbody',
      ...token.rows.map((row) => make('tr', ...row.map((cell) => this.#cell('td', cell, depth)))),
    );
    const scroll = makeWith(
      'div',
      'table',
      token.rows.length === 0 ? make('table', head) : make('table', head, body),
    );
    scroll.tabIndex = 0;
    return scroll;
  }

  #cell(name: 'td' | 'th', cell: Tokens.TableCell, depth: number): HTMLElement {
    const node = make(name, ...this.#inline(cell.tokens, depth));
    if (name === 'th') node.setAttribute('scope', 'col');
    if (cell.align !== null) node.className = `align-${cell.align}`;
    return node;
  }

  #footnote(number: number, body: readonly Token[], place: number): HTMLElement {
    const { footnotes } = this.#context;
    const item = make('li', ...this.blocks(body, 1));
    item.id = footnotes.noteId(number);
    item.tabIndex = -1;
    if (number !== place) item.value = number;
    const back = makeWith('a', 'footnote-back', '↩');
    back.href = `#${footnotes.mentionId(number, 1)}`;
    back.setAttribute('aria-label', this.#options.footnoteBackLabel(number));
    const last = item.lastElementChild;
    (last?.localName === 'p' ? last : item).append(' ', back);
    return item;
  }

  #inline(tokens: readonly Token[] | undefined = [], depth: number): Inline[] {
    const ends = matchedTags(tokens);
    const found: Inline[] = [];
    for (let at = 0; at < tokens.length; at++) {
      const token = tokens[at] as OwnToken;
      const end = depth < MAX_DEPTH ? ends.get(at) : undefined;
      const name = end === undefined ? null : shownTag(token.raw);
      if (name === null || end === undefined) found.push(...this.#span(token, depth));
      else found.push(make(name, ...this.#inline(tokens.slice(at + 1, end), depth + 1)));
      at = end ?? at;
    }
    return found;
  }

  #span(token: OwnToken, depth: number): Inline[] {
    switch (token.type) {
      case 'text':
        return token.tokens === undefined ? this.#text(token) : this.#inline(token.tokens, depth);
      case 'escape':
        return [token.text];
      case 'strong':
      case 'em':
      case 'del':
        return depth >= MAX_DEPTH
          ? this.#marked(token.text)
          : [make(token.type, ...this.#inline(token.tokens, depth + 1))];
      case 'codespan':
        return [
          make('code', ...withVisibleMarkers(withMarkersInCode(withoutMarks(token.text)))),
          ...this.#marksIn(token.text),
        ];
      case 'math':
        return this.#formula(token);
      case 'mention':
        return [this.#mention(token)];
      case 'br':
        return [make('br')];
      case 'link':
        return this.#link(token, depth);
      case 'image':
        return [this.#image(token, depth), ...this.#marksIn(token.raw)];
      case 'checkbox':
        return [this.#checkbox(token), ' '];
      case 'html':
        return isBreak(token.raw) ? [make('br')] : this.#marked(token.text);
      default:
        return 'raw' in token ? this.#marked(token.raw) : [];
    }
  }

  #text(token: Tokens.Text): Inline[] {
    return this.#marked(trimmedLines(token.escaped === true ? token.text : decodeEntities(token.text)));
  }

  #marked(text: string): Inline[] {
    return splitMarks(text).flatMap((part) =>
      typeof part === 'string' ? withVisibleMarkers(part) : this.#mark(part),
    );
  }

  #marksIn(text: string): Node[] {
    return splitMarks(text).flatMap((part) => (typeof part === 'number' ? this.#mark(part) : []));
  }

  #mark(number: number): Node[] {
    const { marks } = this.#options;
    return marks === null || this.#isInLink ? [] : [marks.node(number)];
  }

  #formula(token: MathToken): Node[] {
    if (mathematics.value === null) this.#context.missing.add(mathematics);
    return [formulaNode(withoutMarks(token.tex), token.isDisplay), ...this.#marksIn(token.tex)];
  }

  /** A footnote without a definition is text; until the end, the definition may still follow. */
  #mention({ raw, label }: FootnoteMention): Node {
    const { footnotes, isOpen } = this.#context;
    if ((!isOpen && !footnotes.isDefined(label)) || footnotes.isFull(label))
      return document.createTextNode(raw);
    const { number, occurrence } = footnotes.mention(label);
    const link = makeWith('a', 'footnote', String(number));
    link.id = footnotes.mentionId(number, occurrence);
    link.href = `#${footnotes.noteId(number)}`;
    return make('sup', link);
  }

  #link(token: Tokens.Link, depth: number): Inline[] {
    const address = withoutMarks(token.href);
    const href = safeHref(withoutMarkers(token.autolink === true ? address : decodeEntities(address)));
    const label = depth >= MAX_DEPTH ? [withoutMarks(token.text)] : this.#label(token, depth);
    const node =
      href === null ? make('span', ...label) : this.#anchor(href, label, decodeEntities(token.title ?? ''));
    return [node, ...this.#marksIn(token.raw)];
  }

  #label(token: Tokens.Link, depth: number): Inline[] {
    return token.autolink === true
      ? withVisibleMarkers(withoutMarks(token.text))
      : this.#unmarked(token.tokens, depth);
  }

  #unmarked(tokens: readonly Token[], depth: number): Inline[] {
    const wasInLink = this.#isInLink;
    this.#isInLink = true;
    const found = this.#inline(tokens, depth + 1);
    this.#isInLink = wasInLink;
    return found;
  }

  /** An image of another origin is shown as a link: loading it could leak the thread's text. */
  #image(token: Tokens.Image, depth: number): Node {
    const address = withoutMarkers(decodeEntities(withoutMarks(token.href)));
    const alt = depth >= MAX_DEPTH ? withoutMarks(token.text) : this.#plainText(token.tokens, depth);
    const title = decodeEntities(token.title ?? '');
    if (pictures.value === null) this.#context.missing.add(pictures);
    const source = pictures.value?.safeImageSource(address, this.#options.pictures) ?? null;
    if (source === null) return this.#imageLink(address, alt, title);
    const image = make('img');
    image.alt = alt;
    if (title !== '') image.title = title;
    image.loading = 'lazy';
    image.decoding = 'async';
    image.referrerPolicy = 'no-referrer';
    image.src = source;
    return image;
  }

  #plainText(tokens: readonly Token[], depth: number): string {
    const holder = make('span', ...this.#unmarked(tokens, depth));
    for (const image of holder.querySelectorAll('img')) image.replaceWith(image.alt);
    return holder.textContent;
  }

  #imageLink(address: string, alt: string, title: string): Node {
    const href = safeHref(address);
    return href === null ? make('span', alt) : this.#anchor(href, [alt === '' ? href : alt], title);
  }

  /** A link with its address as title, and with its host after its text if the text names another one. */
  #anchor(href: string, label: Inline[], title: string): HTMLAnchorElement {
    const link = anchor(href, label);
    const described = titleOf(title, href);
    if (described !== '') link.title = described;
    if (doubts.value === null) this.#context.missing.add(doubts);
    doubts.value?.nameTarget(link);
    return link;
  }

  #checkbox(token: Tokens.Checkbox): Node {
    const box = make('input');
    box.type = 'checkbox';
    box.disabled = true;
    if (token.checked) box.setAttribute('checked', '');
    box.setAttribute('aria-label', this.#options.taskLabel(token.checked));
    return box;
  }
}

/** Trims spaces at line breaks. Line by line, since a pattern would be quadratic in long runs of spaces. */
function trimmedLines(text: string): string {
  if (!/[ \t]\n|\n[ \t]/.test(text)) return text;
  const lines = text.split('\n');
  return lines.map((line, at) => trimEnd(trimStart(line, at > 0), at < lines.length - 1)).join('\n');
}

function trimStart(line: string, isWanted: boolean): string {
  return isWanted ? line.trimStart() : line;
}

function trimEnd(line: string, isWanted: boolean): string {
  return isWanted ? line.trimEnd() : line;
}

function titleOf(title: string, href: string): string {
  return [title, hostOf(href) ?? ''].filter((part) => part !== '').join('\n');
}

function anchor(href: string, label: Inline[]): HTMLAnchorElement {
  const link = make('a', ...label);
  link.href = href;
  link.target = '_blank';
  link.rel = 'noopener noreferrer';
  return link;
}
