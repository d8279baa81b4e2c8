// The page's own content inside the element: it replaces a part of the chat, or is copied into every answer.

/** Shown instead of the greeting and its prompts. */
const EMPTY = 'empty';

export type Slotted = {
  /** Copied to the start of every answer. */
  readonly avatar: Element | null;
  /** Copied to the end of every message of the assistant. */
  readonly footer: Element | null;
  readonly hasEmpty: boolean;
};

export const NOTHING_SLOTTED: Slotted = { avatar: null, footer: null, hasEmpty: false };

function child(host: HTMLElement, slot: string): Element | null {
  return [...host.children].find((one) => one.slot === slot) ?? null;
}

export function slottedIn(host: HTMLElement): Slotted {
  return {
    avatar: child(host, 'avatar'),
    footer: child(host, 'message-footer'),
    hasEmpty: child(host, EMPTY) !== null,
  };
}

/**
 * Passes the page's empty state into `view`, but only if there is one: an empty slot would hide the view's
 * own.
 */
export function passEmpty(view: HTMLElement, hasEmpty: boolean): void {
  const present = view.querySelector('slot');
  if (!hasEmpty) present?.remove();
  if (!hasEmpty || present !== null) return;
  const slot = document.createElement('slot');
  slot.name = slot.slot = EMPTY;
  view.append(slot);
}

/** A copy of `node`, or of its content if it is a template. */
export function copyOf(element: Element): Node {
  if (element instanceof HTMLTemplateElement) return document.importNode(element.content, true);
  const copy = element.cloneNode(true) as Element;
  copy.removeAttribute('slot');
  copy.removeAttribute('id');
  return copy;
}
