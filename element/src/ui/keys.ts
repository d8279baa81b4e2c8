// What keys ask for.

/** The key is for an input method, not for the chat. Safari reports the Enter that ends a composition by its key code alone. */
export function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}

/** "?" pressed where it is not a letter of a text. */
export function asksForShortcuts(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0];
  const isTyping = target instanceof Element && target.matches('input, textarea');
  return event.key === '?' && !isTyping && target instanceof Element && target.closest('.history, .menu-anchor') !== null;
}
