// Places the message groups of a thread in the DOM. A browser observes every box that it may skip while it is
// out of sight; with a box for each of 5,000 groups, that took the largest part of a frame, so groups are put
// into blocks, which it skips as a whole.

export const BLOCK_SIZE = 40;
/** The assumed height of a group before it is first shown. */
const GROUP_EM = 24;

/**
 * The children of `root` are blocks, whose children are the groups. A group never moves to another block, so
 * focus and selection survive.
 */
export class RenderBlocks {
  readonly #root: HTMLElement;
  /** Blocks whose number of groups changed. */
  readonly #changed = new Set<Element>();

  /** `root` must be empty. */
  constructor(root: HTMLElement) {
    this.#root = root;
  }

  /** Replaces all groups after the group `after`, or all groups if it is null, by `groups`. */
  show(groups: readonly HTMLElement[], after: HTMLElement | null): void {
    const wanted = new Set(groups);
    for (const node of [...this.#behind(after)]) if (!wanted.has(node)) this.#remove(node);
    let last = after;
    groups.forEach((node, at) => {
      if (node !== this.#next(last)) this.#put(node, last, groups.slice(at));
      last = node;
    });
    for (const block of this.#changed) measure(block as HTMLElement);
    this.#changed.clear();
  }

  *#behind(after: HTMLElement | null): Iterable<HTMLElement> {
    for (let node = this.#next(after); node !== null; node = this.#next(node)) yield node;
  }

  #next(group: HTMLElement | null): HTMLElement | null {
    const inGroup = group === null ? null : group.nextElementSibling;
    const block =
      group === null ? this.#root.firstElementChild : (group.parentElement?.nextElementSibling ?? null);
    return (inGroup ?? block?.firstElementChild ?? null) as HTMLElement | null;
  }

  #put(node: HTMLElement, after: HTMLElement | null, coming: readonly HTMLElement[]): void {
    this.#remove(node);
    const before = this.#next(after);
    const block = this.#blockFor(after?.parentElement ?? null, before?.parentElement ?? null, coming);
    block.insertBefore(node, before?.parentElement === block ? before : null);
    this.#changed.add(block);
  }

  /**
   * A new group between two groups of one block joins that block, whatever its size. An earlier page joins
   * the first block.
   */
  #blockFor(
    ahead: HTMLElement | null,
    behind: HTMLElement | null,
    coming: readonly HTMLElement[],
  ): HTMLElement {
    if (ahead !== null && (ahead === behind || ahead.childElementCount < BLOCK_SIZE)) return ahead;
    if (ahead === null && behind !== null) {
      const known = coming.findIndex((node) => node.parentElement !== null);
      const count = known === -1 ? coming.length : known;
      if (behind.childElementCount + count <= BLOCK_SIZE) return behind;
    }
    const block = document.createElement('div');
    block.className = 'turn-group';
    this.#root.insertBefore(block, ahead === null ? this.#root.firstChild : ahead.nextSibling);
    return block;
  }

  #remove(node: HTMLElement): void {
    const block = node.parentElement;
    if (block === null) return;
    node.remove();
    this.#changed.add(block);
    if (block.childElementCount === 0) block.remove();
  }
}

/** The estimate applies until the browser has measured the block. */
function measure(block: HTMLElement): void {
  block.style.setProperty('contain-intrinsic-size', `auto ${GROUP_EM * block.childElementCount}em`);
}
