// Reads the open thread: loads it, refreshes it, pages back, and reloads it when streamed entries are
// missing.
import { RequestError } from '../../protocol/errors.ts';
import type { DurableState } from '../../protocol/wire.ts';
import type { SessionContext } from '../context.ts';
import type { Responses } from '../response/responses.ts';
import { loadEarlierPage, loadThread } from './thread_pages.ts';

export class ThreadReader {
  readonly #context: SessionContext;
  readonly #responses: Responses;
  /** The thread of an earlier visit, until it is loaded: it is no error if it is gone. */
  remembered: string | null = null;
  /** Aborted when the thread is left, with all requests of the thread. */
  #scope = new AbortController();
  #loading: Promise<void> | null = null;
  #earlier: Promise<void> | null = null;
  #cursor: string | null = null;

  constructor(context: SessionContext, responses: Responses) {
    this.#context = context;
    this.#responses = responses;
  }

  get loading(): Promise<void> | null {
    return this.#loading;
  }

  isFailed(threadId: string | null): boolean {
    const { thread, phase } = this.#context.state.view;
    return threadId !== null && thread === null && phase === 'idle';
  }

  leave(): void {
    this.#scope.abort();
    this.#scope = new AbortController();
    this.#loading = null;
    this.#earlier = null;
    this.#cursor = null;
  }

  load(threadId: string): Promise<void> {
    const { state } = this.#context;
    if (state.view.phase !== 'loading') state.apply({ type: 'local.opened', isLoading: true });
    const loading = this.#load(threadId, this.#scope.signal).finally(() => {
      if (this.#loading === loading) this.#loading = null;
    });
    this.#loading = loading;
    return loading;
  }

  /**
   * Reloads the thread with as few visible changes as possible, and rejects on failure. A thread that could
   * not be loaded, or was left while it loaded, is loaded.
   */
  async refresh(threadId: string): Promise<void> {
    if (this.#loading !== null) return this.#loading;
    const { state } = this.#context;
    if (state.view.thread === null && this.#responses.current === null) return this.load(threadId);
    const { signal } = this.#scope;
    try {
      await this.#readAgain(threadId, signal);
    } catch (error) {
      if (!signal.aborted) throw this.#responses.report(error);
    }
  }

  /** Reloads the thread and drops what was streamed before. */
  async resync(threadId: string, signal: AbortSignal): Promise<DurableState | undefined> {
    const { client, state } = this.#context;
    const scope = this.#scope.signal;
    const { cursor, durable, ...fresh } = await loadThread(client, threadId, signal);
    if (signal.aborted || scope.aborted) return undefined;
    const first = state.view.items[0]?.item.id;
    state.apply({ type: 'local.resynced', ...fresh, hasEarlier: cursor !== null });
    // Drops earlier pages that no longer join the new ones; paging back starts again from there.
    if (state.view.items[0]?.item.id !== first) this.#cursor = cursor;
    if (durable !== undefined) this.#responses.show(durable);
    return durable;
  }

  /** Checks for events that were not read: another device may use the thread too. */
  async check(threadId: string, isNews: boolean): Promise<void> {
    const { client } = this.#context;
    const { signal } = this.#scope;
    if (this.#loading !== null)
      await this.#loading; // The answer to the running load may be older than the news.
    else if (this.isFailed(threadId) && this.#context.state.view.error?.allowRetry)
      return this.load(threadId);
    if (signal.aborted || !client.isDurable || !this.#isIdle) return;
    try {
      if (isNews || (await this.#isBehind(threadId, signal))) await this.#readAgain(threadId, signal);
    } catch {
      // A check in the background reports no error; the next one finds what this one missed.
    }
  }

  async #isBehind(threadId: string, signal: AbortSignal): Promise<boolean> {
    const { turnstream } = await this.#context.client.call(
      'threads.get_by_id',
      { thread_id: threadId },
      signal,
    );
    if (turnstream === undefined) return false;
    return (
      turnstream.turn?.status === 'running' || (turnstream.position ?? null) !== this.#responses.position
    );
  }

  async loadEarlier(threadId: string): Promise<void> {
    if (this.#cursor === null) return;
    this.#earlier ??= this.#loadEarlier(threadId, this.#cursor, this.#scope.signal);
    await this.#earlier;
  }

  get #isIdle(): boolean {
    const { state } = this.#context;
    return this.#responses.current === null && this.#loading === null && state.view.thread !== null;
  }

  async #load(threadId: string, signal: AbortSignal): Promise<void> {
    const { client, emit, state } = this.#context;
    let durable: DurableState | undefined;
    let isGone = false;
    emit('thread.load.start', { threadId });
    try {
      const { thread, items, cursor, durable: found } = await loadThread(client, threadId, signal);
      signal.throwIfAborted();
      this.remembered = null;
      this.#cursor = cursor;
      state.apply({ type: 'local.loaded', thread, items, hasEarlier: cursor !== null });
      durable = found;
    } catch (error) {
      isGone =
        threadId === this.remembered && error instanceof RequestError && [403, 404].includes(error.status);
      if (!signal.aborted && !isGone) this.#responses.fail('local.load_failed', error);
    }
    emit('thread.load.end', { threadId });
    if (signal.aborted) return;
    if (isGone) this.#context.openStart();
    else this.#responses.restore(durable);
  }

  async #readAgain(threadId: string, signal: AbortSignal): Promise<void> {
    const { client, state } = this.#context;
    const known = state.view.items;
    const { cursor, durable, ...fresh } = await loadThread(client, threadId, signal, known.length);
    if (signal.aborted) return;
    this.#cursor = cursor;
    state.apply({ type: 'local.refreshed', ...fresh, hasEarlier: cursor !== null, known });
    this.#responses.restore(durable);
  }

  async #loadEarlier(threadId: string, after: string, signal: AbortSignal): Promise<void> {
    const { client, state } = this.#context;
    try {
      const { items, cursor } = await loadEarlierPage(client, threadId, after, signal);
      if (signal.aborted) return;
      this.#cursor = cursor;
      state.apply({ type: 'local.earlier_loaded', items, hasEarlier: cursor !== null });
    } catch (error) {
      if (!signal.aborted) this.#responses.report(error);
    } finally {
      if (!signal.aborted) this.#earlier = null;
    }
  }
}
