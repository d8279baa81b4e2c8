// The undo history of one thread: the changes of its responses and their inverses. Immutable: each operation
// returns a new history.
import type { Inverse } from '../../api/events.ts';
import type { UndoEffect, UndoParams } from '../../protocol/operations.ts';
import { readPosition } from '../../protocol/position.ts';
import type { ClientEffect } from '../../protocol/wire.ts';

export type Entry = {
  /** The effect's position; on an official server, one that the page made up. */
  readonly id: string;
  /** The user message that the response answers. */
  readonly itemId: string;
  readonly effect: ClientEffect;
  readonly inverse: Inverse;
  /** Made after earlier changes of the message had been undone, so this one does not count as undone. */
  readonly isAgain?: true;
};

export type UndoHistory = {
  /** The changes in force, in the order in which they were made. */
  readonly made: readonly Entry[];
  /** Undone changes, the last one at the end; cleared by a new change. */
  readonly undone: readonly { readonly itemId: string; readonly entries: readonly Entry[] }[];
  /** The newest position that was dropped: another tab may still try to record it. */
  readonly gone: string;
  /** A message with too many changes to store: undoing only some of them would be wrong. */
  readonly lost: string | null;
};

export const EMPTY: UndoHistory = { made: [], undone: [], gone: '', lost: null };

/** In bytes of JSON. A request that undoes or redoes a turn must fit the server's limit of 256 KiB. */
const MAX_BYTES = 180_000;
/** The server refuses more effects in one request. */
const MAX_ENTRIES = 1000;

/** Inserts the change by its position, since the page may call `undoWith` late. */
export function record(history: UndoHistory, entry: Entry): UndoHistory {
  const { made, undone, gone, lost } = history;
  if (isKnown(history, entry) || !isAfter(entry.id, gone)) return history;
  if (entry.itemId === lost) return letGo(history, [entry]);
  const isLate = [made, ...undone.map(({ entries }) => entries)].some(
    (entries) => !isAfter(entry.id, entries.at(-1)?.id ?? ''),
  );
  if (isLate)
    return {
      ...history,
      made: made.toSpliced(made.findLastIndex(({ id }) => isAfter(entry.id, id)) + 1, 0, entry),
    };
  return {
    ...letGo(
      history,
      undone.flatMap(({ entries }) => entries),
    ),
    made: [...made, entry],
    undone: [],
    lost: null,
  };
}

/** Whether the change is recorded already, by an earlier page of this browser or by another tab. */
function isKnown({ made, undone }: UndoHistory, { id }: Entry): boolean {
  return [made, ...undone.map(({ entries }) => entries)].some((entries) =>
    entries.some((known) => known.id === id),
  );
}

/**
 * Whether `id` is after `other`. Positions of different epochs cannot be compared: the later call counts as
 * later.
 */
function isAfter(id: string, other: string): boolean {
  const [one, two] = [readPosition(id), readPosition(other)];
  return one === null || two === null || one.epoch !== two.epoch || one.seq > two.seq;
}

function letGo(history: UndoHistory, entries: readonly { readonly id: string }[]): UndoHistory {
  return {
    ...history,
    gone: entries.reduce(
      (gone, { id }) => (readPosition(id) !== null && isAfter(id, gone) ? id : gone),
      history.gone,
    ),
  };
}

/** The part of the history that fits. All changes of the oldest message are dropped together. */
export function bounded(history: UndoHistory): UndoHistory {
  if (history.made.length === 0 || fits(history)) return history;
  const oldest = history.made[0]!.itemId;
  const made = history.made.filter(({ itemId }) => itemId !== oldest);
  const rest = {
    ...letGo(
      history,
      history.made.filter(({ itemId }) => itemId === oldest),
    ),
    made,
  };
  // The response may continue and make more changes.
  return bounded(history.made.at(-1)!.itemId === oldest ? { ...rest, lost: oldest } : rest);
}

function fits(history: UndoHistory): boolean {
  return (
    history.made.length <= MAX_ENTRIES &&
    new TextEncoder().encode(JSON.stringify(history)).length <= MAX_BYTES
  );
}

