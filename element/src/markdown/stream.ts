// A markdown document that grows at its end. Finished top-level blocks are committed and never lexed or
// touched again; only the tail is, so an update costs the same at 1 kB and at 200 kB.
import type { Token } from 'marked';
import { directionOf } from './direction.ts';
import { type Lazy, pictures } from './heavy/lazy.ts';
import { GrowingText, withMarkersInCode, withoutHiddenEnd } from './hidden.ts';
import { Outline } from './render/outline.ts';
import { type Context, type RenderOptions, renderBlocks, renderFootnotes } from './render/render.ts';
import { Sections } from './render/sections.ts';
import { upgrade } from './render/upgrade.ts';
import { isFence, openFence } from './syntax/fences.ts';
import { Footnotes } from './syntax/footnotes.ts';
import { copyOf, learnLinks, lex, newLinks } from './syntax/lex.ts';
import { repaired } from './syntax/repair.ts';
import { openFormula } from './syntax/tex.ts';

const DEFAULTS: RenderOptions = {
  headingLevel: 3,
  pictures: { domains: [], paths: [] },
  marks: null,
  copyLabel: 'Copy',
  taskLabel: (checked) => (checked ? 'Done' : 'To do'),
  footnotesLabel: 'Footnotes',
  footnoteBackLabel: (number) => `Back to reference ${number}`,
  showAllLabel: 'Show all',
  failed: (error) => reportError(error),
};

/**
 * How many characters of a long text are rendered at once, and of one block. A line counts as some more
 * characters.
 */
const STEP = 20_000;
const LINE = 20;
/** Longer texts are not rendered again for definitions that follow their use. */
const MAX_ANEW_CHARS = 60_000;

/** The end of a piece of `weight` that begins at `from`: after a line, or within a longer one. */
function endOfPiece(source: string, from: number, weight: number): number {
  let left = weight;
  let at = from;
  for (;;) {
    const next = source.indexOf('\n', at) + 1;
    const end = next === 0 ? source.length : next;
    left -= end - at + LINE;
    if (left < 0) return at > from ? at : Math.min(source.length, from + weight);
    if (end === source.length) return end;
    at = end;
  }
}

/** A top-level code fence that is still open: its text is appended without lexing. */
type OpenFence = { readonly text: Text; readonly closing: RegExp; shownTo: number; lineAt: number };

/**
 * One document. After the last `update` its nodes are the same whatever came before, except that code gets
 * its colours and formulas their form when those parts have arrived (`whenComplete`).
 */
export class MarkdownStream {
  /** Holds the document; put it where the text belongs. */
  readonly node: HTMLElement;
  readonly #sections: Sections;
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
  /** The whole text, of which `#source` is rendered. */
  #text = '';
  #isOpen = false;
  /** The length that was shown: as much is rendered again without asking. */
  #seenTo = 0;
  #isCollapsed = false;
  #showsAll = false;
  #frame = 0;
  /** Shows the text as written if it could not be rendered. */
  #plain: Text | null = null;

