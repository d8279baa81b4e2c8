// The end of a frame: it is told, and stays out of sight in the page until it has answered.

/** A frame that does not answer is not waited for any longer. */
export const PARTING_MS = 1000;

type Place = (ShadowRoot | HTMLElement) & { moveBefore?(node: Node, next: Node | null): void };

/**
 * Moves `frame` out of sight. A frame that is moved in another way loads anew, so where the browser cannot
 * move one, it stays, and leaves with what is around it. Returns whether the frame was moved.
 */
export function putAside(frame: HTMLIFrameElement): boolean {
  const root = frame.getRootNode();
  const place: Place = root instanceof ShadowRoot ? root : document.body;
  if (!frame.isConnected || place.moveBefore === undefined) return false;
  frame.className = 'w-frame-parting';
  frame.inert = true;
  frame.ariaHidden = 'true';
  place.moveBefore(frame, null);
  return true;
}
