// Reads a thread page by page, newest items first, although the server's first page holds the oldest.
import type { ApiClient } from '../../protocol/client.ts';
import type { DurableState, Page, Thread, ThreadItem, ThreadMeta } from '../../protocol/wire.ts';

export type EarlierPage = {
  /** Oldest first. */
  readonly items: readonly ThreadItem[];
  /** The cursor of the next older page; null if there is none. */
  readonly cursor: string | null;
};

export type LoadedThread = EarlierPage & {
  readonly thread: ThreadMeta;
  readonly durable: DurableState | undefined;
};

const PAGE_ITEMS = 20;
/** The limit of attempts when new turns start faster than the pages arrive. */
const MAX_READS = 5;

/**
 * The thread and its newest items. A thread that fits in the first page costs one request, any other one
 * more, and more only until `atLeast` items are there. While a turn runs in such a thread, `durable` is read
 * again after the pages, so that its position is not older than they are.
 */
export async function loadThread(
  client: ApiClient,
  threadId: string,
  signal: AbortSignal,
  atLeast = 1,
): Promise<LoadedThread> {
  let answer = await client.call('threads.get_by_id', { thread_id: threadId }, signal);
  for (let reads = 1; ; reads++) {
    const { items: first, turnstream: durable, ...thread } = answer satisfies Thread;
    if (first === undefined || !first.has_more)
      return { thread, durable, items: first?.data ?? [], cursor: null };
    const loaded = {
      thread,
      durable,
      ...joinFirst(first.data, await loadTail(client, threadId, signal, atLeast)),
    };
    if (durable?.turn?.status !== 'running') return loaded;
    answer = await client.call('threads.get_by_id', { thread_id: threadId }, signal);
    const isSame = answer.turnstream?.turn?.id === durable.turn.id;
    if (isSame || reads === MAX_READS) return { ...loaded, durable: answer.turnstream };
  }
}

async function loadTail(
  client: ApiClient,
  threadId: string,
  signal: AbortSignal,
  atLeast: number,
): Promise<EarlierPage> {
  let tail = await loadEarlierPage(client, threadId, null, signal);
  while (tail.cursor !== null && tail.items.length < atLeast) {
    tail = before(await loadEarlierPage(client, threadId, tail.cursor, signal), tail.items);
  }
  return tail;
}

/** The next older items, at least one if there is one: a page is empty if all its items are hidden. */
export async function loadEarlierPage(
  client: ApiClient,
  threadId: string,
  after: string | null,
  signal: AbortSignal,
): Promise<EarlierPage> {
  const params = { thread_id: threadId, limit: PAGE_ITEMS, order: 'desc' as const };
  let cursor = after;
  for (;;) {
    const page = await client.call(
      'items.list',
      { ...params, ...(cursor !== null && { after: cursor }) },
      signal,
    );
    const next = nextCursor(page);
    if (page.data.length > 0 || next === null || next === cursor)
      return { items: page.data.toReversed(), cursor: next };
    cursor = next;
  }
}

function nextCursor(page: Page<ThreadItem>): string | null {
  return page.has_more ? (page.after ?? page.data.at(-1)?.id ?? null) : null;
}

function before(earlier: EarlierPage, items: readonly ThreadItem[]): EarlierPage {
  return { items: [...earlier.items, ...items], cursor: earlier.cursor };
}

/** When the newest page overlaps the first one, the whole thread is loaded. */
function joinFirst(first: readonly ThreadItem[], tail: EarlierPage): EarlierPage {
  const ids = new Set(tail.items.map((item) => item.id));
  if (!first.some((item) => ids.has(item.id))) return tail;
  return { items: [...first.filter((item) => !ids.has(item.id)), ...tail.items], cursor: null };
}
