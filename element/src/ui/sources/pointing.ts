// What opens and closes the card of a citation, of a source and of an entity: pointer, touch, focus and keys.
import type { Source } from '../../protocol/wire.ts';
import { isComposing } from '../base/keys.ts';
import type { ChatContext } from '../context.ts';
import { sourceOf } from './subjects.ts';

/** The delay in ms, so that passing over a citation opens nothing and requests no preview. */
const REST_MS = 250;
/** The time in ms to move from the citation into its card. */
const LEAVE_MS = 200;

export type Card = {
  /** What the card belongs to, from the moment in which it is requested. */
  readonly anchor: HTMLElement | null;
  readonly node: Element | null;
  open(source: Source, anchor: HTMLElement): unknown;
  close(): void;
};

export class Pointing {
  readonly #context: ChatContext;
  readonly #card: Card;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What the card belongs to, or will after the delay. */
  #anchor: HTMLElement | null = null;
  #over = new AbortController();
  #isTouch = false;

  constructor(context: ChatContext, card: Card) {
    this.#context = context;
    this.#card = card;
    const root = context.root();
    root.addEventListener('pointerdown', (event) => this.#onPress(event as PointerEvent), true);
    root.addEventListener('pointermove', (event) => this.#onMove(event as PointerEvent));
    root.addEventListener('keyup', () => this.#followCaret());
  }

  /** The pointer or the focus has come to `node`. A touch opens the card with its click. */
  come(node: HTMLElement, isHover: boolean, isTouch: boolean): void {
    if (isHover) this.#isTouch = isTouch;
    if (!isTouch && (isHover || node.matches(':focus-visible'))) this.#enter(node, isHover ? REST_MS : 0);
  }

  /**
   * `node` is pressed, by a key too. Returns whether that opens the card instead of what the press does: with
   * `opensCard` always, and for a citation that is touched the first time.
   */
  press(node: HTMLElement, opensCard: boolean): boolean {
    const isFirst = this.#isTouch && node !== this.#card.anchor && node.matches('.citation');
    if (opensCard || isFirst) this.#enter(node, 0);
    return opensCard || isFirst;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#over.abort();
    this.#anchor = null;
    this.#card.close();
  }

  #enter(anchor: HTMLElement, delay: number): void {
    const source = sourceOf(anchor);
    if (source === null) return;
    if (anchor === this.#anchor && delay > 0) return this.#stay();
    if (anchor !== this.#anchor) {
      this.close();
      this.#anchor = anchor;
      this.#over = new AbortController();
      this.#watch(this.#over.signal);
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#card.open(source, anchor), delay);
  }

  /** Follows what happens elsewhere while a card is open. */
  #watch(signal: AbortSignal): void {
    const root = this.#context.root();
    root.addEventListener('pointerover', (event) => this.#onOver(event as PointerEvent), { signal });
    root.addEventListener('focusout', () => this.#leave(), { signal });
    root.host.addEventListener('pointerleave', () => this.#leave(), { signal });
    // Before the page's own listeners: Escape closes the card and nothing else.
    const onEscape = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || this.#card.node === null || isComposing(event)) return;
      event.preventDefault();
      event.stopPropagation();
      this.close();
    };
    addEventListener('keydown', onEscape, { signal, capture: true });
  }

  #onOver({ target, pointerType }: PointerEvent): void {
    if (pointerType === 'touch') return;
    if (this.#holds(target)) this.#stay();
    else this.#leave();
  }

  /** The pointer is back. Before the card is open, the timer is what opens it. */
  #stay(): void {
    if (this.#card.anchor !== null) clearTimeout(this.#timer);
  }

  #leave(): void {
    if (this.#isTouch) return;
    if (this.#card.anchor === null) return this.close();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#hasFocus || this.close(), LEAVE_MS);
  }

  /** Whether the anchor or its card contains `node`; the tags of the field lie behind it. */
  #holds(node: EventTarget | null): boolean {
    const isField = node instanceof HTMLTextAreaElement && this.#anchor?.localName === 'mark';
    return isField || [this.#anchor, this.#card.node].some((one) => one?.contains(node as Node) === true);
  }

  get #hasFocus(): boolean {
    const focused = this.#context.root().activeElement;
    if (focused instanceof HTMLTextAreaElement) return isCaretIn(this.#anchor, focused.selectionEnd);
    return focused?.matches(':focus-visible') === true && this.#holds(focused);
  }

  #onPress({ target, pointerType }: PointerEvent): void {
    this.#isTouch = pointerType === 'touch';
    if (this.#anchor !== null && !this.#holds(target)) this.close();
  }

  #onMove({ target, clientX: x, clientY: y, pointerType }: PointerEvent): void {
    const marks = pointerType === 'touch' ? [] : this.#marksOf(target);
    const under = marks.find((mark) => [...mark.getClientRects()].some((box) => isIn(box, x, y)));
    if (under !== undefined) this.#enter(under, REST_MS);
    else if (marks.includes(this.#anchor as HTMLElement)) this.#leave();
  }

  #followCaret(): void {
    const field = this.#context.root().activeElement;
    const marks = this.#marksOf(field);
    const { selectionEnd: caret } = field as HTMLTextAreaElement;
    const under = marks.find((mark) => isCaretIn(mark, caret));
    if (under !== undefined) this.#enter(under, 0);
    else if (marks.includes(this.#anchor as HTMLElement)) this.close();
  }

  /** The tags of `field`, which lie behind it and so get no events. */
  #marksOf(field: EventTarget | null): HTMLElement[] {
    if (!(field instanceof HTMLTextAreaElement)) return [];
    return [...this.#context.root().querySelectorAll<HTMLElement>('.mirror mark')];
  }
}

function isIn({ left, right, top, bottom }: DOMRect, x: number, y: number): boolean {
  return x >= left && x <= right && y >= top && y <= bottom;
}

function isCaretIn(mark: HTMLElement | null, caret: number): boolean {
  if (mark?.localName !== 'mark') return false;
  const before = document.createRange();
  before.setStart(mark.parentNode ?? mark, 0);
  before.setEndBefore(mark);
  const start = before.toString().length;
  return caret > start && caret < start + mark.textContent.length;
}
