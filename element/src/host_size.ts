// The size of the element: the page's affair, never the conversation's. Where the page gives none, a default.

/** The size that the contents are said to have. Small, so that no flex or grid item around the chat is kept from shrinking by it. */
const NOTHING = '1px';
const DEFAULT = ['min(400px, 90vw)', 'min(600px, 90vh)'] as const;

/** Inline and block: width and height in any writing mode that the chat knows. */
type Axes<Value> = readonly [Value, Value];

const NONE: Axes<boolean> = [false, false];

export class HostSize {
  readonly #host: HTMLElement;
  readonly #unsized: () => void;
  readonly #sheet = new CSSStyleSheet();
  readonly #sizes = new ResizeObserver(() => this.#check());
  #lacks = NONE;

  /** `unsized` is called each time it is found that nothing in the page gives a height. */
  constructor(host: HTMLElement, place: ShadowRoot, unsized: () => void) {
    this.#host = host;
    this.#unsized = unsized;
    this.#wear(NONE);
    place.adoptedStyleSheets.push(this.#sheet);
  }

  /** To be called when the element comes into a page. */
  follow(): void {
    // With the default on, it is an element further out that becomes smaller.
    for (let node: Element | null = this.#host; node !== null; node = around(node)) this.#sizes.observe(node);
  }

  leave(): void {
    this.#sizes.disconnect();
  }

  /** Whether nothing gives a size shows only when the contents claim another: a default that changes nothing was not needed. */
  #check(): void {
    if (this.#host.getClientRects().length === 0) return;
    const before = this.#lacks;
    if (!before.includes(true) && !isNothing(contentSize(this.#host)).includes(true)) return;
    this.#wear(NONE);
    const bare = contentSize(this.#host);
    const suspects = isNothing(bare);
    this.#wear(suspects);
    const filled = contentSize(this.#host);
    this.#wear([suspects[0] && filled[0] !== bare[0], suspects[1] && filled[1] !== bare[1]]);
    const [isNarrow, isFlat] = this.#lacks;
    if (isFlat && !before[1]) this.#unsized();
    // The change was made here: to be told of it in the same frame would be an error of the page ("ResizeObserver loop").
    if (before[0] !== isNarrow || before[1] !== isFlat) this.#begin();
  }

  #begin(): void {
    this.leave();
    requestAnimationFrame(() => this.#host.isConnected && this.follow());
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
  const { paddingLeft, paddingRight, paddingTop, paddingBottom } = getComputedStyle(node);
  const [left = 0, right = 0, top = 0, bottom = 0] = [paddingLeft, paddingRight, paddingTop, paddingBottom].map((one) => Number.parseFloat(one) || 0);
  return [node.clientWidth - left - right, node.clientHeight - top - bottom];
}
