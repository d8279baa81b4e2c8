// A phone's virtual keyboard may cover the page without resizing it: the chat leaves the covered area free.

/** Keeps `--covered` of `node` up to date, in pixels. Returns a function that ends it. */
export function watchKeyboard(node: HTMLElement): () => void {
  const viewport = globalThis.visualViewport;
  if (viewport == null) return () => undefined;
  const over = new AbortController();
  const measure = (): void => {
    const bottom = Math.min(node.getBoundingClientRect().bottom, innerHeight);
    // Zooming shrinks the visual viewport too, without covering anything.
    const covered = viewport.scale > 1.01 ? 0 : bottom - viewport.offsetTop - viewport.height;
    node.style.setProperty('--covered', `${Math.max(0, Math.round(covered))}px`);
  };
  for (const type of ['resize', 'scroll']) viewport.addEventListener(type, measure, { signal: over.signal });
  const sizes = new ResizeObserver(measure);
  sizes.observe(node);
  measure();
  return () => (over.abort(), sizes.disconnect(), void node.style.removeProperty('--covered'));
}
