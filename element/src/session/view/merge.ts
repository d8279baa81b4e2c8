// Pages of items that come from the server meet the items that are already shown.
import type { ThreadItem, ThreadMeta } from '../../protocol/wire.ts';
import type { ItemView, ThreadView } from './view.ts';

/** Older items before the known ones. An item that is already shown stays where it is. */
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
 * The thread as the server has it now, without disturbing what is on the screen: equal items keep their identity,
 * and what changed here since the question was asked (a message on its way, text that streams) stays as it is.
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
  const older = view.items.slice(0, Math.max(start, 0)).filter(stays); // An earlier page came meanwhile.
  const newer = view.items.slice(Math.max(start, 0)).filter(stays);
  return { ...view, thread, items: [...older, ...merged, ...newer], hasEarlier };
}

/** A message that was given up, because nobody said that it had come. */
function hasArrived({ item, status }: ItemView, news: readonly ThreadItem[]): boolean {
  if (status !== 'failed' || item.type !== 'user_message') return false;
  return news.some((one) => one.type === 'user_message' && isEqual(one.content, item.content));
}

/**
 * The thread as the server has it now, where what is on the screen can no longer be relied on. What stays is what the
 * server cannot know: pages further back, and messages that it never took.
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

/** Both sides come from JSON, written by one server in one order of keys; a false "no" costs one repaint. */
function isEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
