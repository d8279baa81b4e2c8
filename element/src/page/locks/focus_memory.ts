// The focus at the time of a lock: the element, and the selection in its text.
import { around } from './regions.ts';

type Place = { readonly element: HTMLElement; readonly back: () => void };

export class FocusMemory {
  #place: Place | null = null;

  /** Call it before `region` is locked, which removes the focus from it. */
  note(region: Element): void {
    const element = deepFocus();
    if (element === null || ![...around(element)].includes(region)) return;
    this.#place = { element, back: selectionOf(element) };
    element.blur(); // Browsers do so only with the next frame; until then, keys would still arrive.
  }

  /** Restores the focus if its element is released, unless the focus has moved meanwhile. */
  giveBack(isLocked: (region: Node) => boolean): void {
    const place = this.#place;
    if (place === null || [...around(place.element)].some(isLocked)) return;
    this.#place = null;
    const now = document.activeElement;
    if (now !== null && now !== document.body && now !== document.documentElement) return;
    if (!place.element.isConnected) return;
    place.element.focus({ preventScroll: true });
    place.back();
  }

  forget(): void {
    this.#place = null;
  }
}

function deepFocus(): HTMLElement | null {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement != null) element = element.shadowRoot.activeElement;
  return element instanceof HTMLElement && element !== document.body ? element : null;
}

/** A function that restores the selection of the field. */
function selectionOf(element: HTMLElement): () => void {
  if (element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement) {
    const { selectionStart: start, selectionEnd: end, selectionDirection: direction } = element;
    return () => start !== null && element.setSelectionRange(start, end, direction ?? 'none');
  }
  const selection = element.isContentEditable ? document.getSelection() : null;
  const range = selection !== null && selection.rangeCount > 0 ? selection.getRangeAt(0).cloneRange() : null;
  return () => {
    if (range === null || !element.contains(range.commonAncestorContainer)) return;
    selection?.removeAllRanges();
    selection?.addRange(range);
  };
}
