// The virtual keyboard of a phone may lie over the page without making it smaller: what it covers of the chat is left free.

/** Sets `--covered` of `node`, in pixels, whenever that changes. Returns what ends it. */
export function watchKeyboard(node: HTMLElement): () => void {
  const viewport = globalThis.visualViewport;
  if (viewport == null) return () => undefined;
  const over = new AbortController();
  const measure = (): void => {
    const bottom = Math.min(node.getBoundingClientRect().bottom, innerHeight);
    // Who zooms in sees less of the page as well, and nothing is covered.
    const covered = viewport.scale > 1.01 ? 0 : bottom - viewport.offsetTop - viewport.height;
    node.style.setProperty('--covered', `${Math.max(0, Math.round(covered))}px`);
  };
  for (const type of ['resize', 'scroll']) viewport.addEventListener(type, measure, { signal: over.signal });
  const sizes = new ResizeObserver(measure);
  sizes.observe(node);
  measure();
  return () => (over.abort(), sizes.disconnect(), void node.style.removeProperty('--covered'));
}
