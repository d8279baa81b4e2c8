// Footnotes as GitHub writes them: `[^label]` in the text and `[^label]: words` anywhere, shown together at
// the end and numbered by first mention.
import type { Token, Tokens } from 'marked';

const LABEL = '\\[\\^([^\\]\\[\\s`\\\\]{1,64})\\]';
const BLOCK_START = '\\[\\^|#{1,6}[ \\t]|>|[-*+][ \\t]|\\d{1,9}[.)][ \\t]|`{3}|~{3}|\\|';
const LAZY_LINE = `\\n(?![ \\t]*(?:\\n|$))(?! {0,3}(?:${BLOCK_START}))[^\\n]+`;
const INDENTED_LINE = '\\n(?:[ \\t]*\\n)*(?: {2}|\\t)[ \\t]*[^\\s][^\\n]*';
const REFERENCE = new RegExp(`^${LABEL}(?!\\()`);
const DEFINITION = new RegExp(`^ {0,3}${LABEL}:[ \\t]*([^\\n]*(?:${INDENTED_LINE}|${LAZY_LINE})*)`);
/** The beginning of a definition, as the source of a regular expression: it ends a paragraph. */
export const FOOTNOTE_START = ' {0,3}\\[\\^[^\\]\\[\\s`\\\\]{1,64}\\]:';

export type FootnoteReference = { readonly raw: string; readonly label: string };
export type FootnoteDefinition = FootnoteReference & { readonly body: string };

/** The footnote mention at the start of `source`, or `null`. */
export function footnoteReferenceAt(source: string): FootnoteReference | null {
  const match = REFERENCE.exec(source);
  return match === null ? null : { raw: match[0], label: match[1] ?? '' };
}

/** The footnote definition at the start of `source`, without the indentation of its lines, or `null`. */
export function footnoteDefinitionAt(source: string): FootnoteDefinition | null {
  const match = DEFINITION.exec(source);
  if (match === null) return null;
  return { raw: match[0], label: match[1] ?? '', body: (match[2] ?? '').replace(/^(?: {1,4}|\t)/gm, '') };
}

const MAX_FOOTNOTES = 300;

type Mentions = { readonly number: number; readonly count: number };

let documents = 0;

/** The footnotes of one document: their mentions, their order and their definitions. */
export class Footnotes {
  /** Part of every id, since several documents may share a shadow root. */
  readonly #document: number;
  readonly #mentions: Map<string, Mentions>;
  readonly #definitions: Map<string, readonly Token[]>;

  /** Footnotes of a new document, or a copy. */
  constructor(from?: Footnotes) {
    this.#document = from === undefined ? ++documents : from.#document;
    this.#mentions = new Map(from === undefined ? [] : from.#mentions);
    this.#definitions = new Map(from === undefined ? [] : from.#definitions);
  }

  /** An empty set of footnotes for the same document. */
  emptied(): Footnotes {
    const empty = new Footnotes(this);
    empty.#mentions.clear();
    empty.#definitions.clear();
    return empty;
  }

  /**
   * Records a mention; returns the footnote's number and the index of the mention among those of the
   * footnote.
   */
  mention(label: string): { readonly number: number; readonly occurrence: number } {
    const key = keyOf(label);
    const { number, count } = this.#mentions.get(key) ?? { number: this.#mentions.size + 1, count: 0 };
    this.#mentions.set(key, { number, count: count + 1 });
    return { number, occurrence: count + 1 };
  }

  /** Whether a mention of `label` would exceed the limit: all footnotes are rendered at each change. */
  isFull(label: string): boolean {
    return this.#mentions.size >= MAX_FOOTNOTES && !this.#mentions.has(keyOf(label));
  }

  isDefined(label: string): boolean {
    return this.#definitions.has(keyOf(label));
  }

  /** Whether every mentioned footnote has a definition. */
  get isComplete(): boolean {
    return [...this.#mentions.keys()].every((key) => this.#definitions.has(key));
  }

  /** Collects the definitions among `tokens`, at any depth; the first definition of a label wins. */
  learn(tokens: readonly Token[]): void {
    for (const token of tokens) {
      if (token.type === 'footnote') this.#define(token.label as string, token.tokens ?? []);
      else if (token.type === 'list') this.learn((token as Tokens.List).items);
      if (token.type === 'list_item' || token.type === 'blockquote' || token.type === 'footnote')
        this.learn(token.tokens ?? []);
    }
  }

  /**
   * The footnotes by number. A footnote may mention further ones, so the list can grow during the iteration.
   */
  *inOrder(): Generator<{ readonly number: number; readonly body: readonly Token[] }> {
    for (const [key, { number }] of this.#mentions) {
      const body = this.#definitions.get(key);
      if (body !== undefined) yield { number, body };
    }
  }

  noteId(number: number): string {
    return `footnote-${this.#document}-${number}`;
  }

  mentionId(number: number, occurrence: number): string {
    return `${this.noteId(number)}-mention${occurrence === 1 ? '' : `-${occurrence}`}`;
  }

  #define(label: string, body: readonly Token[]): void {
    const key = keyOf(label);
    if (!this.#definitions.has(key)) this.#definitions.set(key, body);
  }
}

function keyOf(label: string): string {
  return label.toLowerCase();
}
