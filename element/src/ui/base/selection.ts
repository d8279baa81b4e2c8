// Whether text is selected in the chat.

/** Each engine has its own API for selections in shadow trees. */
export function hasSelection(root: ShadowRoot): boolean {
  const selection =
    (root as ShadowRoot & { getSelection?: () => Selection | null }).getSelection?.() ??
    document.getSelection();
  return selection !== null && selection.toString() !== '';
}
