// The responses of the open thread, one at a time: started here or found running, followed, stopped, and
// ended once.
import type { ChatEvents, UndoWith } from '../../api/events.ts';
import { CommandError, isRefusal, TurnError, toChatError } from '../../protocol/errors.ts';
import { uuid } from '../../protocol/uuid.ts';
import type {
  ClientEffect,
  ClientToolCallItem,
  DurableState,
  ThreadStreamEvent,
} from '../../protocol/wire.ts';
import { ClaimedCalls } from '../calls/claimed_calls.ts';
import { ClientCalls } from '../calls/client_calls.ts';
import { runClientTool } from '../calls/client_tool.ts';
import { PendingCalls } from '../calls/pending_calls.ts';
import type { SessionContext } from '../context.ts';
import type { TabMessage } from '../tabs.ts';
import type { ThreadView } from '../view/view.ts';
import { asJson, type Change } from './changes.ts';
import { ConnectionWatch } from './connection_status.ts';
import { ChatResponse, type ResponseListener } from './response.ts';
import { isBusy, type StreamEnd, type StreamStart, type TurnStream } from './turn_stream.ts';

export class Responses {
  readonly #context: SessionContext;
  readonly #claimed: ClaimedCalls;
  readonly #connection: ConnectionWatch;
  /** The positions of the effects that the page has received since the thread was opened. */
  readonly #effects = new Set<string>();
  /** The epoch of made-up positions for the effects of an official server, which have none. */
  readonly #ownEpoch = uuid();
  #unnumbered = 0;
  /** The changes that the page has declared with `undoWith`. */
  readonly changes: Change[] = [];
  /** The regions that the running response locks, in step with the page's effects; null means all. */
  lock: ThreadView['lock'] = [];
  /** Replaced when the thread is left, so that its queued locks do nothing. */
  #visit = {};
  #response: ChatResponse | null = null;
  #followed: TurnStream | null = null;
  #announced: string | null = null;
  /** The last turn that was read to its end. */
  #ended: string | null = null;
  #calls: ClientCalls;
  #pendingCalls = new PendingCalls();
  #position: string | null = null;
  #isBehind = false;

