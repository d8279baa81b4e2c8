// Path data that the drawings share, on a grid of 24.

/** A circle as path data. */
export const ring = (x: number, y: number, r: number): string =>
  `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`;

export const dot = (x: number, y: number): string => `M${x} ${y}h.01`;
