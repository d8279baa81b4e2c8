// What the responses of one thread have changed, and how it is taken back: last in, first out. Pure: a new book each time.
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

export type Book = {
  /** In the order in which they were made, whoever was answered. */
  readonly made: readonly Entry[];
  /** What was undone, the last on top; gone when something new is made. */
  readonly undone: readonly { readonly itemId: string; readonly entries: readonly Entry[] }[];
  /** The newest position of what is not kept any more: another tab may be about to write it down. */
  readonly gone: string;
  /** A message whose changes were too many to be kept: half of them must not be undone. */
  readonly lost: string | null;
};

export const EMPTY: Book = { made: [], undone: [], gone: '', lost: null };

/** Of JSON in UTF-8. A request that undoes a turn, or makes it again, has to fit into what a server takes: 256 KiB. */
const MAX_BYTES = 180_000;
/** More of them in one request are refused. */
const MAX_ENTRIES = 1000;

/** By its position, whenever it was said: the page may have had to think. */
export function record(book: Book, entry: Entry): Book {
  const { made, undone, gone, lost } = book;
  if (isKnown(book, entry) || !isAfter(entry.id, gone)) return book;
  if (entry.itemId === lost) return letGo(book, [entry]);
  const isLate = [made, ...undone.map(({ entries }) => entries)].some(
    (entries) => !isAfter(entry.id, entries.at(-1)?.id ?? ''),
  );
  if (isLate)
    return {
      ...book,
      made: made.toSpliced(made.findLastIndex(({ id }) => isAfter(entry.id, id)) + 1, 0, entry),
    };
  return {
    ...letGo(
      book,
      undone.flatMap(({ entries }) => entries),
    ),
    made: [...made, entry],
    undone: [],
    lost: null,
  };
}

/** Of an earlier page of this browser, or of another tab. */
function isKnown({ made, undone }: Book, { id }: Entry): boolean {
  return [made, ...undone.map(({ entries }) => entries)].some((entries) =>
    entries.some((known) => known.id === id),
  );
}

/** What cannot be compared came in the order in which it is said. */
function isAfter(id: string, other: string): boolean {
  const [one, two] = [readPosition(id), readPosition(other)];
  return one === null || two === null || one.epoch !== two.epoch || one.seq > two.seq;
}

function letGo(book: Book, entries: readonly { readonly id: string }[]): Book {
  return {
    ...book,
    gone: entries.reduce(
      (gone, { id }) => (readPosition(id) !== null && isAfter(id, gone) ? id : gone),
      book.gone,
    ),
  };
}

/** What can be kept of it. The oldest message's changes go first, and all of them together. */
export function bounded(book: Book): Book {
  if (book.made.length === 0 || fits(book)) return book;
  const oldest = book.made[0]!.itemId;
  const made = book.made.filter(({ itemId }) => itemId !== oldest);
  const rest = {
    ...letGo(
      book,
      book.made.filter(({ itemId }) => itemId === oldest),
    ),
    made,
  };
  // The response may go on.
  return bounded(book.made.at(-1)!.itemId === oldest ? { ...rest, lost: oldest } : rest);
}

function fits(book: Book): boolean {
  return (
    book.made.length <= MAX_ENTRIES && new TextEncoder().encode(JSON.stringify(book)).length <= MAX_BYTES
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
  { made }: Book,
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
export function nextUndo(book: Book, shown: ReadonlySet<string>): UndoParams | null {
  const itemId = shownUnder(book.made, shown).at(-1) ?? null;
  if (itemId === null) return null;
  const [entries] = split(book, itemId, shown, () => true);
  const isAgain = entries.some((entry) => entry.isAgain === true);
  return {
    item_id: itemId,
    is_undone: true,
    ...(isAgain && { is_again: true }),
    effects: entries.toReversed().map(inverseOf),
  };
}

/** What `redo` makes again now. */
export function nextRedo({ undone }: Book): UndoParams | null {
  const top = undone.at(-1);
  return top === undefined
    ? null
    : { item_id: top.itemId, is_undone: false, effects: top.entries.map(({ effect }) => plain(effect)) };
}

/** The changes of `itemId` have been undone; `isNews` says that it happened just now. */
export function markUndone(book: Book, itemId: string, shown: ReadonlySet<string>, isNews: boolean): Book {
  const [entries, made] = split(book, itemId, shown, ({ isAgain }) => isNews || isAgain !== true);
  return entries.length === 0 ? book : { ...book, made, undone: [...book.undone, { itemId, entries }] };
}

export function markRedone(book: Book, itemId: string): Book {
  const at = book.undone.findLastIndex((one) => one.itemId === itemId);
  if (at === -1) return book;
  return { ...book, made: [...book.made, ...book.undone[at]!.entries], undone: book.undone.toSpliced(at, 1) };
}

/** The message is answered again: what was undone of its earlier answers is not made again. */
export function forgetUndone(book: Book, itemId: string): Book {
  const [forgotten, undone] = [
    book.undone.filter((one) => one.itemId === itemId),
    book.undone.filter((one) => one.itemId !== itemId),
  ];
  return forgotten.length === 0
    ? book
    : {
        ...letGo(
          book,
          forgotten.flatMap(({ entries }) => entries),
        ),
        undone,
      };
}

/** Drops everything made so far, with `pending`, which is not recorded yet: none of it can be undone or redone. */
export function cleared(book: Book, pending: readonly { readonly id: string }[]): Book {
  const dropped = [...book.made, ...book.undone.flatMap(({ entries }) => entries), ...pending];
  return dropped.length === 0 ? book : { ...letGo(book, dropped), made: [], undone: [] };
}

/** Whether something that the message has changed is in force. */
export function isInForce(book: Book, itemId: string): boolean {
  return book.made.some((entry) => entry.itemId === itemId);
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
