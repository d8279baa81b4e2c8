// Whether this browser keeps anything that could be undone on pages of this origin: what undoes it is loaded only then.

export const MARK = 'turnstream:undo';

export function hasUndoHistory(): boolean {
  try {
    return localStorage.getItem(MARK) !== null;
  } catch {
    return false; // An opaque origin keeps nothing.
  }
}
