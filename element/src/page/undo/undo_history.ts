// What the responses of one thread have changed, and how it is taken back: last in, first out. Pure: each change returns a new history.
import type { Inverse } from '../../api/events.ts';
import type { UndoEffect, UndoParams } from '../../protocol/operations.ts';
import { readPosition } from '../../protocol/position.ts';
import type { ClientEffect } from '../../protocol/wire.ts';

export type Entry = {
  /** The effect's position, on an official server one that the page made up. */
  readonly id: string;
  /** The person's message that was being answered. */
  readonly itemId: string;
  readonly effect: ClientEffect;
  readonly inverse: Inverse;
  /** Made after the message's earlier changes had been undone, which must not be said of this one. */
  readonly isAgain?: true;
};

export type UndoHistory = {
  /** In the order in which they were made, whoever was answered. */
  readonly made: readonly Entry[];
  /** What was undone, the last on top; gone when something new is made. */
  readonly undone: readonly { readonly itemId: string; readonly entries: readonly Entry[] }[];
  /** The newest position of what is not kept any more: another tab may be about to write it down. */
  readonly gone: string;
  /** A message whose changes were too many to be kept: half of them must not be undone. */
  readonly lost: string | null;
};

export const EMPTY: UndoHistory = { made: [], undone: [], gone: '', lost: null };

/** Of JSON in UTF-8. A request that undoes a turn, or makes it again, has to fit into what a server takes: 256 KiB. */
const MAX_BYTES = 180_000;
/** More of them in one request are refused. */
const MAX_ENTRIES = 1000;

/** By its position, whenever it was said: the page may have had to think. */
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

/** Of an earlier page of this browser, or of another tab. */
function isKnown({ made, undone }: UndoHistory, { id }: Entry): boolean {
  return [made, ...undone.map(({ entries }) => entries)].some((entries) =>
    entries.some((known) => known.id === id),
  );
}

/** What cannot be compared came in the order in which it is said. */
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

/** What can be kept of it. The oldest message's changes go first, and all of them together. */
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
  // The response may go on.
  return bounded(history.made.at(-1)!.itemId === oldest ? { ...rest, lost: oldest } : rest);
}

function fits(history: UndoHistory): boolean {
  return (
    history.made.length <= MAX_ENTRIES &&
    new TextEncoder().encode(JSON.stringify(history)).length <= MAX_BYTES
  );
}

/**
 * For each change, the message under which it is undone. Where an earlier message was answered again, those after it are
 * gone, and what they changed goes with that earlier one; null where it is not on the screen.
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

/** What `undo` takes back now. */
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

/** What `redo` makes again now. */
export function nextRedo({ undone }: UndoHistory): UndoParams | null {
  const top = undone.at(-1);
  return top === undefined
    ? null
    : { item_id: top.itemId, is_undone: false, effects: top.entries.map(({ effect }) => plain(effect)) };
}

/** The changes of `itemId` have been undone; `isNews` says that it happened just now. */
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

/** The message is answered again: what was undone of its earlier answers is not made again. */
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

/** Drops everything made so far, with `pending`, which is not recorded yet: none of it can be undone or redone. */
export function cleared(history: UndoHistory, pending: readonly { readonly id: string }[]): UndoHistory {
  const dropped = [...history.made, ...history.undone.flatMap(({ entries }) => entries), ...pending];
  return dropped.length === 0 ? history : { ...letGo(history, dropped), made: [], undone: [] };
}

/** Whether something that the message has changed is in force. */
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
