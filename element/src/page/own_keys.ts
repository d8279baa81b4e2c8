// Hides keys from the page's shortcuts: the page sees the element as their target, not a text field that
// shortcuts ignore.

/**
 * Keys that do not edit, and that the page can use to move between fields or to close a dialog around the
 * chat.
 */
const PASSING = /^(Tab|Escape|F\d+)$/;

/**
 * Stops at `place` the keys that are typed into the chat's fields or handled by the chat. Shortcuts with a
 * modifier pass.
 */
export function keepKeys(place: ShadowRoot): void {
  const pressed = new Map<string, Event>();
  // In the capture phase, since a handler can stop the event.
  place.addEventListener('keydown', (event) => pressed.set((event as KeyboardEvent).key, event), true);
  for (const type of ['keydown', 'keypress', 'keyup']) {
    place.addEventListener(type, (event) => {
      const { key } = event as KeyboardEvent;
      const isUsed = pressed.get(key)?.defaultPrevented === true;
      if (type === 'keyup') pressed.delete(key);
      if (isUsed || isTyped(event as KeyboardEvent, place)) event.stopPropagation();
    });
  }
}

function isTyped(event: KeyboardEvent, place: ShadowRoot): boolean {
  const [target] = event.composedPath();
  const isField =
    target instanceof HTMLElement && (target.matches('input, textarea, select') || target.isContentEditable);
  // Slotted elements belong to the page.
  if (!isField || target.getRootNode() === place.host.getRootNode()) return false;
  if (event.isComposing) return true;
  // AltGr types characters; some systems report it as Ctrl and Alt.
  const isShortcut = (event.ctrlKey || event.metaKey || event.altKey) && !event.getModifierState('AltGraph');
  return !isShortcut && !PASSING.test(event.key);
}
