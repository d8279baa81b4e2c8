// Follows one turn to its end over any number of connections. Passes on each entry of its log once, in order.
import type { StreamAnswer, StreamedEvent } from '../../protocol/client.ts';
import { Connection } from '../../protocol/connection.ts';
import { ConnectionError, cutStream, isUnanswered, RequestError } from '../../protocol/errors.ts';
import type { StreamRequest } from '../../protocol/operations.ts';
import { follows, type Position, readPosition } from '../../protocol/position.ts';
import { uuid } from '../../protocol/uuid.ts';
import type {
  ClientToolCallItem,
  DurableState,
  ThreadStreamEvent,
  TurnOutcome,
} from '../../protocol/wire.ts';
import type { SessionContext } from '../context.ts';
import type { PageEvent } from '../platform.ts';
import { OfficialStream } from './official_stream.ts';
import { isPassing, pause, waitMs } from './retry.ts';

export interface StreamListener {
  /** `id` is the event's position, '' on an official server. */
  receive(event: ThreadStreamEvent, id: string): void;
  /** The server has accepted the request. */
  opened(): void;
  /** A batch of events was passed on. `isPast`: more of the log follows at once. */
  batched(isPast: boolean): void;
  /**
   * The connection broke and is being replaced; `found`: bytes arrive again. Both may be called repeatedly.
   */
  lost(): void;
  found(): void;
  /**
   * Reloads and shows the thread and returns its durable state; undefined if the server no longer has durable
   * turns.
   */
  resync(threadId: string, signal: AbortSignal): Promise<DurableState | undefined>;
}

/** A request and its idempotency key. */
export type Submission = { readonly request: StreamRequest; readonly key: string };

export type StreamStart =
  | Submission
  /** The answer has begun already. */
  | (Submission & { readonly connection: Connection; readonly answer: StreamAnswer })
  | { readonly threadId: string; readonly turnId: string; readonly position: string | null };

export type StreamEnd =
  | { readonly kind: 'official'; readonly call: ClientToolCallItem | null }
  /** Not `isCaughtUp`: the turn had ended before it was read, so another may be running. */
  | { readonly kind: 'durable'; readonly status: TurnOutcome; readonly isCaughtUp: boolean };

/** How long a request without an answer is retried. */
const SUBMIT_MS = 30_000;
/** When the page becomes visible, a connection that was silent for longer is replaced. */
const STALE_MS = 20_000;
/** After this time, a hidden watcher closes its connection: HTTP/1.1 allows six for all tabs together. */
const HIDDEN_MS = 30_000;

export class TurnStream {
  readonly #context: SessionContext;
  readonly #listener: StreamListener;
  readonly #signal: AbortSignal;
  readonly #submission: Submission | null;
  #opened: { readonly connection: Connection; readonly answer: StreamAnswer } | null;
  #threadId: string | null;
  #turnId: string | null;
  #position: Position | null;
  #kind: 'unknown' | 'durable' | 'official' = 'unknown';
  #connection: Connection | null = null;
  #failures = 0;
  #error: unknown = null;
  #firstFailureAt = 0;
  #mustResync = false;
  #isHurried = false;
  #restMs = 0;
  #isWatcher = false;
  #hiding: ReturnType<typeof setTimeout> | undefined;
  #resume: (() => void) | null = null;
  #resting: Promise<void> | null = null;

