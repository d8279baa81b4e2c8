// marked's tokens to DOM nodes. No HTML strings anywhere: raw HTML of the source becomes visible text.
import type { MarkedToken, Token, Tokens } from 'marked';
import { decodeEntities } from './entities.ts';
import { safeHref, safeImageSource } from './links.ts';
import { type Mark, splitMarks, withoutMarks } from './marks.ts';

export type RenderOptions = {
  /** Level of the element made for `#`; deeper ones follow, up to `h6`. */
  readonly headingLevel: number;
  readonly imageDomains: readonly string[];
  readonly marks: readonly Mark[];
  readonly copyLabel: string;
  /** Accessible name of a task's check box. */
  readonly taskLabel: (checked: boolean) => string;
};

const MAX_DEPTH = 16;
const LANGUAGE = /^[\w+#.-]{1,24}/;

type Names = keyof HTMLElementTagNameMap;

function make<N extends Names>(name: N, ...children: (Node | string)[]): HTMLElementTagNameMap[N] {
  const node = document.createElement(name);
  node.append(...children);
  return node;
}

function asNode(part: Node | string): Node {
  return typeof part === 'string' ? document.createTextNode(part) : part;
}

export function renderBlocks(tokens: readonly Token[], options: RenderOptions): Node[] {
  return new Renderer(options).blocks(tokens, 0);
}

class Renderer {
  private readonly options: RenderOptions;

  constructor(options: RenderOptions) {
    this.options = options;
  }

  blocks(tokens: readonly Token[], depth: number): Node[] {
    return tokens.flatMap((token) => this.block(token as MarkedToken, depth));
  }

  private block(token: MarkedToken, depth: number): Node[] {
    switch (token.type) {
      case 'space':
      case 'def':
        return [];
      case 'heading':
        return token.text === '' ? [] : [this.heading(token)];
      case 'paragraph':
        return [make('p', ...this.inline(token.tokens, depth))];
      case 'code':
        return [this.code(token)];
      case 'blockquote':
        return [depth >= MAX_DEPTH ? make('p', token.text) : make('blockquote', ...this.blocks(token.tokens, depth + 1))];
      case 'list':
        return [depth >= MAX_DEPTH ? make('p', token.raw) : this.list(token, depth)];
      case 'table':
        return [this.table(token, depth)];
      case 'hr':
        return [make('hr')];
      case 'html':
        return [make('p', withoutMarks(token.text.replace(/\n+$/, '')))];
      default:
        return this.inline([token], depth).map(asNode);
    }
  }

  private heading(token: Tokens.Heading): HTMLElement {
    const level = Math.min(6, this.options.headingLevel + token.depth - 1);
    return make(`h${level}` as 'h3', ...this.inline(token.tokens, 0));
  }

  private code(token: Tokens.Code): HTMLElement {
    const language = LANGUAGE.exec(token.lang ?? '')?.[0] ?? '';
    const label = make('span', language);
    label.className = 'code-language';
    const copy = make('button', this.options.copyLabel);
    copy.type = 'button';
    copy.className = 'code-copy';
    const bar = make('div', label, copy);
    bar.className = 'code-bar';
    const pre = make('pre', make('code', withoutMarks(token.text)));
    pre.tabIndex = 0;
    const figure = make('div', bar, pre);
    figure.className = 'code';
    figure.dir = 'ltr';
    return figure;
  }

  private list(token: Tokens.List, depth: number): HTMLElement {
    const list = make(token.ordered ? 'ol' : 'ul', ...token.items.map((item) => this.listItem(item, depth)));
    if (token.ordered && typeof token.start === 'number' && token.start !== 1) {
      list.setAttribute('start', String(token.start));
    }
    return list;
  }

  private listItem(item: Tokens.ListItem, depth: number): HTMLElement {
    const node = make('li', ...this.blocks(item.tokens, depth + 1));
    if (item.task) node.className = 'task';
    return node;
  }

  private table(token: Tokens.Table, depth: number): HTMLElement {
    const head = make('thead', make('tr', ...token.header.map((cell) => this.cell('th', cell, depth))));
    const body = make('tbody', ...token.rows.map((row) => make('tr', ...row.map((cell) => this.cell('td', cell, depth)))));
    const scroll = make('div', make('table', head, body));
    scroll.className = 'table';
    scroll.tabIndex = 0;
    return scroll;
  }

  private cell(name: 'td' | 'th', cell: Tokens.TableCell, depth: number): HTMLElement {
    const node = make(name, ...this.inline(cell.tokens, depth));
    if (name === 'th') node.setAttribute('scope', 'col');
    if (cell.align !== null) node.className = `align-${cell.align}`;
    return node;
  }

  private inline(tokens: readonly Token[] | undefined, depth: number): (Node | string)[] {
    return (tokens ?? []).flatMap((token) => this.span(token as MarkedToken, depth));
  }

  private span(token: MarkedToken, depth: number): (Node | string)[] {
    switch (token.type) {
      case 'text':
        return token.tokens === undefined ? this.text(token) : this.inline(token.tokens, depth);
      case 'escape':
        return [token.text];
      case 'strong':
      case 'em':
      case 'del':
        return depth >= MAX_DEPTH ? this.marked(token.text) : [make(token.type, ...this.inline(token.tokens, depth + 1))];
      case 'codespan':
        return this.codespan(token);
      case 'br':
        return [make('br')];
      case 'link':
        return [this.link(token, depth)];
      case 'image':
        return [this.image(token)];
      case 'checkbox':
        return [this.checkbox(token), ' '];
      case 'html':
        return this.marked(token.text);
      default:
        return 'raw' in token ? this.marked(token.raw) : [];
    }
  }

  private text(token: Tokens.Text): (Node | string)[] {
    return this.marked(token.escaped === true ? token.text : decodeEntities(token.text));
  }

  private marked(text: string): (Node | string)[] {
    return splitMarks(text).map((part) => (typeof part === 'string' ? part : this.superscript(part)));
  }

  private superscript(number: number): Node {
    const mark = this.options.marks[number];
    if (mark === undefined) return document.createTextNode('');
    const href = mark.href === null ? null : safeHref(mark.href);
    const node = href === null ? make('span', mark.label) : anchor(href, [mark.label]);
    node.title = mark.title;
    node.className = 'citation';
    return make('sup', node);
  }

  private codespan(token: Tokens.Codespan): (Node | string)[] {
    const marks = splitMarks(token.text).filter((part) => typeof part === 'number');
    return [make('code', withoutMarks(token.text)), ...marks.map((number) => this.superscript(number))];
  }

  private link(token: Tokens.Link, depth: number): Node {
    const address = withoutMarks(token.href);
    const href = safeHref(token.autolink === true ? address : decodeEntities(address));
    const label = depth >= MAX_DEPTH ? [withoutMarks(token.text)] : this.label(token, depth);
    return href === null ? make('span', ...label) : anchor(href, label, token.title);
  }

  private label(token: Tokens.Link, depth: number): (Node | string)[] {
    return token.autolink === true ? [withoutMarks(token.text)] : this.inline(token.tokens, depth + 1);
  }

  /** A picture from elsewhere is only a link: fetching it would carry the thread's words out. */
  private image(token: Tokens.Image): Node {
    const address = decodeEntities(withoutMarks(token.href));
    const alt = decodeEntities(withoutMarks(token.text));
    const source = safeImageSource(address, this.options.imageDomains);
    if (source === null) return this.imageLink(address, alt);
    const image = make('img');
    image.alt = alt;
    image.loading = 'lazy';
    image.decoding = 'async';
    image.referrerPolicy = 'no-referrer';
    image.src = source;
    return image;
  }

  private imageLink(address: string, alt: string): Node {
    const href = safeHref(address);
    return href === null ? make('span', alt) : anchor(href, [alt === '' ? href : alt]);
  }

  private checkbox(token: Tokens.Checkbox): Node {
    const box = make('input');
    box.type = 'checkbox';
    box.disabled = true;
    if (token.checked) box.setAttribute('checked', '');
    box.setAttribute('aria-label', this.options.taskLabel(token.checked));
    return box;
  }
}

function anchor(href: string, label: (Node | string)[], title?: string | null): HTMLAnchorElement {
  const link = make('a', ...label);
  link.href = href;
  link.target = '_blank';
  link.rel = 'noopener noreferrer';
  if (title != null && title !== '') link.title = decodeEntities(title);
  return link;
}