  constructor(options: Partial<RenderOptions> = {}) {
    this.#options = { ...DEFAULTS, ...options };
    this.node = document.createElement('div');
    this.node.className = 'markdown';
    this.node.addEventListener('click', (event) => (followFootnote(event), this.#onShowAll(event)));
    this.#sections = new Sections(this.node);
  }

  /** Renders everything again with other options at the next update. */
  configure(options: Partial<RenderOptions>): void {
    this.#options = { ...this.#options, ...options };
    if (this.#plain !== null) this.node.replaceChildren();
    this.#plain = null;
    this.#reset();
  }

  /**
   * Shows `text`. While `isOpen`, more is expected and half-written syntax is hidden. Of a long text that
   * arrives at once, only the beginning is shown, with a button for the rest. Text that cannot be rendered is
   * shown as written.
   */
  update(text: string, isOpen: boolean): void {
    const marked = this.#options.marks?.place(text, isOpen) ?? text;
    this.#text = this.#growing.withMarkers(isOpen ? withoutHiddenEnd(marked) : marked);
    this.#isOpen = isOpen;
    this.#advance();
  }

  #advance(): void {
    cancelAnimationFrame(this.#frame);
    if (!begins(this.#text, this.#isCollapsed ? this.#source : this.#source.slice(0, this.#committedTo))) {
      this.#seenTo = 0;
      this.#isCollapsed = this.#showsAll = false;
    }
    const drawnTo = this.#seenTo === 0 ? 0 : this.#source.length;
    const isRest = endOfPiece(this.#text, drawnTo, 2 * STEP) === this.#text.length;
    if (!isRest && this.#isCollapsed && !this.#showsAll && drawnTo >= this.#seenTo) return;
    this.#isCollapsed = !isRest;
    const end = isRest ? this.#text.length : endOfPiece(this.#text, drawnTo, STEP);
    this.#seenTo = Math.max(this.#seenTo, end);
    this.#tryToDraw(this.#text.slice(0, end), this.#isOpen || !isRest);
    if (!isRest && (this.#showsAll || end < this.#seenTo))
      this.#frame = requestAnimationFrame(() => this.#advance());
  }

  #onShowAll({ target }: Event): void {
    if ((target as Element).closest('.show-all') === null) return;
    this.#showsAll = true;
    this.node.tabIndex = -1;
    this.node.focus({ preventScroll: true });
    this.#advance();
  }

  #tryToDraw(source: string, isOpen: boolean): void {
    if (this.#plain !== null) return void (this.#plain.data = source);
    try {
      this.#draw(source, isOpen);
    } catch (error) {
      this.#plain = document.createTextNode(source);
      this.node.replaceChildren(this.#plain);
      this.#options.failed(error);
    }
  }

  #draw(source: string, isOpen: boolean): void {
    if (!begins(source, this.#source.slice(0, this.#committedTo))) this.#reset();
    const grows = begins(source, this.#source);
    this.#source = source;
    if (isOpen && grows && this.#appendToFence()) return;
    this.#fence = null;
    this.#commitLongTail();
    if (isOpen) this.#showTail(source.slice(this.#committedTo));
    else this.#finish();
    this.#direct();
    for (const part of this.#missing) void this.#arrival(part);
  }

  /**
   * Sets the direction of the first letter outside code. With `auto`, browsers scan a text without letters at
   * each change.
   */
  #direct(): void {
    let direction = '';
    for (const block of this.node.children as HTMLCollectionOf<HTMLElement>)
      direction ||= block.dir ? '' : directionOf(block.textContent);
    if (this.node.dir !== direction) this.node.dir = direction;
  }

  /** Resolves when everything that is shown has its final form, or its modules could not be loaded. */
  async whenComplete(): Promise<void> {
    await Promise.all([...this.#missing].map((part) => this.#arrival(part)));
  }

  async #arrival(part: Lazy<unknown>): Promise<void> {
    const loaded = await part.request();
    if (!this.#missing.delete(part) || loaded === null) return;
    upgrade(this.node);
    // Before that, images were shown as text.
    if (part === pictures) this.configure({}), this.#advance();
  }

  #reset(): void {
    this.#links = newLinks();
    this.#footnotes = this.#footnotes.emptied();
    this.#outline = new Outline();
    this.#committedTo = 0;
    this.#committedNodes = 0;
    this.#linksAtCommit = null;
    this.#fence = null;
    this.node.classList.remove('long');
    this.#source = '';
  }

  /** A block without an end would be lexed again with each step, except code, which grows without lexing. */
  #commitLongTail(): void {
    for (;;) {
      const tail = this.#source.slice(this.#committedTo);
      const end = endOfPiece(tail, 0, STEP);
      if (end === tail.length) return;
      if (openFence(tail) !== null && isFence(tail.slice(0, tail.indexOf('\n')))) return;
      const tokens = lex(tail.slice(0, end), this.#links);
      this.#footnotes.learn(tokens);
      const blocks = renderBlocks(
        tokens,
        this.#context(this.#footnotes, this.#outline, { isOpen: true, isTail: false }),
      );
      this.node.classList.add('long'); // a few blocks that are long are skipped out of sight as many are
      this.#sections.show(blocks, this.#committedNodes);
      this.#committedTo += end;
      this.#linksAtCommit ??= Object.keys(this.#links).length;
      this.#committedNodes += blocks.length;
    }
  }

  #showTail(tail: string): void {
    // Copies: a half-written definition must not outlive this frame.
    const shown = repaired(tail);
    const tokens = lex(shown, copyOf(this.#links));
    const cut = this.#cutOf(tokens, shown);
    this.#footnotes.learn(tokens.slice(0, cut));
    const done = renderBlocks(
      tokens.slice(0, cut),
      this.#context(this.#footnotes, this.#outline, { isOpen: true, isTail: false }),
    );
    const context = this.#context(new Footnotes(this.#footnotes), new Outline(this.#outline), {
      isOpen: true,
      isTail: true,
    });
    context.footnotes.learn(tokens.slice(cut));
    const rest = renderBlocks(tokens.slice(cut), context);
    this.#sections.show([...done, ...rest], this.#committedNodes, this.#footer(context));
    this.#commit(tokens.slice(0, cut), done.length);
    this.#watchFence(tokens.at(-1));
  }

  #footer(context: Context): Node[] {
    const isAsking = this.#isCollapsed && !this.#showsAll;
    return [...renderFootnotes(context), ...(isAsking ? [showAllButton(this.#options.showAllLabel)] : [])];
  }

  #context(footnotes: Footnotes, outline: Outline, place: Pick<Context, 'isOpen' | 'isTail'>): Context {
    return { options: this.#options, footnotes, outline, ...place, missing: this.#missing };
  }

  /**
   * A block is finished once another begins behind it with a complete line and a second one: a table header
   * needs its delimiter. Closed code is finished with its line. Lines that are hidden do not count.
   */
  #cutOf(tokens: readonly Token[], shown: string): number {
    const lastLine = newlines(shown) - 1;
    let line = 0;
    let cut = 0;
    tokens.forEach((token, at) => {
      // A formula that ends with the text is one only if nothing follows on its line.
      if (token.type !== 'space' && line < lastLine && (token.type !== 'math' || tokens[at + 1])) cut = at;
      line += newlines(token.raw);
      if (token.raw.endsWith('\n') && isClosedFence(token.type === 'space' ? tokens[at - 1] : token))
        cut = at + 1;
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
    // What looked like code may turn out to belong to a formula; then everything is read again at the end.
    if (openFormula(this.#source.slice(0, this.#committedTo)) !== null) this.#linksAtCommit = -1;
  }

  /**
   * A reference may be defined after its use, or a footnote not at all: then everything is rendered again,
   * and only differences change.
   */
  #finish(): void {
    const tokens = lex(this.#source.slice(this.#committedTo), this.#links);
    const footnotes = new Footnotes(this.#footnotes);
    footnotes.learn(tokens);
    const hasLateLinks =
      this.#linksAtCommit !== null && Object.keys(this.#links).length > this.#linksAtCommit;
    if ((hasLateLinks || !footnotes.isComplete) && this.#source.length <= MAX_ANEW_CHARS)
      return this.#finishAnew();
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
    this.#sections.show(blocks, from, this.#footer(context));
  }

  #watchFence(last: Token | undefined): void {
    const tail = this.#source.slice(this.#committedTo);
    if (last?.type !== 'code' || this.#options.marks !== null || tail.includes('\r')) return;
    const head = /^(`{3,}|~{3,})[^\n]*\n/.exec(tail);
    const text = this.#sections.last?.querySelector('pre code')?.firstChild;
    const marker = head?.[1];
    if (head === null || marker === undefined || !(text instanceof Text) || openFence(tail) !== marker)
      return;
    if (!tail.startsWith(text.data, head[0].length)) return;
    const shownTo = this.#committedTo + head[0].length + text.data.length;
    this.#fence = { text, closing: closingOf(marker), shownTo, lineAt: this.#source.lastIndexOf('\n') + 1 };
  }

  #appendToFence(): boolean {
    const fence = this.#fence;
    if (fence === null) return false;
    const fresh = this.#source.slice(fence.lineAt);
    if (fence.closing.test(fresh) || fresh.includes('\r') || withMarkersInCode(fresh) !== fresh) return false;
    const end = this.#source.length - trailingLines(fresh);
    if (end > fence.shownTo) {
      fence.text.appendData(this.#source.slice(fence.shownTo, end));
      fence.shownTo = end;
    }
    fence.lineAt = this.#source.lastIndexOf('\n') + 1;
    return true;
  }
}

function showAllButton(label: string): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'button show-all';
  button.textContent = label;
  return button;
}

/** Follows a footnote link within the document, since fragments do not reach into a shadow root. */
function followFootnote(event: Event): void {
  const link = (event.target as Element).closest('a[href^="#footnote-"]');
  if (link === null) return;
  event.preventDefault();
  const place = (link.getRootNode() as Document | ShadowRoot).getElementById(
    link.getAttribute('href')?.slice(1) ?? '',
  );
  place?.scrollIntoView({ block: 'nearest' });
  place?.focus({ preventScroll: true });
}

/** Whether code is closed by its last line: the marker alone, indented by at most three spaces. */
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
  return text.split('\n').length - 1;
}

/** The start of the line that is `lines` below `from`; a line ends with LF, CRLF or CR. */
function offsetOfLine(source: string, from: number, lines: number): number {
  const breaks = /\r\n|\r|\n/g;
  breaks.lastIndex = from;
  for (let left = lines; left > 0; left--) if (breaks.exec(source) === null) return source.length;
  return lines === 0 ? from : breaks.lastIndex;
}

/** Matches a line that closes the fence, or a prefix of one. */
function closingOf(marker: string): RegExp {
  return new RegExp(`^ {0,3}${marker[0] ?? ''}+[ \\t]*$`, 'm');
}

function trailingLines(text: string): number {
  return text.length - text.replace(/\n+$/, '').length;
}
