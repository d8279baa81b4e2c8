// Where the turns of a thread stand. A browser watches every box that it may skip while it is out of sight; with a box for
// each of 5,000 turns that watching was the largest part of a frame, so turns stand in groups, which it skips as a whole.

export const GROUP_TURNS = 40;
/** What a turn is taken to be high before it was shown. */
const TURN_EM = 24;

/** The nodes of `root` are groups, and their nodes the turns. A turn never moves to another group: focus and selection survive. */
export class TurnGroups {
  readonly #root: HTMLElement;
  /** Groups whose number of turns changed. */
  readonly #changed = new Set<Element>();

  /** `root` must be empty. */
  constructor(root: HTMLElement) {
    this.#root = root;
  }

  /** Makes `turns` what stands behind the turn `after`, or all there is when that is null. */
  show(turns: readonly HTMLElement[], after: HTMLElement | null): void {
    const wanted = new Set(turns);
    for (const node of [...this.#behind(after)]) if (!wanted.has(node)) this.#remove(node);
    let last = after;
    turns.forEach((node, at) => {
      if (node !== this.#next(last)) this.#put(node, last, turns.slice(at));
      last = node;
    });
    for (const group of this.#changed) measure(group as HTMLElement);
    this.#changed.clear();
  }

  *#behind(after: HTMLElement | null): Iterable<HTMLElement> {
    for (let node = this.#next(after); node !== null; node = this.#next(node)) yield node;
  }

  #next(turn: HTMLElement | null): HTMLElement | null {
    const inGroup = turn === null ? null : turn.nextElementSibling;
    const group =
      turn === null ? this.#root.firstElementChild : (turn.parentElement?.nextElementSibling ?? null);
    return (inGroup ?? group?.firstElementChild ?? null) as HTMLElement | null;
  }

  #put(node: HTMLElement, after: HTMLElement | null, coming: readonly HTMLElement[]): void {
    this.#remove(node);
    const before = this.#next(after);
    const group = this.#groupFor(after?.parentElement ?? null, before?.parentElement ?? null, coming);
    group.insertBefore(node, before?.parentElement === group ? before : null);
    this.#changed.add(group);
  }

  /** Between two turns of one group there is no choice, however many it holds. An earlier page joins the first group as a whole. */
  #groupFor(
    ahead: HTMLElement | null,
    behind: HTMLElement | null,
    coming: readonly HTMLElement[],
  ): HTMLElement {
    if (ahead !== null && (ahead === behind || ahead.childElementCount < GROUP_TURNS)) return ahead;
    if (ahead === null && behind !== null) {
      const known = coming.findIndex((node) => node.parentElement !== null);
      const count = known === -1 ? coming.length : known;
      if (behind.childElementCount + count <= GROUP_TURNS) return behind;
    }
    const group = document.createElement('div');
    group.className = 'turn-group';
    this.#root.insertBefore(group, ahead === null ? this.#root.firstChild : ahead.nextSibling);
    return group;
  }

  #remove(node: HTMLElement): void {
    const group = node.parentElement;
    if (group === null) return;
    node.remove();
    this.#changed.add(group);
    if (group.childElementCount === 0) group.remove();
  }
}

/** Once it was shown, the browser remembers its height instead. */
function measure(group: HTMLElement): void {
  group.style.setProperty('contain-intrinsic-size', `auto ${TURN_EM * group.childElementCount}em`);
}
