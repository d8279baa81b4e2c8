// Meanings of keys.

/**
 * Whether an input method handles the key. In Safari, only the key code tells that an Enter ends a
 * composition.
 */
export function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}

/** "?" pressed outside of text fields. */
export function asksForShortcuts(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0];
  const isTyping = target instanceof Element && target.matches('input, textarea');
  return (
    event.key === '?' &&
    !isTyping &&
    target instanceof Element &&
    target.closest('.history, .menu-anchor') !== null
  );
}