  /** Detaches when `signal` aborts; the turn continues. */
  constructor(context: SessionContext, listener: StreamListener, signal: AbortSignal, start: StreamStart) {
    this.#context = context;
    this.#listener = listener;
    this.#signal = signal;
    this.#submission = 'request' in start ? start : null;
    this.#opened = 'answer' in start ? start : null;
    this.#threadId = 'threadId' in start ? start.threadId : threadOf(start.request);
    this.#turnId = 'turnId' in start ? start.turnId : null;
    this.#position = 'position' in start ? readPosition(start.position ?? '') : null;
    if (this.#submission === null) this.#kind = 'durable';
  }

  /** `threadId` and `turnId` are null until the server has named them. */
  get turnId(): string | null {
    return this.#turnId;
  }

  get threadId(): string | null {
    return this.#threadId;
  }

  /** The position of the last entry that was read. */
  get position(): string | null {
    return this.#position === null ? null : write(this.#position);
  }

  /** Whether the turn is known to continue without its connections. */
  get isDurable(): boolean {
    return this.#kind === 'durable' || (this.#kind === 'unknown' && this.#context.client.isDurable);
  }

  get isOfficial(): boolean {
    return this.#kind === 'official';
  }

  /** Whether this page has requested the turn. */
  get isOwn(): boolean {
    return this.#submission !== null;
  }

  get isWatcher(): boolean {
    return this.#isWatcher;
  }

  /** Another tab reads the turn, so this one may pause while it is hidden. */
  watch(): void {
    this.#isWatcher = true;
    if (this.#context.platform.isHidden) this.#hide();
  }

  /** The other tab may have stopped reading, so this one reads again. */
  stopWatching(): void {
    this.#isWatcher = false;
    this.resume();
  }

  /** Ends the pause of a hidden watcher. */
  resume(): void {
    clearTimeout(this.#hiding);
    this.#resume?.();
    this.#resume = null;
    this.#resting = null;
  }

  /**
   * Raises: the error of `ApiClient.open` if a retry is useless or has failed; the reason of `signal`.
   * An error in `receive` ends it too.
   */
  async follow(): Promise<StreamEnd> {
    const unsubscribe = this.#context.platform.onPage((event) => this.#onPage(event));
    const wake = (): void => this.resume();
    this.#signal.addEventListener('abort', wake);
    try {
      for (;;) {
        const end = await this.#connect();
        if (end !== null) return end;
        await this.#wait();
        this.#signal.throwIfAborted();
      }
    } finally {
      unsubscribe();
      this.#signal.removeEventListener('abort', wake);
      clearTimeout(this.#hiding);
    }
  }

  /** Reads one connection; null if another one is needed. */
  async #connect(): Promise<StreamEnd | null> {
    const { connection, answer } = this.#opened ?? { connection: new Connection(this.#signal), answer: null };
    this.#opened = null;
    this.#connection = connection;
    this.#error = null;
    try {
      if (answer !== null) connection.bind(this.#signal);
      if (this.#mustResync) {
        const end = await this.#resync(connection);
        if (end !== null) return end;
      }
      return await this.#read(answer ?? (await this.#open(connection)), connection);
    } catch (error) {
      this.#signal.throwIfAborted();
      this.#survive(error);
      return null;
    } finally {
      connection.close();
    }
  }

  #open(connection: Connection): Promise<StreamAnswer> {
    const { client } = this.#context;
    const settings = { signal: connection.signal, onBytes: () => this.#hear(connection) };
    if (this.isDurable) connection.watch();
    const submission = this.#unread;
    if (submission !== null) return client.open(submission.request, { ...settings, key: submission.key });
    const params = { thread_id: this.#threadId ?? '', after: this.position };
    // The key tells proxies that they may try another server while this one stops; reading has no side
    // effects.
    return client.open({ type: 'turns.attach', params }, { ...settings, key: uuid() });
  }

  /**
   * Before the first entry there is no position to attach at; the request is repeated with its key instead.
   */
  get #unread(): Submission | null {
    return this.#position === null ? this.#submission : null;
  }

  #hear(connection: Connection): void {
    connection.hear();
    this.#listener.found();
  }

  async #read({ turnId, batches }: StreamAnswer, connection: Connection): Promise<StreamEnd | null> {
    if (turnId === null && this.#kind !== 'durable') return this.#readOfficial(batches);
    this.#kind = 'durable';
    this.#turnId ??= turnId || null;
    connection.watch();
    this.#listener.opened();
    if (batches === null) return this.#lose();
    const isAttached = this.#unread === null;
    const reading = { isPast: isAttached };
    for await (const batch of batches) {
      for (const streamed of batch) {
        const next = this.#handOn(streamed, reading);
        if (next !== 'on') return next;
      }
      this.#listener.batched(reading.isPast);
    }
    // The log behind the position is complete, but has no terminal entry of the turn.
    return isAttached && turnId === '' ? this.#lose() : null;
  }

  #handOn({ event, id }: StreamedEvent, reading: { isPast: boolean }): StreamEnd | null | 'on' {
    this.#signal.throwIfAborted(); // A listener may have left the thread.
    if (event.type === 'turnstream.live') {
      reading.isPast = false;
      return 'on';
    }
    if (event.type === 'turnstream.reset') return this.#lose();
    if (event.type === 'turnstream.reconnect') return this.#moveOn(event.after_s ?? 0);
    const step = this.#step(id);
    if (step === 'gap') return this.#lose();
    if (step === 'next') this.#deliver(event, id);
    if (event.type !== 'turnstream.turn_ended' || step === 'known') return 'on';
    if (event.turn_id !== (this.#turnId ?? event.turn_id)) return 'on';
    return { kind: 'durable', status: event.status, isCaughtUp: !reading.isPast };
  }

  #deliver(event: ThreadStreamEvent, id: string): void {
    if (event.type === 'thread.created') this.#threadId = event.thread.id;
    this.#failures = 0;
    this.#listener.receive(event, id);
  }

  /** Entries without a position are always accepted. */
  #step(id: string): ReturnType<typeof follows> {
    const next = readPosition(id);
    if (next === null) return 'next';
    const step = follows(this.#position, next);
    if (step === 'next') this.#position = next;
    return step;
  }

  async #readOfficial(batches: StreamAnswer['batches']): Promise<StreamEnd> {
    this.#kind = 'official';
    this.#listener.opened();
    const stream = new OfficialStream();
    for await (const batch of batches ?? []) {
      for (const { event } of batch) {
        this.#signal.throwIfAborted();
        stream.watch(event);
        this.#listener.receive(event, '');
      }
      this.#listener.batched(false);
    }
    this.#signal.throwIfAborted();
    return { kind: 'official', call: stream.finish() };
  }

  /** The position does not continue in the log: the thread is reloaded first. */
  #lose(): null {
    if (this.#threadId === null) throw cutStream();
    this.#mustResync = true;
    return null;
  }

  /**
   * The server asked for a new connection: it is stopping, a proxy limits the duration, or the person has too
   * many connections.
   */
  #moveOn(afterS: number): null {
    this.#failures = 0;
    this.#restMs = afterS * 1000;
    return null;
  }

  async #resync(connection: Connection): Promise<StreamEnd | null> {
    connection.watch();
    const state = await this.#listener.resync(this.#threadId!, connection.signal);
    this.#signal.throwIfAborted();
    this.#mustResync = false;
    this.#position = readPosition(state?.position ?? '');
    const turn = state?.turn;
    const status = turn == null || turn.id !== this.#turnId ? 'completed' : turn.status;
    if (turn?.status !== 'running')
      return { kind: 'durable', status: status as TurnOutcome, isCaughtUp: true };
    this.#turnId = turn.id;
    return null;
  }

