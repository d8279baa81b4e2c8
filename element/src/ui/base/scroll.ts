// Scrolls the thread. Follows new text only while its end is visible and, after a message was sent, stops
// when the message is at the top, so that the beginning of the answer stays visible.

const NEAR_PX = 48;
const EARLIER_PX = 600;
/** The space above a message at the top. */
const ABOVE_PX = 12;

export type ScrollEvents = { readonly onMoved: () => void; readonly onNearTop: () => void };

export class ScrollKeeper {
  /** The end of the thread is in sight, so new text is followed. */
  isPinned = true;
  follows = true;
  readonly #events: ScrollEvents;
  readonly #sizes: ResizeObserver;
  #scroller: HTMLElement | null = null;
  #lastTop = 0;
  #isHidden = false;
  /** The group whose beginning stays visible; it is at least as high as the viewport. */
  #lead: HTMLElement | null = null;
  #isHeld = false;

  constructor(events: ScrollEvents) {
    this.#events = events;
    this.#sizes = new ResizeObserver(() => this.follow());
  }

  attach(scroller: HTMLElement, content: HTMLElement): void {
    if (scroller === this.#scroller) return;
    this.detach();
    this.#scroller = scroller;
    scroller.addEventListener('scroll', this.#onScroll, { passive: true });
    this.#sizes.observe(scroller);
    this.#sizes.observe(content);
  }

  detach(): void {
    this.#scroller?.removeEventListener('scroll', this.#onScroll);
    this.#sizes.disconnect();
    this.#scroller = null;
  }

  /**
   * Keeps the beginning of `group`, the last one, visible until the reader scrolls further; null follows the
   * end again.
   */
  lead(group: HTMLElement | null): void {
    this.#lead?.classList.remove('lead');
    group?.classList.add('lead');
    this.#lead = group;
    this.#isHeld = group !== null;
  }

  /** The distance to the end, in pixels. */
  get distance(): number {
    const node = this.#scroller;
    return node === null ? 0 : node.scrollHeight - node.clientHeight - node.scrollTop;
  }

  toEnd(isSmooth = false): void {
    this.isPinned = true;
    this.#isHeld = false;
    const node = this.#scroller;
    node?.scrollTo({ top: node.scrollHeight, behavior: isSmooth ? 'smooth' : 'instant' });
    this.#events.onMoved();
  }

  /** Runs `change`, which inserts content above, and keeps the visible content in place. */
  hold(anchor: Element | null, change: () => void): void {
    const before = anchor?.getBoundingClientRect().top ?? 0;
    change();
    const after = anchor?.getBoundingClientRect().top ?? 0;
    if (this.#scroller !== null && after !== before) this.#scroller.scrollTop += after - before;
  }

  /** Called after every change of the content or the size. */
  follow(): void {
    const node = this.#scroller;
    if (node === null) return;
    const wasHidden = this.#isHidden;
    this.#isHidden = node.clientHeight === 0;
    // While the thread is hidden, measurements are zero, and some browsers reset the scroll position.
    if (this.#isHidden) return;
    this.#lead?.style.setProperty('--room', `${node.clientHeight}px`);
    if (this.isPinned && this.follows) node.scrollTop = Math.min(node.scrollHeight, this.#heldTop);
    else if (wasHidden) node.scrollTop = this.#lastTop;
    this.#lastTop = node.scrollTop;
    this.#check();
  }

  readonly #onScroll = (): void => {
    if (this.#scroller?.clientHeight === 0) return;
    const top = this.#scroller?.scrollTop ?? 0;
    const isUpward = top < this.#lastTop - 1;
    this.#lastTop = top;
    const isFurther = top > this.#heldTop + 1;
    if (isUpward && this.distance > 4) this.isPinned = false;
    else if (this.distance < NEAR_PX) this.isPinned = true;
    else if (isFurther) this.isPinned = false;
    if (isFurther) this.#isHeld = false;
    this.#check();
  };

  /** The scroll position with the lead at the top; infinite without a lead. */
  get #heldTop(): number {
    const [node, lead] = [this.#scroller, this.#lead];
    if (!this.#isHeld || node === null || lead === null || !lead.isConnected) return Infinity;
    // Of a message higher than half the viewport, only the end stays visible, with the answer below it.
    const hidden = Math.max(0, (lead.firstElementChild?.clientHeight ?? 0) - node.clientHeight / 2);
    return (
      lead.getBoundingClientRect().top - node.getBoundingClientRect().top + node.scrollTop - ABOVE_PX + hidden
    );
  }

  #check(): void {
    this.#events.onMoved();
    if ((this.#scroller?.scrollTop ?? 0) < EARLIER_PX) this.#events.onNearTop();
  }
}
