// The size of the element. The page sets it, never the conversation; where the page sets none, a default
// applies.

/** The intrinsic size of the contents. Small, so that flex and grid items around the chat can shrink. */
const NOTHING = '1px';
const DEFAULT = ['min(400px, 90vw)', 'min(600px, 90vh)'] as const;

/** Inline and block size: width and height in the writing modes that the chat supports. */
type Axes<Value> = readonly [Value, Value];

const NONE: Axes<boolean> = [false, false];

export class ElementSize {
  readonly #element: HTMLElement;
  readonly #unsized: () => void;
  readonly #sheet = new CSSStyleSheet();
  readonly #sizes = new ResizeObserver(() => this.#check());
  #lacks = NONE;

  /** Calls `unsized` each time it finds that the page gives no height. */
  constructor(element: HTMLElement, place: ShadowRoot, unsized: () => void) {
    this.#element = element;
    this.#unsized = unsized;
    this.#wear(NONE);
    place.adoptedStyleSheets.push(this.#sheet);
  }

  /** Starts to observe the size. Call it when the element is connected. */
  follow(): void {
    // While the default applies, an outer element shrinks instead.
    for (let node: Element | null = this.#element; node !== null; node = around(node))
      this.#sizes.observe(node);
  }

  leave(): void {
    this.#sizes.disconnect();
  }

  /** Finds out whether the page sets a size by changing the intrinsic size and measuring the effect. */
  #check(): void {
    if (this.#element.getClientRects().length === 0) return;
    const before = this.#lacks;
    if (!before.includes(true) && !isNothing(contentSize(this.#element)).includes(true)) return;
    this.#wear(NONE);
    const bare = contentSize(this.#element);
    const suspects = isNothing(bare);
    this.#wear(suspects);
    const filled = contentSize(this.#element);
    this.#wear([suspects[0] && filled[0] !== bare[0], suspects[1] && filled[1] !== bare[1]]);
    const [isNarrow, isFlat] = this.#lacks;
    if (isFlat && !before[1]) this.#unsized();
    // This method makes the change: a notification in the same frame would raise "ResizeObserver loop" in the
    // page.
    if (before[0] !== isNarrow || before[1] !== isFlat) this.#begin();
  }

  #begin(): void {
    this.leave();
    requestAnimationFrame(() => this.#element.isConnected && this.follow());
  }

  #wear(lacks: Axes<boolean>): void {
    this.#lacks = lacks;
    const [inline, block] = [0, 1].map((at) => (lacks[at] ? DEFAULT[at] : NOTHING));
    this.#sheet.replaceSync(`:host { contain-intrinsic-size: ${inline} ${block}; }`);
  }
}

function around(node: Element): Element | null {
  const root = node.getRootNode();
  return node.assignedSlot ?? node.parentElement ?? (root instanceof ShadowRoot ? root.host : null);
}

function isNothing(size: Axes<number>): Axes<boolean> {
  return [size[0] <= 1, size[1] <= 1];
}

function contentSize(node: HTMLElement): Axes<number> {
  const style = getComputedStyle(node);
  const padding = (one: string, other: string): number =>
    [one, other].reduce(
      (sum, side) => sum + (Number.parseFloat(style.getPropertyValue(`padding-${side}`)) || 0),
      0,
    );
  return [node.clientWidth - padding('left', 'right'), node.clientHeight - padding('top', 'bottom')];
}
