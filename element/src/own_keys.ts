// Keys that are the chat's own: the page's shortcuts see the element as their target, and no text field that they would spare.

/** They type and edit nothing, and the page may have a use for them: to go on from field to field, to close what is around the chat. */
const PASSING = /^(Tab|Escape|F\d+)$/;

/** Stops at `place` what is typed into the fields of the chat, and what the chat has used. Shortcuts with a modifier go on to the page. */
export function keepKeys(place: ShadowRoot): void {
  const pressed = new Map<string, Event>();
  // On its way down, since what uses a key may let it come no further.
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
  const isField = target instanceof HTMLElement && (target.matches('input, textarea, select') || target.isContentEditable);
  // What the page has put into a slot is the page's.
  if (!isField || target.getRootNode() === place.host.getRootNode()) return false;
  if (event.isComposing) return true;
  // AltGr types characters; on some systems it comes as Ctrl and Alt.
  const isShortcut = (event.ctrlKey || event.metaKey || event.altKey) && !event.getModifierState('AltGraph');
  return !isShortcut && !PASSING.test(event.key);
}
