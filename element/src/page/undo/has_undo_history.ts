// Whether this browser stores an undo history for this origin: only then the code for undo is loaded.

export const MARK = 'turnstream:undo';

export function hasUndoHistory(): boolean {
  try {
    return localStorage.getItem(MARK) !== null;
  } catch {
    return false; // An opaque origin has no storage.
  }
}
