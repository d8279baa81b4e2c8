// Whether somebody has selected text in the chat.

/** Each engine has its own way to say so of a shadow tree. */
export function hasSelection(root: ShadowRoot): boolean {
  const selection =
    (root as ShadowRoot & { getSelection?: () => Selection | null }).getSelection?.() ??
    document.getSelection();
  return selection !== null && selection.toString() !== '';
}
