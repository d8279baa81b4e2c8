// Reads a thread page by page. The newest items are what a person wants to see; the first page holds the oldest.
import type { ApiClient } from '../protocol/client.ts';
import type { Page, Thread, ThreadItem, ThreadMeta } from '../protocol/wire.ts';

export type EarlierPage = {
  /** Oldest first. */
  readonly items: readonly ThreadItem[];
  /** Where the next older page begins; null when there is none. */
  readonly cursor: string | null;
};

export type LoadedThread = EarlierPage & { readonly thread: ThreadMeta };

const PAGE_ITEMS = 20;

/**
 * The thread and its newest items. A thread that fits in the first page costs one request, any other one more,
 * and more only until `atLeast` items are there.
 */
export async function loadThread(
  client: ApiClient,
  threadId: string,
  signal: AbortSignal,
  atLeast = 1,
): Promise<LoadedThread> {
  const answer = await client.call('threads.get_by_id', { thread_id: threadId }, signal);
  const { items: first, ...thread } = answer satisfies Thread;
  if (first === undefined || !first.has_more) return { thread, items: first?.data ?? [], cursor: null };
  let tail = await loadEarlierPage(client, threadId, null, signal);
  while (tail.cursor !== null && tail.items.length < atLeast) {
    tail = before(await loadEarlierPage(client, threadId, tail.cursor, signal), tail.items);
  }
  return { thread, ...joinFirst(first.data, tail) };
}

/** The next older items, at least one unless there is none: a page may come back empty when all its items are hidden. */
export async function loadEarlierPage(
  client: ApiClient,
  threadId: string,
  after: string | null,
  signal: AbortSignal,
): Promise<EarlierPage> {
  const params = { thread_id: threadId, limit: PAGE_ITEMS, order: 'desc' as const };
  let cursor = after;
  for (;;) {
    const page = await client.call('items.list', { ...params, ...(cursor !== null && { after: cursor }) }, signal);
    const next = nextCursor(page);
    if (page.data.length > 0 || next === null || next === cursor) return { items: page.data.toReversed(), cursor: next };
    cursor = next;
  }
}

function nextCursor(page: Page<ThreadItem>): string | null {
  return page.has_more ? (page.after ?? page.data.at(-1)?.id ?? null) : null;
}

function before(earlier: EarlierPage, items: readonly ThreadItem[]): EarlierPage {
  return { items: [...earlier.items, ...items], cursor: earlier.cursor };
}

/** When the newest page reaches into the first one, the whole thread is known and nothing is earlier. */
function joinFirst(first: readonly ThreadItem[], tail: EarlierPage): EarlierPage {
  const ids = new Set(tail.items.map((item) => item.id));
  if (!first.some((item) => ids.has(item.id))) return tail;
  return { items: [...first.filter((item) => !ids.has(item.id)), ...tail.items], cursor: null };
}
