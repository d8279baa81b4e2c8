// Where the blocks of a document stand. A browser walks all siblings when one of them changes, so a long document
// keeps its first blocks in the root and every later batch in a part of its own, which it can skip as a whole.
import { morphChildren } from './morph.ts';

/** Blocks in the root, and then in each part. A block never moves from one to another: a selection in it survives. */
export const PART_BLOCKS = 40;

export class Parts {
  readonly #root: HTMLElement;
  readonly #parts: HTMLElement[] = [];

  /** `root` must be empty. */
  constructor(root: HTMLElement) {
    this.#root = root;
  }

  /** Makes `blocks` the blocks from index `from` on, and `footer` what stands behind all of them. */
  show(blocks: readonly Node[], from: number, footer: readonly Node[] = []): void {
    const total = from + blocks.length;
    if (total > PART_BLOCKS) this.#root.classList.add('long');
    this.#keepParts(Math.max(0, Math.ceil(total / PART_BLOCKS) - 1));
    this.#showRoot(blocks, from, footer);
    this.#parts.forEach((part, at) => {
      const start = (at + 1) * PART_BLOCKS;
      const end = start + PART_BLOCKS;
      if (end > from)
        morphChildren(part, blocks.slice(Math.max(0, start - from), end - from), Math.max(0, from - start));
    });
  }

  /** The block that stands last, or `null`. */
  get last(): Element | null {
    const part = this.#parts.at(-1);
    return part === undefined ? this.#lastOfRoot() : part.lastElementChild;
  }

  #lastOfRoot(): Element | null {
    const last = this.#root.lastElementChild;
    return last?.matches('.footnotes, .show-all') ? last.previousElementSibling : last;
  }

  /** With parts behind them the blocks of the root are complete, and only parts and footer may differ. */
  #showRoot(blocks: readonly Node[], from: number, footer: readonly Node[]): void {
    const at = Math.min(from, PART_BLOCKS);
    const own = blocks.slice(0, PART_BLOCKS - at);
    morphChildren(this.#root, [...own, ...this.#parts, ...footer], at);
  }

  #keepParts(count: number): void {
    this.#parts.splice(count);
    while (this.#parts.length < count) {
      const part = document.createElement('div');
      part.className = 'part';
      this.#parts.push(part);
    }
  }
}
