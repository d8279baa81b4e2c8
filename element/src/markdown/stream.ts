// A markdown document that grows at its end. Finished top-level blocks are committed and never lexed or
// touched again; only the tail is, so an update costs the same at 1 kB and at 200 kB.
import type { Token } from 'marked';
import { GrowingText, hasMarkersInCode, withoutHiddenEnd } from '../hidden.ts';
import { openFence } from './fences.ts';
import { Footnotes } from './footnotes.ts';
import type { Lazy } from './lazy.ts';
import { copyOf, learnLinks, lex, newLinks } from './lex.ts';
import { withMarks } from './marks.ts';
import { Outline } from './outline.ts';
import { Parts } from './parts.ts';
import { NO_PLACES } from './pictures.ts';
import { type Context, type RenderOptions, renderBlocks, renderFootnotes } from './render.ts';
import { repaired } from './repair.ts';
import { upgrade } from './upgrade.ts';

const DEFAULTS: RenderOptions = {
  headingLevel: 3,
  pictures: NO_PLACES,
  marks: [],
  copyLabel: 'Copy',
  taskLabel: (checked) => (checked ? 'Done' : 'To do'),
  footnotesLabel: 'Footnotes',
  footnoteBackLabel: (number) => `Back to reference ${number}`,
};

/** A top-level code fence that is still open: its text is appended without lexing. */
type OpenFence = { readonly text: Text; readonly closing: RegExp; shownTo: number; lineAt: number };

/**
 * One document. After the last `update` its nodes are the same whatever came before, except that code gets its colours
 * and formulas their form when those parts have arrived (`whenComplete`).
 */
export class MarkdownStream {
  /** Holds the document; put it where the text belongs. */
  readonly node: HTMLElement;
  readonly #parts: Parts;
  readonly #missing = new Set<Lazy<unknown>>();
  readonly #growing = new GrowingText();
  #options: RenderOptions;
  #source = '';
  #links = newLinks();
  #footnotes = new Footnotes();
  #outline = new Outline();
  #committedTo = 0;
  #committedNodes = 0;
  #linksAtCommit: number | null = null;
  #fence: OpenFence | null = null;

  constructor(options: Partial<RenderOptions> = {}) {
    this.#options = { ...DEFAULTS, ...options };
    this.node = document.createElement('div');
    this.node.className = 'markdown';
    this.node.dir = 'auto';
    this.node.addEventListener('click', followFootnote);
    this.#parts = new Parts(this.node);
  }

  /** Renders everything anew with other options at the next update. */
  configure(options: Partial<RenderOptions>): void {
    this.#options = { ...this.#options, ...options };
    this.#reset();
  }

