// The session behind one element: the open thread, its requests, and the messages of other tabs.
import { CommandError, isRefusal } from '../protocol/errors.ts';
import type { CustomAction, StreamOperations, StreamRequest } from '../protocol/operations.ts';
import { uuid } from '../protocol/uuid.ts';
import type {
  Attachment,
  DurableState,
  StructuredSubmission,
  ThreadStreamEvent,
  UserMessageInput,
  UserMessageItem,
} from '../protocol/wire.ts';
import type { SessionContext, SessionEnvironment } from './context.ts';
import type { PageEvent } from './platform.ts';
import type { Change } from './response/changes.ts';
import { Responses } from './response/responses.ts';
import type { Submission } from './response/turn_stream.ts';
import type { Session, ThreadList } from './session.ts';
import { type TabMessage, Tabs } from './tabs.ts';
import { ThreadDirectory } from './threads/thread_directory.ts';
import { ThreadReader } from './threads/thread_reader.ts';
import { Unsent } from './unsent_messages.ts';
import { isEmpty, isTooLarge, localMessage, messageRequest } from './user_message.ts';
import { emptyView, type ThreadView } from './view/view.ts';
import { ViewState } from './view/view_state.ts';

export class ChatSession implements Session {
  readonly #context: SessionContext;
  readonly #state: ViewState;
  readonly #responses: Responses;
  readonly #reader: ThreadReader;
  readonly #directory: ThreadDirectory;
  readonly #tabs: Tabs;
  readonly #unsent = new Unsent();
  #threadId: string | null = null;
  #threadsVersion = 0;
  #unsubscribe: (() => void) | null = null;

  constructor(environment: SessionEnvironment) {
    this.#state = new ViewState(environment.requestFrame);
    this.#tabs = new Tabs(environment.platform, (message) => this.#hear(message));
    this.#context = this.#newContext(environment);
    this.#responses = new Responses(this.#context);
    this.#reader = new ThreadReader(this.#context, this.#responses);
    this.#directory = new ThreadDirectory(environment.client, (thrown) => this.#responses.report(thrown));
  }

  get view(): ThreadView {
    return this.#state.view;
  }

  get threadId(): string | null {
    return this.#threadId;
  }

  get threadsVersion(): number {
    return this.#threadsVersion;
  }

  get changes(): Change[] {
    return this.#responses.changes;
  }

  get lock(): ThreadView['lock'] {
    return this.#responses.lock;
  }

  get isDurable(): boolean {
    return this.#context.client.isDurable;
  }

  get imageHosts(): readonly string[] {
    return this.#context.client.imageHosts;
  }

  subscribe(listener: () => void): () => void {
    return this.#state.subscribe(listener);
  }

  /** Follows other tabs and the network until `close`. Calling it again does nothing. */
  connect(): void {
    this.#tabs.open();
    this.#unsubscribe ??= this.#context.platform.onPage((event) => this.#onPage(event));
  }

  /** Stops reading; the view stays. */
  close(): void {
    this.leave();
    this.#tabs.close();
    this.#unsubscribe?.();
    this.#unsubscribe = null;
  }

  // Turns

  async send(input: UserMessageInput, attachments: readonly Attachment[] = []): Promise<void> {
    await this.#loaded(this.#threadId);
    this.#checkCanSend();
    if (isEmpty(input)) throw new CommandError('empty', 'There is nothing to send.');
    const item = localMessage(`local-${uuid()}`, this.#threadId ?? '', input, attachments);
    const request = messageRequest(this.#threadId, input);
    if (isTooLarge(request)) throw new CommandError('too_large', 'The message is too large.');
    await this.#submit(item, { request, key: uuid() });
  }

  stop(): void {
    this.#responses.stop();
  }

  decide(itemId: string, isAllowed: boolean): void {
    this.#responses.decide(itemId, isAllowed);
  }

  async retry(userItemId: string): Promise<void> {
    this.#checkCanSend();
    const unsent = this.view.items.find(({ item }) => item.id === userItemId)?.item;
    if (unsent?.type === 'user_message') {
      const submission = this.#unsent.again(userItemId, this.#threadId);
      if (submission !== null) return this.#sendAgain(unsent, submission);
    }
    const threadId = this.#openThreadId('to retry in');
    this.#state.apply({ type: 'local.retried', itemId: userItemId });
    await this.#start({
      type: 'threads.retry_after_item',
      params: { thread_id: threadId, item_id: userItemId },
    });
  }

