// Merges pages of items from the server with the items that are shown.
import type { ThreadItem, ThreadMeta } from '../../protocol/wire.ts';
import type { ItemView, ThreadView } from './view.ts';

/** Puts older items before the known ones. An item that is shown already keeps its place. */
export function mergeEarlier(known: readonly ItemView[], earlier: readonly ThreadItem[]): ItemView[] {
  const ids = new Set(known.map((view) => view.item.id));
  const fresh = earlier.filter((item) => !ids.has(item.id));
  return [...fresh.map((item): ItemView => ({ item, status: 'done' })), ...known];
}

type Fresh = {
  readonly thread: ThreadMeta;
  readonly items: readonly ThreadItem[];
  readonly hasEarlier: boolean;
  readonly known: readonly ItemView[];
};

/**
 * The thread as the server has it, with as few changes as possible: equal items keep their identity,
 * and items that changed here since the request (an unsent message, streaming text) stay as they are.
 */
export function mergeFresh(view: ThreadView, { thread, items, hasEarlier, known }: Fresh): ThreadView {
  const asked = new Map(known.map((one) => [one.item.id, one]));
  const shown = new Map(view.items.map((one) => [one.item.id, one]));
  const isLocal = (one: ItemView): boolean => one.status !== 'done' || asked.get(one.item.id) !== one;
  const fresh = new Set(items.map((item) => item.id));
  const merged = items.map((item): ItemView => {
    const before = shown.get(item.id);
    if (before !== undefined && (isLocal(before) || isEqual(before.item, item))) return before;
    return { item, status: 'done' };
  });
  const start = view.items.findIndex((one) => fresh.has(one.item.id));
  const news = items.slice(items.findLastIndex((item) => asked.has(item.id)) + 1);
  const stays = (one: ItemView): boolean => !fresh.has(one.item.id) && isLocal(one) && !hasArrived(one, news);
  // An earlier page has arrived meanwhile.
  const older = view.items.slice(0, Math.max(start, 0)).filter(stays);
  const newer = view.items.slice(Math.max(start, 0)).filter(stays);
  return { ...view, thread, items: [...older, ...merged, ...newer], hasEarlier };
}

/** A message that was given up without a confirmation. */
function hasArrived({ item, status }: ItemView, news: readonly ThreadItem[]): boolean {
  if (status !== 'failed' || item.type !== 'user_message') return false;
  return news.some((one) => one.type === 'user_message' && isEqual(one.content, item.content));
}

/**
 * The thread as the server has it, replacing a view that may have gaps. Keeps only what the answer cannot
 * contain: earlier pages, and messages that the server never accepted.
 */
export function mergeAgain(
  view: ThreadView,
  { thread, items, hasEarlier }: Omit<Fresh, 'known'>,
): ThreadView {
  const fresh = new Set(items.map((item) => item.id));
  const start = view.items.findIndex((one) => fresh.has(one.item.id));
  const older = view.items.slice(0, Math.max(start, 0)).filter((one) => one.status === 'done');
  const unsent = view.items.filter((one) => one.status === 'failed' && !fresh.has(one.item.id));
  const shown = new Map(view.items.map((one) => [one.item.id, one]));
  const merged = items.map((item): ItemView => {
    const before = shown.get(item.id);
    return before?.status === 'done' && isEqual(before.item, item) ? before : { item, status: 'done' };
  });
  return {
    ...view,
    thread,
    items: [...older, ...merged, ...unsent],
    hasEarlier: older.length > 0 ? view.hasEarlier : hasEarlier,
  };
}

/** Compares JSON texts: one server writes keys in one order, and a false "no" costs only one repaint. */
function isEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
