// The session behind one element: it owns the view, asks the server, and runs one turn at a time.
import type { ChatEvents, Emit } from '../events.ts';
import type { ApiClient } from '../protocol/client.ts';
import { CommandError, toChatError, TurnError } from '../protocol/errors.ts';
import type { CustomAction, JsonOperations, StreamRequest } from '../protocol/operations.ts';
import { uuid } from '../protocol/uuid.ts';
import type { Attachment, ClientToolCallItem, ThreadStreamEvent, UserMessageInput } from '../protocol/wire.ts';
import { runClientTool, type ClientToolHandler } from './client_tool.ts';
import { Listeners, type RequestFrame } from './listeners.ts';
import { reduce, type LocalAction } from './reducer.ts';
import type { Session, ThreadList } from './session.ts';
import { loadEarlierPage, loadThread } from './thread_pages.ts';
import { Turn } from './turn.ts';
import { isEmpty, localMessage, messageRequest } from './user_message.ts';
import { emptyView, type ThreadView } from './view.ts';

export type SessionHost = {
  readonly client: ApiClient;
  /** Must not throw: the page's handlers are guarded behind it. */
  readonly emit: Emit;
  /** Read for each call, so that the handler of the newest options counts. */
  readonly clientToolHandler: () => ClientToolHandler;
  readonly requestFrame: RequestFrame;
};

export class ChatSession implements Session {
  readonly #host: SessionHost;
  readonly #listeners: Listeners;
  readonly #unsent = new Map<string, UserMessageInput>();
  #view: ThreadView = emptyView;
  #threadId: string | null = null;
  #turn: Turn | null = null;
  /** Ends with the thread: what was asked for it has no place in the next one. */
  #scope = new AbortController();
  #loading: Promise<void> | null = null;
  #cursor: string | null = null;
  #earlier: Promise<void> | null = null;

  constructor(host: SessionHost) {
    this.#host = host;
    this.#listeners = new Listeners(host.requestFrame);
  }

  get view(): ThreadView {
    return this.#view;
  }

  get threadId(): string | null {
    return this.#threadId;
  }