  async answerInput(itemId: string, input: StructuredSubmission): Promise<void> {
    const threadId = this.#openThreadId('to answer in');
    this.#checkCanSend();
    await this.#start({
      type: 'threads.add_structured_input',
      params: { thread_id: threadId, item_id: itemId, input },
    });
  }

  async undo(params: StreamOperations['turns.undo']): Promise<void> {
    if (!this.isDurable) return this.#responses.handOver(params.effects);
    this.#checkCanSend();
    const response = this.#responses.begin({ request: { type: 'turns.undo', params }, key: uuid() });
    response.isUndo = true;
    await response.accepted;
    await response.ended;
    await this.#context.delivered();
  }

  /**
   * Waits while a response runs. Rejects without an open thread, or when another thread is opened meanwhile.
   */
  async sendCustomAction(action: CustomAction, itemId?: string): Promise<void> {
    const threadId = this.#openThreadId('for this action');
    // No `await` between the last check and the start: two actions that waited would both start.
    while (this.#responses.current !== null || this.#reader.loading !== null)
      await (this.#responses.current?.ended ?? this.#reader.loading);
    if (threadId !== this.#threadId) throw threadLeft();
    const params = { thread_id: threadId, ...(itemId !== undefined && { item_id: itemId }), action };
    await this.#start({ type: 'threads.custom_action', params });
  }

  async sendSyncAction(action: CustomAction, itemId: string, isAnswer = false): Promise<void> {
    const params = { thread_id: this.#openThreadId('for this action'), item_id: itemId, action };
    const answer = await this.#context.client.call(`threads.${isAnswer ? '' : 'sync_'}custom_action`, params);
    const item = answer.updated_item;
    if (item == null) return;
    if (item.thread_id === this.#threadId) this.#state.apply({ type: 'thread.item.replaced', item });
    // The server has recorded the item as a turn of its own.
    this.#tabs.tell({ kind: 'ended', threadId: item.thread_id, turnId: '' });
  }

  async whenIdle(): Promise<void> {
    while (this.#responses.current !== null) await this.#responses.current.ended;
  }

  #openThreadId(purpose: string): string {
    if (this.#threadId === null) throw new CommandError('no_thread', `There is no conversation ${purpose}.`);
    return this.#threadId;
  }

  /** Waits while a thread loads. Rejects if another thread is open afterwards. */
  async #loaded(threadId: string | null): Promise<void> {
    if (this.#reader.loading !== null) await this.#reader.loading;
    if (threadId !== this.#threadId) throw threadLeft();
  }

  #checkCanSend(): void {
    if (this.#responses.current !== null) {
      throw new CommandError('busy', 'A response is still running. Wait until it ends, or stop it first.');
    }
    if (this.#threadId !== null && this.view.thread === null) {
      throw new CommandError('not_loaded', 'The conversation is not loaded.');
    }
    const status = this.view.thread?.status;
    if (status === undefined || status.type === 'active') return;
    throw new CommandError(
      status.type,
      status.reason ||
        (status.type === 'locked' ? 'This conversation is locked.' : 'This conversation is closed.'),
    );
  }

  #start(request: StreamRequest): Promise<void> {
    return this.#responses.begin({ request, key: uuid() }).accepted;
  }

  /**
   * Shows and sends a message. A refused message is removed again: its author still has it in the composer.
   */
  async #submit(item: UserMessageItem, submission: Submission): Promise<void> {
    this.#unsent.add(item.id, submission);
    this.#state.apply({ type: 'local.sent', item });
    try {
      await this.#responses.begin(submission).accepted;
    } catch (error) {
      this.#unsent.delete(item.id);
      this.#state.apply({ type: 'local.unsent_removed', itemId: item.id });
      throw error;
    }
  }

  async #sendAgain(item: UserMessageItem, submission: Submission): Promise<void> {
    this.#state.apply({ type: 'local.unsent_removed', itemId: item.id });
    try {
      await this.#submit(item, submission);
    } catch (error) {
      if (isRefusal(error)) throw error;
      this.#unsent.add(item.id, submission);
      this.#state.apply({ type: 'local.unsent_restored', item });
      throw error;
    }
  }

  #newContext(environment: SessionEnvironment): SessionContext {
    const session = (): ChatSession => this;
    return {
      ...environment,
      state: this.#state,
      get threadId() {
        return session().threadId;
      },
      received: (event) => this.#received(event),
      resync: (threadId, signal) => this.#resync(threadId, signal),
      check: () => this.#check(true),
      tell: (message) => this.#tabs.tell(message),
      openStart: () => void this.openThread(null),
    };
  }

  #received(event: ThreadStreamEvent): void {
    if (event.type === 'thread.created') this.#adopt(event.thread.id);
    else if (event.type === 'thread.item.done' && event.item.type === 'user_message')
      this.#unsent.keepShown(this.view.items);
  }

  #adopt(threadId: string): void {
    if (this.#threadId === threadId) return;
    this.#threadId = threadId;
    this.#context.emit('thread.change', { threadId });
    this.#tabs.tell({ kind: 'created', threadId });
  }

  // The open thread

  /**
   * `isRemembered`: the thread is from an earlier visit; if it is gone or forbidden, the start screen is
   * shown instead.
   */
  async openThread(threadId: string | null, isRemembered = false): Promise<void> {
    if (this.#isOpen(threadId)) return this.#reader.loading ?? undefined;
    const isChange = threadId !== this.#threadId;
    if (isChange) this.#reader.remembered = isRemembered ? threadId : null;
    this.leave();
    this.#threadId = threadId;
    this.#unsent.clear();
    this.#state.apply({ type: 'local.opened', isLoading: threadId !== null });
    if (isChange) this.#responses.forgetEffects();
    if (isChange) this.#context.emit('thread.change', { threadId });
    // A listener may have opened another thread by now.
    if (threadId !== null && threadId === this.#threadId && this.#reader.loading === null)
      await this.#reader.load(threadId);
  }

  /** Detaches from the running response and aborts all requests of the open thread; the view stays. */
  leave(): void {
    this.#responses.leave();
    this.#reader.leave();
  }

  async refresh(): Promise<void> {
    if (this.#threadId !== null) await this.#reader.refresh(this.#threadId);
  }

  async loadEarlier(): Promise<void> {
    if (this.#threadId !== null) await this.#reader.loadEarlier(this.#threadId);
  }

  async #resync(threadId: string, signal: AbortSignal): Promise<DurableState | undefined> {
    if (threadId !== this.#threadId) return undefined;
    const durable = await this.#reader.resync(threadId, signal);
    this.#unsent.keepShown(this.view.items);
    return durable;
  }

  #check(isNews: boolean): void {
    if (this.#threadId !== null) void this.#reader.check(this.#threadId, isNews);
  }

  #onPage(event: PageEvent): void {
    if (event !== 'offline' && event !== 'hidden') this.#check(false);
  }

  #hear(message: TabMessage): void {
    const isHere = message.threadId === this.#threadId;
    if (message.kind === 'renamed' && isHere) this.#showTitle(message.threadId, message.title);
    if (message.kind === 'deleted' && isHere) void this.openThread(null);
    const isNews = 'turnId' in message && isHere && this.#responses.hear(message);
    // A hidden page checks when it becomes visible.
    if (isNews && !this.#context.platform.isHidden) this.#check(message.kind === 'turn');
    if (message.kind === 'turn' || message.kind === 'ask') return;
    this.#threadsVersion++;
    this.#state.notify();
  }

  dismissNotice(id: string): void {
    this.#state.apply({ type: 'local.notice_dismissed', id });
  }

  async feedback(itemIds: readonly string[], kind: 'positive' | 'negative'): Promise<void> {
    await this.#directory.rate(this.#openThreadId('to rate'), itemIds, kind);
  }

  #isOpen(threadId: string | null): boolean {
    if (threadId !== this.#threadId || this.#reader.isFailed(this.#threadId)) return false;
    return threadId !== null || this.view === emptyView;
  }

  // Files and speech, which most pages never use

  async upload(file: File, signal: AbortSignal): Promise<Attachment> {
    const { upload } = await import('../protocol/uploads.ts');
    return upload(this.#context.client, file, signal);
  }

  async download(url: string, signal: AbortSignal): Promise<Blob> {
    const { download } = await import('../protocol/uploads.ts');
    return download(this.#context.client, url, signal);
  }

  async deleteAttachment(attachmentId: string): Promise<void> {
    await this.#context.client.call('attachments.delete', { attachment_id: attachmentId });
  }

  async transcribe(audio: Blob): Promise<string> {
    const { base64Of } = await import('../protocol/uploads.ts');
    const params = { audio_base64: await base64Of(audio), mime_type: audio.type };
    return (await this.#context.client.call('input.transcribe', params)).text;
  }

  // All threads

  listThreads(after: string | null = null): Promise<ThreadList> {
    return this.#directory.list(after);
  }

  /** Shows the new title at once, and the old one again when the server refuses it. */
  async renameThread(threadId: string, title: string): Promise<void> {
    const before = this.view.thread?.title ?? null;
    this.#showTitle(threadId, title);
    try {
      await this.#directory.rename(threadId, title);
    } catch (error) {
      if (this.view.thread?.title === title) this.#showTitle(threadId, before);
      throw error;
    }
    this.#tabs.tell({ kind: 'renamed', threadId, title });
  }

  #showTitle(threadId: string, title: string | null): void {
    const { thread } = this.view;
    if (thread?.id === threadId) this.#state.apply({ type: 'thread.updated', thread: { ...thread, title } });
  }

  async deleteThread(threadId: string): Promise<void> {
    await this.#directory.delete(threadId);
    this.#tabs.tell({ kind: 'deleted', threadId });
    if (this.#threadId === threadId) await this.openThread(null);
  }
}

function threadLeft(): CommandError {
  return new CommandError('no_thread', 'The conversation was left meanwhile.');
}
