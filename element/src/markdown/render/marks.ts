// Marks in a text: invisible characters in its source that the renderer replaces by nodes.

export const OPEN = '\ue000';
export const CLOSE = '\ue001';
export const RESERVED = /[\ue000\ue001]/g;
const MARK = /\ue000(\d+)\ue001/g;

/** The marks of a text, and the node that each of them becomes. */
export type Marks = {
  /** `source` with its marks inside; `isOpen` if more text is expected. */
  readonly place: (source: string, isOpen: boolean) => string;
  readonly node: (number: number) => Node;
};

export function withoutMarks(text: string): string {
  return text.includes(OPEN) ? text.replace(MARK, '').replace(RESERVED, '') : text;
}

/** `text` split at its marks: strings and the numbers of marks, in order. */
export function splitMarks(text: string): (string | number)[] {
  if (!text.includes(OPEN)) return [text];
  const pieces = text
    .split(MARK)
    .map((part, at) => (at % 2 === 1 ? Number(part) : part.replace(RESERVED, '')));
  return pieces.filter((part) => part !== '');
}
