// The text at the cursor that asks for suggestions: "@ada" for an entity, "/sum" for a command.

export type Trigger = {
  readonly kind: 'tag' | 'command';
  /** The characters that a suggestion replaces, the sign included. */
  readonly start: number;
  readonly end: number;
  readonly query: string;
};

/** Names may contain up to two spaces; the search decides whether they belong to the name. */
const TAG = /(?:^|[\s([{])@((?:[^\s@]{0,40} ?){0,3})$/u;
const COMMAND = /(?:^|\s)\/([^\s/]{0,40})$/u;

/** The trigger before `caret`, of one of `kinds`, or null. */
export function triggerAt(
  text: string,
  caret: number,
  kinds: Readonly<Record<Trigger['kind'], boolean>>,
): Trigger | null {
  const before = text.slice(Math.max(0, caret - 130), caret);
  for (const [kind, pattern] of [
    ['tag', TAG],
    ['command', COMMAND],
  ] as const) {
    const query = kinds[kind] ? pattern.exec(before)?.[1] : undefined;
    if (query !== undefined) return { kind, start: caret - query.length - 1, end: caret, query };
  }
  return null;
}