  constructor(context: SessionContext) {
    this.#context = context;
    this.#claimed = new ClaimedCalls(context.platform);
    this.#connection = new ConnectionWatch(context.platform, (connection) =>
      context.state.apply({ type: 'local.connection', connection }),
    );
    this.#calls = this.#newCalls();
  }

  get current(): ChatResponse | null {
    return this.#response;
  }

  /** The position in the thread's log that the view reflects. */
  get position(): string | null {
    return this.#position;
  }

  begin(start: StreamStart | null): ChatResponse {
    const response = new ChatResponse(this.#context);
    this.#response = response;
    this.#enqueueLock(this.#context.state.view.lock);
    this.#context.state.apply({ type: 'local.turn_started' });
    this.#context.emit('response.start', undefined);
    void this.#run(response, start);
    return response;
  }

  stop(): void {
    const response = this.#response;
    if (response === null || !this.#context.state.view.canStop) return;
    this.#passCalls('drop');
    if (!response.stop(() => this.#finish(response, true))) this.#finish(response, true);
  }

  decide(itemId: string, isAllowed: boolean): void {
    this.#calls.decide(itemId, isAllowed);
  }

  /** Detaches from the thread. On a server with durable turns its turn continues. */
  leave(): void {
    if (this.#response !== null) this.#finish(this.#response, false);
    this.#visit = {};
    this.lock = [];
    this.#passCalls('leave');
    this.#pendingCalls = new PendingCalls();
    this.#ended = null;
    this.#position = null;
    this.#isBehind = false;
  }

  /** Emits effects that no server sends. Resolves when the page has handled them. */
  handOver(effects: readonly ClientEffect[]): Promise<void> {
    effects.forEach((effect, at) =>
      this.#context.emit(
        'effect',
        effectDetail(effect, '', false, () => undefined),
        `undo ${at}`,
      ),
    );
    return this.#context.delivered();
  }

  /** Another thread is opened. When this one is opened again, its effects are replayed as in a fresh page. */
  forgetEffects(): void {
    this.#effects.clear();
  }

  /** Follows the newest turn of the thread that was just loaded, if it runs. */
  restore(durable: DurableState | undefined): void {
    const { threadId } = this.#context;
    if (durable === undefined || this.#response !== null || threadId === null) return;
    this.show(durable);
    const { turn, position } = durable;
    // The listener of an effect may have opened another thread.
    if (threadId !== this.#context.threadId || this.#response !== null) return;
    if (turn?.status === 'running') this.begin({ threadId, turnId: turn.id, position: position ?? null });
    else this.#calls.offer(this.#pendingCalls.drain());
  }

  /** Brings the view, the pending calls and the page's effects to the position of `durable`. */
  show({
    position,
    turn,
    items = [],
    effects = [],
    lock = null,
    undone = [],
    unfinished,
  }: DurableState): void {
    const { state } = this.#context;
    this.#position = position ?? null;
    state.apply({
      type: 'local.durable_state',
      lock,
      undone,
      ...(unfinished !== undefined && { unfinished }),
    });
    if (turn?.status === 'running') state.apply({ type: 'local.restored', items });
    else if (turn != null && turn.id !== this.#ended)
      state.apply({ type: 'local.turn_found', status: turn.status });
    this.#pendingCalls = new PendingCalls();
    for (const { item } of state.view.items)
      if (item.type === 'client_tool_call' && item.status === 'completed') this.#calls.withdraw(item.id);
    // As in a page that followed the turn: one that failed or was cancelled has no pending calls.
    if (turn == null || turn.status === 'running' || turn.status === 'completed')
      this.#pendingCalls.watchItems(state.view.items.map(({ item }) => item));
    for (const effect of effects) this.#effect(effect, effect.id, true);
    if (this.#response === null || turn?.status !== 'running') return;
    this.#enqueueLock(lock);
    state.notify();
  }

  /**
   * Handles another tab's message about a turn of the open thread. Returns whether the thread must be
   * checked.
   */
  hear({ kind, turnId }: Extract<TabMessage, { turnId: string }>): boolean {
    const stream = this.#response?.stream ?? null;
    if (stream?.turnId !== turnId) {
      if (this.#response !== null && kind === 'turn') this.#passOver(stream);
      return this.#response === null && kind !== 'ask' && turnId !== this.#ended;
    }
    if (kind === 'ended') {
      stream.stopWatching();
      // All hidden tabs now read again; each asks once more, so that all but one can pause.
      if (this.#context.platform.isHidden) this.#announced = null;
    }
    if (kind === 'turn' && !stream.isOwn) stream.watch();
    if (kind === 'ask' && !stream.isWatcher) this.#tell('turn', stream);
    return false;
  }

  /**
   * Another turn has started. This ends a response that only waits for its tools; one with a stream ends by
   * itself.
   */
  #passOver(stream: TurnStream | null): void {
    this.#isBehind = true;
    if (stream === null) this.#calls.release();
  }

  fail(type: 'local.failed' | 'local.load_failed', thrown: unknown): void {
    this.#context.state.apply({ type, error: toChatError(thrown) });
    this.report(thrown);
  }

  report(thrown: unknown): Error {
    const error = toChatError(thrown);
    this.#context.emit('error', { error });
    return error;
  }

  async #run(response: ChatResponse, start: StreamStart | null): Promise<void> {
    let end: StreamEnd | null = null;
    try {
      end = await response.run(start, this.#listenerOf(response));
    } catch (error) {
      if (isBusy(error))
        return this.#refuse(
          response,
          new CommandError(
            'busy',
            'Another response is running in this conversation. Try again when it ends.',
          ),
        );
      if (!response.isClosed && !response.isAccepted && isRefusal(error) && isWritten(start))
        return this.#refuse(response, this.report(error));
      if (!response.isClosed) {
        this.fail('local.failed', error);
        this.#position = null; // The next check must reload the thread.
        this.#isBehind ||= response.isUndo; // Another device may have undone it first.
      }
    }
    const isCurrent = this.#response === response;
    if (isCurrent && end?.kind === 'durable') this.#ended = this.#announced;
    // A tool may outlive its response. A failed response drops the answer; a disconnected one still sends it.
    if (isCurrent && end === null) this.#passCalls('leave');
    else if (isCurrent && end?.kind === 'durable' && end.status !== 'completed') this.#passCalls('drop');
    const isCutShort = isCurrent && response.isStopping && this.#passOverCalls();
    this.#finish(response, isCutShort || (end?.kind === 'durable' && end.status === 'cancelled'));
    if (isCurrent && (this.#isBehind || (end?.kind === 'durable' && !end.isCaughtUp))) this.#lookAgain();
  }

  /** Ends a response whose request was refused. The caller still has the content of the request. */
  #refuse(response: ChatResponse, error: Error): void {
    const isCurrent = this.#response === response;
    response.refuse(error);
    this.#finish(response, false);
    if (isCurrent && error instanceof CommandError) this.#lookAgain();
  }

  #lookAgain(): void {
    this.#isBehind = false;
    this.#context.check();
  }

  /** Ends a response. Every way to end leads here; a second call for the same response does nothing. */
  #finish(response: ChatResponse, isStopped: boolean): void {
    if (this.#response !== response) return;
    this.#response = null;
    response.close();
    this.#connection.found();
    if (this.#followed !== null && !this.#followed.isWatcher) this.#tell('ended', this.#followed);
    this.#followed = null;
    this.#announced = null;
    this.#enqueueLock([]);
    this.#context.state.apply({ type: 'local.turn_ended', isStopped });
    this.#context.emit('response.end', undefined);
  }

  #listenerOf(response: ChatResponse): ResponseListener {
    return {
      receive: (event, id) => this.#receive(event, id),
      answer: (call) => this.#answer(response, call),
      moved: (isPast) => this.#moved(response, isPast),
      lost: () => this.#connection.lost(),
      found: () => this.#connection.found(),
      resync: (threadId, signal) => this.#context.resync(threadId, signal),
      continuation: () => this.#continuation(response),
    };
  }

  #receive(event: ThreadStreamEvent, id: string): void {
    if (id !== '') this.#position = id;
    if (event.type === 'client_effect') return this.#effect(event, id, false);
    if (event.type === 'turnstream.lock') this.#enqueueLock(event.regions ?? null);
    // A lock applies at once, not with the next frame: later events rely on it.
    this.#context.state[event.type === 'turnstream.lock' ? 'apply' : 'stream'](event);
    if (event.type === 'turnstream.undone' && event.is_forgotten !== true && this.#response !== null)
      this.#response.isUndo = true;
    if (id !== '') this.#pendingCalls.watch(event);
    if (event.type === 'turnstream.call_ended') this.#calls.withdraw(event.item_id);
    // The response waits until the server has accepted the answer, which may start the next turn.
    if (event.type === 'turnstream.call_ended' && event.status !== 'answered') this.#calls.end(event.item_id);
    this.#context.received(event);
    if (event.type === 'error') this.#context.emit('error', { error: new TurnError(event) });
  }

  /**
   * Sets the lock in order with queued effects. If it is set at once, the caller's change of the view
   * notifies the listeners.
   */
  #enqueueLock(lock: ThreadView['lock']): void {
    const visit = this.#visit;
    let isLater = false;
    this.#context.enqueue(() => {
      if (visit !== this.#visit) return;
      this.lock = lock;
      if (isLater) this.#context.state.notify();
    });
    isLater = true;
  }

  /** Emits an effect once per position. An official server gives none, and never sends an event twice. */
  #effect(effect: ClientEffect, id: string, isReplayed: boolean): void {
    if (id !== '' && this.#effects.has(id)) return;
    this.#effects.add(id);
    // Inverse effects do not replace each other: each belongs to an effect that the page has received.
    this.#context.emit(
      'effect',
      effectDetail(effect, id, isReplayed, this.#undoWith(effect, id, isReplayed)),
      this.#response?.isUndo ? id : effect.key,
    );
  }

  /**
   * `undoWith` for one effect. The page may call it later; the change belongs to the current turn and
   * message.
   */
  #undoWith(effect: ClientEffect, position: string, isReplayed: boolean): UndoWith {
    const response = this.#response;
    const { threadId, state } = this.#context;
    const { items } = state.view;
    const id = position || `${this.#ownEpoch}.${++this.#unnumbered}`;
    return (inverse = {}) => {
      if (response === null || threadId === null || isReplayed) return;
      this.changes.push({ response, threadId, items, id, effect, said: asJson({ effect, inverse }) });
      state.notify();
    };
  }

  #moved(response: ChatResponse, isPast: boolean): void {
    this.#announce(response);
    if (!isPast && !response.isStopping && response.stream?.position != null)
      this.#calls.offer(this.#pendingCalls.drain());
  }

  /** Once per turn: the tab that requested it announces it, any other asks for that tab. */
  #announce({ stream }: ChatResponse): void {
    if (stream?.turnId == null || stream.threadId === null || stream.turnId === this.#announced) return;
    if (!stream.isDurable) return;
    this.#followed = stream;
    this.#announced = stream.turnId;
    this.#tell(stream.isOwn ? 'turn' : 'ask', stream);
  }

  #tell(kind: 'turn' | 'ask' | 'ended', { threadId, turnId }: TurnStream): void {
    if (threadId !== null && turnId !== null) this.#context.tell({ kind, threadId, turnId });
  }

  #continuation(response: ChatResponse): Promise<StreamStart | null> {
    if (response.isClosed || response.isStopping) return Promise.resolve(null);
    this.#calls.offer(this.#pendingCalls.drain());
    this.#context.state.apply({ type: 'local.tool_started' });
    return this.#calls.continuation();
  }

  /** On an official server. */
  async #answer(response: ChatResponse, call: ClientToolCallItem): Promise<unknown> {
    const { state, emit, clientToolHandler } = this.#context;
    state.apply({ type: 'local.tool_started' });
    await this.#context.delivered();
    if (response.isClosed) return null;
    const { result, error } = await runClientTool(call, clientToolHandler());
    if (response.isClosed) return result;
    if (error !== null) emit('error', { error });
    state.apply({ type: 'local.tool_answered', itemId: call.id, output: result });
    return result;
  }

  /**
   * The turn may have ended with calls before the stop arrived: drops them. Returns whether there were any.
   */
  #passOverCalls(): boolean {
    const pending = new PendingCalls();
    pending.watchItems(this.#context.state.view.items.map(({ item }) => item));
    const calls = pending.drain();
    for (const { id } of calls) this.#claimed.meet(id);
    return calls.length > 0;
  }

  /** Later responses do not wait for the calls that still run. */
  #passCalls(how: 'leave' | 'drop'): void {
    this.#calls[how]();
    this.#calls = this.#newCalls();
  }

  #newCalls(): ClientCalls {
    return new ClientCalls(this.#context, this.#claimed, {
      // No response may be running: then the call starts one.
      started: () => void (this.#response ?? this.begin(null)),
      failed: (error) => void this.report(error),
      unclaimed: (call) => {
        this.#pendingCalls.add(call);
        this.#position = null; // The next check must reload the idle thread.
      },
    });
  }
}

/** Whether the request carries the person's own message. */
function isWritten(start: StreamStart | null): boolean {
  const type = start !== null && 'request' in start ? start.request.type : '';
  return (
    type === 'threads.create' ||
    type === 'threads.add_user_message' ||
    type === 'threads.add_structured_input'
  );
}

function effectDetail(
  { name, data }: ClientEffect,
  id: string,
  isReplayed: boolean,
  undoWith: UndoWith,
): ChatEvents['effect'] {
  const detail = {
    name,
    ...(data !== undefined && { data }),
    ...(id !== '' && { id }),
    ...(isReplayed && { replayed: true as const }),
  };
  return Object.defineProperty(detail, 'undoWith', { value: undoWith }) as ChatEvents['effect'];
}
