// A markdown document that grows at its end. Finished top-level blocks are committed and never lexed or
// touched again; only the tail is, so an update costs the same at 1 kB and at 200 kB.
import type { Token } from 'marked';
import { copyOf, learnLinks, lex, newLinks } from './lex.ts';
import { withMarks } from './marks.ts';
import { morphChildren } from './morph.ts';
import { openFence, repaired } from './repair.ts';
import { type RenderOptions, renderBlocks } from './render.ts';

const DEFAULTS: RenderOptions = {
  headingLevel: 3,
  imageDomains: [],
  marks: [],
  copyLabel: 'Copy',
  taskLabel: (checked) => (checked ? 'Done' : 'To do'),
};

/** From here on the stylesheet lets the browser skip blocks out of sight. */
const LONG_NODES = 40;

/** A top-level code fence that is still open: its text is appended without lexing. */
type OpenFence = { readonly text: Text; readonly closing: RegExp; shownTo: number; lineAt: number };

export class MarkdownStream {
  /** Holds the document; put it where the text belongs. */
  readonly node: HTMLElement;
  private options: RenderOptions;
  private source = '';
  private links = newLinks();
  private committedTo = 0;
  private committedNodes = 0;
  private linksAtCommit: number | null = null;
  private fence: OpenFence | null = null;

  constructor(options: Partial<RenderOptions> = {}) {
    this.options = { ...DEFAULTS, ...options };
    this.node = document.createElement('div');
    this.node.className = 'markdown';
    this.node.dir = 'auto';
  }

  /** Renders everything anew with other options at the next update. */
  configure(options: Partial<RenderOptions>): void {
    this.options = { ...this.options, ...options };
    this.reset();
  }

  /** Shows `text`. While `isOpen`, more is expected and half-written syntax is kept out of sight. */
  update(text: string, isOpen: boolean): void {
    const source = withMarks(text, this.options.marks);
    if (!source.startsWith(this.source.slice(0, this.committedTo))) this.reset();
    const grows = source.startsWith(this.source);
    this.source = source;
    if (isOpen && grows && this.appendToFence()) return;
    this.fence = null;
    if (isOpen) this.showTail(source.slice(this.committedTo));
    else this.finish();
  }

  private reset(): void {
    this.links = newLinks();
    this.committedTo = 0;
    this.committedNodes = 0;
    this.linksAtCommit = null;
    this.fence = null;
    this.source = '';
  }

  private showTail(tail: string): void {
    // A copy: a half-written definition must not outlive this frame.
    const tokens = lex(repaired(tail), copyOf(this.links));
    const cut = this.cutOf(tokens, tail);
    const done = renderBlocks(tokens.slice(0, cut), this.options);
    const rest = renderBlocks(tokens.slice(cut), this.options);
    morphChildren(this.node, [...done, ...rest], this.committedNodes);
    this.commit(tokens.slice(0, cut), done.length);
    this.watchFence(tokens.at(-1));
  }

  /** A block is finished once another begins behind it with a complete line and a second one: a table header needs its delimiter. */
  private cutOf(tokens: readonly Token[], tail: string): number {
    const lastLine = newlines(tail) - 1;
    let line = 0;
    let cut = 0;
    tokens.forEach((token, at) => {
      if (token.type !== 'space' && line < lastLine) cut = at;
      line += newlines(token.raw);
    });
    return cut;
  }

  private commit(tokens: readonly Token[], nodes: number): void {
    if (tokens.length === 0) return;
    const lines = tokens.reduce((sum, token) => sum + newlines(token.raw), 0);
    this.committedTo = offsetOfLine(this.source, this.committedTo, lines);
    this.committedNodes += nodes;
    this.node.classList.toggle('long', this.committedNodes > LONG_NODES);
    learnLinks(tokens, this.links);
    this.linksAtCommit ??= Object.keys(this.links).length;
  }

  /** A reference may be defined below its use: then everything is rendered once more, and only what differs changes. */
  private finish(): void {
    const tokens = lex(this.source.slice(this.committedTo), this.links);
    const hasLateLinks = this.linksAtCommit !== null && Object.keys(this.links).length > this.linksAtCommit;
    if (!hasLateLinks) return morphChildren(this.node, renderBlocks(tokens, this.options), this.committedNodes);
    this.links = newLinks();
    morphChildren(this.node, renderBlocks(lex(this.source, this.links), this.options), 0);
  }

  private watchFence(last: Token | undefined): void {
    const tail = this.source.slice(this.committedTo);
    if (last?.type !== 'code' || this.options.marks.length > 0 || tail.includes('\r')) return;
    const head = /^(`{3,}|~{3,})[^\n]*\n/.exec(tail);
    const text = this.node.lastElementChild?.querySelector('pre code')?.firstChild;
    const marker = head?.[1];
    if (head === null || marker === undefined || !(text instanceof Text) || openFence(tail) !== marker) return;
    if (!tail.startsWith(text.data, head[0].length)) return;
    const shownTo = this.committedTo + head[0].length + text.data.length;
    this.fence = { text, closing: closingOf(marker), shownTo, lineAt: this.source.lastIndexOf('\n') + 1 };
  }

  private appendToFence(): boolean {
    const fence = this.fence;
    if (fence === null) return false;
    const fresh = this.source.slice(fence.lineAt);
    if (fence.closing.test(fresh) || fresh.includes('\r')) return false;
    const end = this.source.length - trailingLines(fresh);
    if (end > fence.shownTo) {
      fence.text.appendData(this.source.slice(fence.shownTo, end));
      fence.shownTo = end;
    }
    fence.lineAt = this.source.lastIndexOf('\n') + 1;
    return true;
  }
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