/**
 * For each change, the message under which it is undone. A new answer to an earlier message removes the later
 * messages, and their changes then belong to the earlier one; null if that message is not shown.
 */
function shownUnder(made: readonly Entry[], shown: ReadonlySet<string>): (string | null)[] {
  let under: string | null = null;
  return made.map(({ itemId }) => (under = shown.has(itemId) ? itemId : under));
}

function split(
  { made }: UndoHistory,
  itemId: string,
  shown: ReadonlySet<string>,
  isMeant: (entry: Entry) => boolean,
): [Entry[], Entry[]] {
  const under = shownUnder(made, shown);
  const isIt = (entry: Entry, at: number): boolean =>
    (under[at] ?? entry.itemId) === itemId && isMeant(entry);
  return [made.filter(isIt), made.filter((entry, at) => !isIt(entry, at))];
}

/** The changes that `undo` takes back next. */
export function nextUndo(history: UndoHistory, shown: ReadonlySet<string>): UndoParams | null {
  const itemId = shownUnder(history.made, shown).at(-1) ?? null;
  if (itemId === null) return null;
  const [entries] = split(history, itemId, shown, () => true);
  const isAgain = entries.some((entry) => entry.isAgain === true);
  return {
    item_id: itemId,
    is_undone: true,
    ...(isAgain && { is_again: true }),
    effects: entries.toReversed().map(inverseOf),
  };
}

/** The changes that `redo` makes again next. */
export function nextRedo({ undone }: UndoHistory): UndoParams | null {
  const top = undone.at(-1);
  return top === undefined
    ? null
    : { item_id: top.itemId, is_undone: false, effects: top.entries.map(({ effect }) => plain(effect)) };
}

/** The changes of `itemId` have been undone; `isNews`: just now, not before this page was loaded. */
export function markUndone(
  history: UndoHistory,
  itemId: string,
  shown: ReadonlySet<string>,
  isNews: boolean,
): UndoHistory {
  const [entries, made] = split(history, itemId, shown, ({ isAgain }) => isNews || isAgain !== true);
  return entries.length === 0
    ? history
    : { ...history, made, undone: [...history.undone, { itemId, entries }] };
}

export function markRedone(history: UndoHistory, itemId: string): UndoHistory {
  const at = history.undone.findLastIndex((one) => one.itemId === itemId);
  if (at === -1) return history;
  return {
    ...history,
    made: [...history.made, ...history.undone[at]!.entries],
    undone: history.undone.toSpliced(at, 1),
  };
}

/** The message is answered again: the undone changes of its earlier answers can no longer be redone. */
export function forgetUndone(history: UndoHistory, itemId: string): UndoHistory {
  const [forgotten, undone] = [
    history.undone.filter((one) => one.itemId === itemId),
    history.undone.filter((one) => one.itemId !== itemId),
  ];
  return forgotten.length === 0
    ? history
    : {
        ...letGo(
          history,
          forgotten.flatMap(({ entries }) => entries),
        ),
        undone,
      };
}

/** Drops all changes made so far, and `pending`, which are not recorded yet: none can be undone or redone. */
export function cleared(history: UndoHistory, pending: readonly { readonly id: string }[]): UndoHistory {
  const dropped = [...history.made, ...history.undone.flatMap(({ entries }) => entries), ...pending];
  return dropped.length === 0 ? history : { ...letGo(history, dropped), made: [], undone: [] };
}

/** Whether a change of the message is in force. */
export function isInForce(history: UndoHistory, itemId: string): boolean {
  return history.made.some((entry) => entry.itemId === itemId);
}

function inverseOf({ effect, inverse }: Entry): UndoEffect {
  const { name = effect.name, data } = inverse;
  return {
    ...plain({ ...effect, name }),
    data,
    ...(name !== effect.name && { of: effect.name }),
  } as UndoEffect;
}

function plain({ name, data, replay, key }: ClientEffect): UndoEffect {
  return {
    name,
    ...(data !== undefined && { data }),
    ...(replay !== undefined && { replay }),
    ...(key != null && { key }),
  };
}

export function isInverse(value: unknown): value is Inverse {
  if (!isRecord(value)) return false;
  const { name = '', data = {} } = value;
  return typeof name === 'string' && isRecord(data);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