  /** Shows `text`. While `isOpen`, more is expected and half-written syntax is kept out of sight. */
  update(text: string, isOpen: boolean): void {
    const marked = withMarks(text, this.#options.marks);
    const source = this.#growing.withMarkers(isOpen ? withoutHiddenEnd(marked) : marked);
    if (!begins(source, this.#source.slice(0, this.#committedTo))) this.#reset();
    const grows = begins(source, this.#source);
    this.#source = source;
    if (isOpen && grows && this.#appendToFence()) return;
    this.#fence = null;
    if (isOpen) this.#showTail(source.slice(this.#committedTo));
    else this.#finish();
    for (const part of this.#missing) void this.#arrival(part);
  }

  /** Settles when everything that is shown has got its final form, or cannot get it now. */
  async whenComplete(): Promise<void> {
    await Promise.all([...this.#missing].map((part) => this.#arrival(part)));
  }

  async #arrival(part: Lazy<unknown>): Promise<void> {
    const loaded = await part.request();
    if (this.#missing.delete(part) && loaded !== null) upgrade(this.node);
  }

  #reset(): void {
    this.#links = newLinks();
    this.#footnotes = this.#footnotes.emptied();
    this.#outline = new Outline();
    this.#committedTo = 0;
    this.#committedNodes = 0;
    this.#linksAtCommit = null;
    this.#fence = null;
    this.#source = '';
  }

  #showTail(tail: string): void {
    // Copies: a half-written definition must not outlive this frame.
    const tokens = lex(repaired(tail), copyOf(this.#links));
    const cut = this.#cutOf(tokens, tail);
    this.#footnotes.learn(tokens.slice(0, cut));
    const done = renderBlocks(tokens.slice(0, cut), this.#context(this.#footnotes, this.#outline, { isOpen: true, isTail: false }));
    const context = this.#context(new Footnotes(this.#footnotes), new Outline(this.#outline), { isOpen: true, isTail: true });
    context.footnotes.learn(tokens.slice(cut));
    const rest = renderBlocks(tokens.slice(cut), context);
    this.#parts.show([...done, ...rest], this.#committedNodes, renderFootnotes(context));
    this.#commit(tokens.slice(0, cut), done.length);
    this.#watchFence(tokens.at(-1));
  }

  #context(footnotes: Footnotes, outline: Outline, place: Pick<Context, 'isOpen' | 'isTail'>): Context {
    return { options: this.#options, footnotes, outline, ...place, missing: this.#missing };
  }

  /**
   * A block is finished once another begins behind it with a complete line and a second one: a table header needs its
   * delimiter. Closed code is finished with its line.
   */
  #cutOf(tokens: readonly Token[], tail: string): number {
    const lastLine = newlines(tail) - 1;
    let line = 0;
    let cut = 0;
    tokens.forEach((token, at) => {
      if (token.type !== 'space' && line < lastLine) cut = at;
      line += newlines(token.raw);
      if (token.raw.endsWith('\n') && isClosedFence(token.type === 'space' ? tokens[at - 1] : token)) cut = at + 1;
    });
    return cut;
  }

  #commit(tokens: readonly Token[], nodes: number): void {
    if (tokens.length === 0) return;
    const lines = tokens.reduce((sum, token) => sum + newlines(token.raw), 0);
    this.#committedTo = offsetOfLine(this.#source, this.#committedTo, lines);
    this.#committedNodes += nodes;
    learnLinks(tokens, this.#links);
    this.#linksAtCommit ??= Object.keys(this.#links).length;
  }

  /** A reference may be defined below its use, or a footnote not at all: then everything is rendered once more, and only what differs changes. */
  #finish(): void {
    const tokens = lex(this.#source.slice(this.#committedTo), this.#links);
    const footnotes = new Footnotes(this.#footnotes);
    footnotes.learn(tokens);
    const hasLateLinks = this.#linksAtCommit !== null && Object.keys(this.#links).length > this.#linksAtCommit;
    if (hasLateLinks || !footnotes.isComplete) return this.#finishAnew();
    this.#showFinal(tokens, this.#committedNodes, footnotes, new Outline(this.#outline));
  }

  #finishAnew(): void {
    this.#links = newLinks();
    const tokens = lex(this.#source, this.#links);
    const footnotes = this.#footnotes.emptied();
    footnotes.learn(tokens);
    this.#showFinal(tokens, 0, footnotes, new Outline());
  }

  #showFinal(tokens: readonly Token[], from: number, footnotes: Footnotes, outline: Outline): void {
    const context = this.#context(footnotes, outline, { isOpen: false, isTail: false });
    const blocks = renderBlocks(tokens, context);
    this.#parts.show(blocks, from, renderFootnotes(context));
  }

  #watchFence(last: Token | undefined): void {
    const tail = this.#source.slice(this.#committedTo);
    if (last?.type !== 'code' || this.#options.marks.length > 0 || tail.includes('\r')) return;
    const head = /^(`{3,}|~{3,})[^\n]*\n/.exec(tail);
    const text = this.#parts.last?.querySelector('pre code')?.firstChild;
    const marker = head?.[1];
    if (head === null || marker === undefined || !(text instanceof Text) || openFence(tail) !== marker) return;
    if (!tail.startsWith(text.data, head[0].length)) return;
    const shownTo = this.#committedTo + head[0].length + text.data.length;
    this.#fence = { text, closing: closingOf(marker), shownTo, lineAt: this.#source.lastIndexOf('\n') + 1 };
  }

  #appendToFence(): boolean {
    const fence = this.#fence;
    if (fence === null) return false;
    const fresh = this.#source.slice(fence.lineAt);
    if (fence.closing.test(fresh) || fresh.includes('\r') || hasMarkersInCode(fresh)) return false;
    const end = this.#source.length - trailingLines(fresh);
    if (end > fence.shownTo) {
      fence.text.appendData(this.#source.slice(fence.shownTo, end));
      fence.shownTo = end;
    }
    fence.lineAt = this.#source.lastIndexOf('\n') + 1;
    return true;
  }
}

/** A fragment does not lead into a shadow root: the footnote, or the way back, is found within the document. */
function followFootnote(event: Event): void {
  const link = event.target instanceof Element ? event.target.closest('a[href^="#footnote-"]') : null;
  const target = link?.getRootNode();
  if (link === null || !(target instanceof Document || target instanceof ShadowRoot)) return;
  event.preventDefault();
  const place = target.getElementById(link.getAttribute('href')?.slice(1) ?? '');
  place?.scrollIntoView({ block: 'nearest' });
  place?.focus({ preventScroll: true });
}

/** A line of the marker alone, at most three spaces in: deeper it is code. */
function isClosedFence(token: Token | undefined): boolean {
  const open = token?.type === 'code' ? /^ {0,3}(`{3,}|~{3,})/.exec(token.raw)?.[1] : undefined;
  if (token === undefined || open === undefined || openFence(token.raw) !== null) return false;
  const raw = token.raw.replace(/\n+$/, '');
  const lastAt = raw.lastIndexOf('\n') + 1;
  return lastAt > 0 && new RegExp(`^ {0,3}${open[0] ?? ''}{${open.length},}[ \\t]*$`).test(raw.slice(lastAt));
}

/** `source.startsWith(start)`, which takes 0.4 ms at 200 kB where comparing whole strings takes 0.02. */
function begins(source: string, start: string): boolean {
  return source.slice(0, start.length) === start;
}

function newlines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

/** Where the line begins that lies `lines` below `from`; a line ends with LF, CRLF or CR. */
function offsetOfLine(source: string, from: number, lines: number): number {
  const breaks = /\r\n|\r|\n/g;
  breaks.lastIndex = from;
  for (let left = lines; left > 0; left--) if (breaks.exec(source) === null) return source.length;
  return lines === 0 ? from : breaks.lastIndex;
}

/** A line that closes the fence, or may become one. */
function closingOf(marker: string): RegExp {
  return new RegExp(`^ {0,3}${marker[0] ?? ''}+[ \\t]*$`, 'm');
}

function trailingLines(text: string): number {
  return text.length - text.replace(/\n+$/, '').length;
}
