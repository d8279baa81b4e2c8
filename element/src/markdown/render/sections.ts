// Places the blocks of a document in the DOM. A browser walks all siblings when one of them changes, so a
// long document keeps its first blocks in the root and every later batch in a section of its own, which it
// can skip as a whole.
import { morphChildren } from './morph.ts';

/**
 * The number of blocks in the root and in each section. A block never moves to another one, so a selection in
 * it survives.
 */
export const SECTION_BLOCKS = 40;

export class Sections {
  readonly #root: HTMLElement;
  readonly #sections: HTMLElement[] = [];

  /** `root` must be empty. */
  constructor(root: HTMLElement) {
    this.#root = root;
  }

  /** Replaces the blocks from index `from` on by `blocks`, with `footer` after them. */
  show(blocks: readonly Node[], from: number, footer: readonly Node[] = []): void {
    const total = from + blocks.length;
    if (total > SECTION_BLOCKS) this.#root.classList.add('long');
    this.#keepSections(Math.max(0, Math.ceil(total / SECTION_BLOCKS) - 1));
    this.#showRoot(blocks, from, footer);
    this.#sections.forEach((section, at) => {
      const start = (at + 1) * SECTION_BLOCKS;
      const end = start + SECTION_BLOCKS;
      if (end > from)
        morphChildren(
          section,
          blocks.slice(Math.max(0, start - from), end - from),
          Math.max(0, from - start),
        );
    });
  }

  /** The last block, or `null`. */
  get last(): Element | null {
    const section = this.#sections.at(-1);
    return section === undefined ? this.#lastOfRoot() : section.lastElementChild;
  }

  #lastOfRoot(): Element | null {
    const last = this.#root.lastElementChild;
    return last?.matches('.footnotes, .show-all') ? last.previousElementSibling : last;
  }

  /** Once sections follow them, the blocks of the root are complete. */
  #showRoot(blocks: readonly Node[], from: number, footer: readonly Node[]): void {
    const at = Math.min(from, SECTION_BLOCKS);
    const own = blocks.slice(0, SECTION_BLOCKS - at);
    morphChildren(this.#root, [...own, ...this.#sections, ...footer], at);
  }

  #keepSections(count: number): void {
    this.#sections.splice(count);
    while (this.#sections.length < count) {
      const section = document.createElement('div');
      section.className = 'part';
      this.#sections.push(section);
    }
  }
}
