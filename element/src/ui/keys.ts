// Which keys ask for what, where nobody is typing.

/** "?" pressed where it is not a letter of a text. */
export function asksForShortcuts(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0];
  const isTyping = target instanceof Element && target.matches('input, textarea');
  return event.key === '?' && !isTyping && target instanceof Element && target.closest('.history, .menu-anchor') !== null;
}