  subscribe(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  // Turns

  async send(input: UserMessageInput, attachments: readonly Attachment[] = []): Promise<void> {
    await this.#loaded(this.#threadId);
    this.#checkCanSend();
    if (isEmpty(input)) throw new CommandError('empty', 'There is nothing to send.');
    const itemId = `local-${uuid()}`;
    this.#unsent.set(itemId, input);
    this.#apply({ type: 'local.sent', item: localMessage(itemId, this.#threadId ?? '', input, attachments) });
    await this.#start(messageRequest(this.#threadId, input));
  }

  stop(): void {
    if (this.#turn !== null && this.#view.canStop) this.#finish(this.#turn, true);
  }

  async retry(userItemId: string): Promise<void> {
    this.#checkCanSend();
    const unsent = this.#view.items.find(({ item }) => item.id === userItemId)?.item;
    const input = this.#unsent.get(userItemId);
    if (input !== undefined && unsent?.type === 'user_message') {
      this.#apply({ type: 'local.unsent_removed', itemId: userItemId });
      return this.send(input, unsent.attachments);
    }
    if (this.#threadId === null) throw new CommandError('no_thread', 'There is no conversation to retry in.');
    this.#apply({ type: 'local.retried', itemId: userItemId });
    await this.#start({
      type: 'threads.retry_after_item',
      params: { thread_id: this.#threadId, item_id: userItemId },
    });
  }

  /** Waits while a response runs. Rejects when there is no thread, or it was left meanwhile. */
  async sendCustomAction(action: CustomAction, itemId?: string): Promise<void> {
    const threadId = this.#threadId;
    if (threadId === null) throw new CommandError('no_thread', 'There is no conversation for this action.');
    // Nothing may come between the last look and the start, or two actions that waited would both run.
    while (this.#turn !== null || this.#loading !== null) await (this.#turn?.ended ?? this.#loading);
    if (threadId !== this.#threadId) throw threadLeft();
    const params = { thread_id: threadId, ...(itemId !== undefined && { item_id: itemId }), action };
    await this.#start({ type: 'threads.custom_action', params });
  }

  /** Resolves when no response runs. */
  async whenIdle(): Promise<void> {
    while (this.#turn !== null) await this.#turn.ended;
  }

  /** Waits while a thread loads; it must still be the same one then. */
  async #loaded(threadId: string | null): Promise<void> {
    if (this.#loading !== null) await this.#loading;
    if (threadId !== this.#threadId) throw threadLeft();
  }

  #checkCanSend(): void {
    if (this.#turn !== null) {
      throw new CommandError('busy', 'A response is still running. Wait until it ends, or stop it first.');
    }
    if (this.#threadId !== null && this.#view.thread === null) {
      throw new CommandError('not_loaded', 'The conversation is not loaded.');
    }
    const status = this.#view.thread?.status;
    if (status === undefined || status.type === 'active') return;
    throw new CommandError(status.type, status.reason || `This conversation is ${status.type}.`);
  }

  #start(request: StreamRequest): Promise<void> {
    const turn = new Turn();
    this.#turn = turn;
    this.#apply({ type: 'local.turn_started' });
    this.#host.emit('response.start', undefined);
    void this.#run(turn, request);
    return turn.accepted;
  }

  async #run(turn: Turn, request: StreamRequest): Promise<void> {
    try {
      await turn.run(this.#host.client, request, {
        receive: (event) => this.#receive(event),
        answer: (call) => this.#answer(turn, call),
      });
    } catch (error) {
      if (!turn.signal.aborted) this.#fail('local.failed', error);
    }
    this.#finish(turn, false);
  }

  /** The one end of a turn, whichever way it ends: the second call for the same turn does nothing. */
  #finish(turn: Turn, isStopped: boolean): void {
    if (this.#turn !== turn) return;
    this.#turn = null;
    turn.close();
    this.#apply({ type: 'local.turn_ended', isStopped });
    this.#host.emit('response.end', undefined);
  }

  #receive(event: ThreadStreamEvent): void {
    this.#view = reduce(this.#view, event);
    this.#listeners.notifyInFrame();
    if (event.type === 'thread.created') this.#adopt(event.thread.id);
    else if (event.type === 'thread.item.done' && event.item.type === 'user_message') this.#forgetSent();
    else if (event.type === 'client_effect') this.#host.emit('effect', effectDetail(event));
    else if (event.type === 'error') this.#host.emit('error', { error: new TurnError(event) });
  }

  #adopt(threadId: string): void {
    if (this.#threadId === threadId) return;
    this.#threadId = threadId;
    this.#host.emit('thread.change', { threadId });
  }

  /** A confirmed message has left the view under its temporary id. */
  #forgetSent(): void {
    const shown = new Set(this.#view.items.map(({ item }) => item.id));
    for (const itemId of this.#unsent.keys()) if (!shown.has(itemId)) this.#unsent.delete(itemId);
  }

  async #answer(turn: Turn, call: ClientToolCallItem): Promise<unknown> {
    this.#apply({ type: 'local.tool_started' });
    const { result, error } = await runClientTool(call, this.#host.clientToolHandler());
    if (turn.signal.aborted) return result;
    if (error !== null) this.#host.emit('error', { error });
    this.#apply({ type: 'local.tool_answered', itemId: call.id, output: result });
    return result;
  }

  // The open thread

  async openThread(threadId: string | null): Promise<void> {
    if (this.#isOpen(threadId)) return this.#loading ?? undefined;
    const isChange = threadId !== this.#threadId;
    this.leave();
    this.#threadId = threadId;
    this.#cursor = null;
    this.#unsent.clear();
    this.#apply({ type: 'local.opened', isLoading: threadId !== null });
    if (isChange) this.#host.emit('thread.change', { threadId });
    // A listener may have opened another thread by now.
    if (threadId !== null && threadId === this.#threadId && this.#loading === null) await this.#load(threadId);
  }

  /** Ends the running response and every request of the open thread; the view stays. */
  leave(): void {
    if (this.#turn !== null) this.#finish(this.#turn, false);
    this.#scope.abort();
    this.#scope = new AbortController();
    this.#loading = null;
    this.#earlier = null;
  }

  /**
   * Reads the open thread again without disturbing what is on the screen, and rejects when that fails.
   * A thread that could not be loaded, or was left before it was, is loaded.
   */
  async refresh(): Promise<void> {
    if (this.#loading !== null) return this.#loading;
    const threadId = this.#threadId;
    if (threadId === null) return;
    if (this.#view.thread === null && this.#turn === null) return this.#load(threadId);
    const known = this.#view.items;
    const { signal } = this.#scope;
    try {
      const { cursor, ...fresh } = await loadThread(this.#host.client, threadId, signal, known.length);
      if (signal.aborted) return;
      this.#cursor = cursor;
      this.#apply({ type: 'local.refreshed', ...fresh, hasEarlier: cursor !== null, known });
    } catch (error) {
      if (!signal.aborted) throw this.#report(error);
    }
  }

  async loadEarlier(): Promise<void> {
    if (this.#threadId === null || this.#cursor === null) return;
    this.#earlier ??= this.#loadEarlier(this.#threadId, this.#cursor, this.#scope.signal);
    await this.#earlier;
  }

  dismissNotice(id: string): void {
    this.#apply({ type: 'local.notice_dismissed', id });
  }

  async feedback(itemIds: readonly string[], kind: 'positive' | 'negative'): Promise<void> {
    if (this.#threadId === null) throw new CommandError('no_thread', 'There is no conversation to rate.');
    await this.#ask('items.feedback', { thread_id: this.#threadId, item_ids: itemIds, kind });
  }

  #isOpen(threadId: string | null): boolean {
    if (threadId !== this.#threadId || this.#isLoadFailed()) return false;
    return threadId !== null || this.#view === emptyView;
  }

  #isLoadFailed(): boolean {
    return this.#threadId !== null && this.#view.thread === null && this.#view.phase === 'idle';
  }

  #load(threadId: string): Promise<void> {
    const { signal } = this.#scope;
    if (this.#view.phase !== 'loading') this.#apply({ type: 'local.opened', isLoading: true });
    const loading = this.#loadInto(threadId, signal).finally(() => {
      if (this.#loading === loading) this.#loading = null;
    });
    this.#loading = loading;
    return loading;
  }

  async #loadInto(threadId: string, signal: AbortSignal): Promise<void> {
    this.#host.emit('thread.load.start', { threadId });
    try {
      const { thread, items, cursor } = await loadThread(this.#host.client, threadId, signal);
      signal.throwIfAborted();
      this.#cursor = cursor;
      this.#apply({ type: 'local.loaded', thread, items, hasEarlier: cursor !== null });
    } catch (error) {
      if (!signal.aborted) this.#fail('local.load_failed', error);
    }
    this.#host.emit('thread.load.end', { threadId });
  }

  async #loadEarlier(threadId: string, after: string, signal: AbortSignal): Promise<void> {
    try {
      const { items, cursor } = await loadEarlierPage(this.#host.client, threadId, after, signal);
      if (signal.aborted) return;
      this.#cursor = cursor;
      this.#apply({ type: 'local.earlier_loaded', items, hasEarlier: cursor !== null });
    } catch (error) {
      if (!signal.aborted) this.#report(error);
    } finally {
      if (!signal.aborted) this.#earlier = null;
    }
  }

  // All threads

  async listThreads(after: string | null = null): Promise<ThreadList> {
    const page = await this.#ask('threads.list', { limit: 20, order: 'desc', ...(after !== null && { after }) });
    return { threads: page.data, after: page.has_more ? (page.after ?? page.data.at(-1)?.id ?? null) : null };
  }

  /** Shows the new title at once, and the old one again when the server refuses it. */
  async renameThread(threadId: string, title: string): Promise<void> {
    const before = this.#view.thread?.title ?? null;
    this.#showTitle(threadId, title);
    try {
      await this.#ask('threads.update', { thread_id: threadId, title });
    } catch (error) {
      if (this.#view.thread?.title === title) this.#showTitle(threadId, before);
      throw error;
    }
  }

  #showTitle(threadId: string, title: string | null): void {
    const { thread } = this.#view;
    if (thread?.id === threadId) this.#apply({ type: 'thread.updated', thread: { ...thread, title } });
  }

  async deleteThread(threadId: string): Promise<void> {
    await this.#ask('threads.delete', { thread_id: threadId });
    if (this.#threadId === threadId) await this.openThread(null);
  }

  /** For what has no place in the view: a failure goes to the page and to the caller. */
  async #ask<Type extends keyof JsonOperations>(
    type: Type,
    params: JsonOperations[Type]['params'],
  ): Promise<JsonOperations[Type]['answer']> {
    try {
      return await this.#host.client.call(type, params, new AbortController().signal);
    } catch (error) {
      throw this.#report(error);
    }
  }

  #apply(action: ThreadStreamEvent | LocalAction): void {
    const before = this.#view;
    this.#view = reduce(before, action);
    if (this.#view !== before) this.#listeners.notify();
  }

  #fail(type: 'local.failed' | 'local.load_failed', thrown: unknown): void {
    this.#apply({ type, error: toChatError(thrown) });
    this.#report(thrown);
  }

  #report(thrown: unknown): Error {
    const error = toChatError(thrown);
    this.#host.emit('error', { error });
    return error;
  }
}

function effectDetail({ name, data }: Extract<ThreadStreamEvent, { type: 'client_effect' }>): ChatEvents['effect'] {
  return { name, ...(data !== undefined && { data }) };
}

function threadLeft(): CommandError {
  return new CommandError('no_thread', 'The conversation was left meanwhile.');
}