  /** Raises `error` unless another connection may succeed. */
  #survive(error: unknown): void {
    const isKnown = this.#kind === 'durable';
    const isWorthIt = isKnown ? isPassing(error) : this.isDurable && isUnanswered(error);
    this.#firstFailureAt ||= Date.now();
    const isLate = !isKnown && Date.now() - this.#firstFailureAt > SUBMIT_MS;
    this.#error = error;
    if (!isWorthIt || isLate) throw error;
    const isUnreadable = error instanceof ConnectionError && error.code === 'bad_response';
    if (isUnreadable && this.#position !== null) this.#mustResync = true;
  }

  async #wait(): Promise<void> {
    if (this.#resting !== null) return this.#resting;
    this.#listener.lost();
    const { platform } = this.#context;
    const ms = this.#isHurried
      ? 0
      : this.#restMs + waitMs(this.#error, this.#failures++, () => platform.random());
    this.#isHurried = false;
    this.#restMs = 0;
    await pause(ms, platform, this.#signal);
    if (this.#resting !== null) await this.#resting; // The pause may have started during the wait.
  }

  #onPage(event: PageEvent): void {
    if (event === 'hidden' && this.#isWatcher) return this.#hide();
    if (event === 'shown') this.resume();
    const isSilent = event === 'shown' && (this.#connection?.silentMs ?? 0) > STALE_MS;
    if (event === 'online' || event === 'restored' || isSilent) this.#again();
  }

  /** Replaces the connection at once instead of waiting for the watchdog. */
  #again(): void {
    // On an official server, a second request would send the message twice.
    if (!this.isDurable || this.#connection === null || this.#connection.signal.aborted) return;
    this.#isHurried = true;
    this.#failures = 0;
    this.#connection.drop();
  }

  #hide(): void {
    clearTimeout(this.#hiding);
    this.#hiding = setTimeout(() => {
      this.#resting ??= new Promise((resolve) => (this.#resume = resolve));
      this.#connection?.drop();
    }, HIDDEN_MS);
  }
}

export function isBusy(error: unknown): boolean {
  return error instanceof RequestError && error.code === 'thread_busy';
}

function threadOf({ params }: StreamRequest): string | null {
  return 'thread_id' in params ? params.thread_id : null;
}

function write({ epoch, seq }: Position): string {
  return `${epoch}.${seq}`;
}
