// A box over the page that belongs to a control: in the top layer, so that nothing clips it.

const GAP_PX = 4;
const EDGE_PX = 8;

export type Side = 'top' | 'bottom' | 'left' | 'right';
export type Align = 'start' | 'center' | 'end';

export class Popup {
  readonly node: HTMLElement;
  side: Side = 'bottom';
  align: Align = 'start';
  readonly #anchor: HTMLElement;
  readonly #onClose: () => void;
  #isOpen = false;

  /** `onClose` is called whenever the popup closes, for whatever reason. */
  constructor(node: HTMLElement, anchor: HTMLElement, onClose: () => void) {
    this.node = node;
    this.#anchor = anchor;
    this.#onClose = onClose;
    node.setAttribute('popover', 'manual');
    node.hidden = true;
    node.addEventListener('focusout', this.#onFocusOut);
    anchor.addEventListener('focusout', this.#onFocusOut);
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.node.hidden = false;
    this.node.showPopover?.();
    this.place();
    addEventListener('scroll', this.place, { capture: true, passive: true });
    addEventListener('resize', this.place);
    addEventListener('pointerdown', this.#onPointer, true);
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.node.hidePopover?.();
    this.node.hidden = true;
    removeEventListener('scroll', this.place, { capture: true });
    removeEventListener('resize', this.place);
    removeEventListener('pointerdown', this.#onPointer, true);
    this.#onClose();
  }

  /** Beside the anchor, on the other side if there is more room, and always within the window. */
  readonly place = (): void => {
    if (!this.#anchor.isConnected) return this.close();
    const at = this.#anchor.getBoundingClientRect();
    // Before the size is read, which depends on it.
    this.node.style.setProperty('--anchor-width', `${at.width}px`);
    const { offsetWidth: width, offsetHeight: height } = this.node;
    const { clientWidth, clientHeight } = document.documentElement;
    const clamp = (value: number, size: number, room: number): number =>
      Math.max(EDGE_PX, Math.min(value, room - size - EDGE_PX));
    const isHorizontal = this.side === 'left' || this.side === 'right';
    const left = isHorizontal
      ? acrossOf(at.left, at.right, width, clientWidth, this.side === 'left')
      : this.#along(at, width);
    const top = isHorizontal
      ? at.top
      : acrossOf(at.top, at.bottom, height, clientHeight, this.side === 'top');
    this.node.style.setProperty('left', `${clamp(left, width, clientWidth)}px`);
    this.node.style.setProperty('top', `${clamp(top, height, clientHeight)}px`);
  };

  #along(at: DOMRect, width: number): number {
    const isRtl = getComputedStyle(this.#anchor).direction === 'rtl';
    if (this.align === 'center') return at.left + (at.width - width) / 2;
    return (this.align === 'start') !== isRtl ? at.left : at.right - width;
  }

  readonly #onFocusOut = (event: FocusEvent): void => {
    // Without a target, the window has lost the focus, or a click on nothing has taken it.
    if (event.relatedTarget instanceof Node && !this.#has(event.relatedTarget)) this.close();
  };

  readonly #onPointer = (event: Event): void => {
    if (!event.composedPath().some((node) => node === this.node || node === this.#anchor)) this.close();
  };

  #has(node: Node): boolean {
    return this.node.contains(node) || this.#anchor.contains(node);
  }
}

/** Before or after an anchor that reaches from `start` to `end`. */
function acrossOf(start: number, end: number, size: number, room: number, wantsBefore: boolean): number {
  const before = start - GAP_PX - size;
  const after = end + GAP_PX;
  const fitsBefore = before >= EDGE_PX;
  const fitsAfter = after + size <= room - EDGE_PX;
  const isBefore = wantsBefore ? fitsBefore || !fitsAfter : !fitsAfter && fitsBefore;
  return isBefore ? before : after;
}
