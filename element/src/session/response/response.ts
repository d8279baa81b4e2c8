// One response: its first turn, and one more turn for each client tool call that a turn ends with.
//
//   open ──stop──▶ stopping ──cancel──▶ cancelling
//    │                 │                    │
//    │               close                close
//    │                 ▼                    ▼
//    └──close──┐    parting ──cancel──▶ closed
//              └────────────────────────▶ ▲
//
// `stop` comes from the person, `cancel` is the request to the server, `close` ends the response in the page.
// A turn cannot be cancelled before the server has named it: a response that is closed before that is
// parting. It reads on, unseen, until the turn's id has arrived or CANCEL_MS are over.
import { ChatError } from '../../protocol/errors.ts';
import { uuid } from '../../protocol/uuid.ts';
import type { ClientToolCallItem } from '../../protocol/wire.ts';
import type { SessionContext } from '../context.ts';
import { retry } from './retry.ts';
import { type StreamEnd, type StreamListener, type StreamStart, TurnStream } from './turn_stream.ts';

export interface ResponseListener extends Pick<StreamListener, 'receive' | 'lost' | 'found' | 'resync'> {
  /** Runs the tool and returns its result as JSON; it does not reject. Asked on official servers only. */
  answer(call: ClientToolCallItem): Promise<unknown>;
  /** The turn's id is known, or events have arrived. */
  moved(isPast: boolean): void;
  /**
   * Resolves to the next turn of the response once the calls that run here are answered; null if there is
   * none.
   */
  continuation(): Promise<StreamStart | null>;
}

/** The limit for a model that calls tools in a loop; real responses need a handful of turns. */
const MAX_CONTINUATIONS = 100;
/** How long the server may take to confirm a stop. */
const STOP_MS = 3000;
const CANCEL_MS = 30_000;

type State = 'open' | 'stopping' | 'cancelling' | 'parting' | 'closed';
type StateEvent = 'stop' | 'cancel' | 'close';

/** A pair of state and event that is not listed has no effect. */
const TRANSITIONS: Readonly<Record<State, Readonly<Partial<Record<StateEvent, State>>>>> = {
  open: { stop: 'stopping', close: 'closed' },
  stopping: { cancel: 'cancelling', close: 'parting' },
  cancelling: { close: 'closed' },
  parting: { cancel: 'closed' },
  closed: {},
};

export class ChatResponse {
  /**
   * Resolves when the server has accepted the request: an event has arrived, or the turn is over. Rejects if
   * it was refused.
   */
  readonly accepted: Promise<void>;
  readonly ended: Promise<void>;
  /** Whether its effects undo or redo other effects. */
  isUndo = false;
  readonly #controller = new AbortController();
  #accept: () => void = () => undefined;
  #refuse: (error: unknown) => void = () => undefined;
  #end: () => void = () => undefined;
  #stream: TurnStream | null = null;
  readonly #context: SessionContext;
  #listener: ResponseListener | null = null;
  #isAccepted = false;
  #state: State = 'open';
  #stopTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(context: SessionContext) {
    this.#context = context;
    this.accepted = new Promise((resolve, reject) => {
      this.#accept = () => (void (this.#isAccepted = true), resolve());
      this.#refuse = reject;
    });
    this.accepted.catch(() => undefined); // No caller has to handle it.
    this.ended = new Promise((resolve) => (this.#end = resolve));
  }

  /** Whether the response has ended in the page. */
  get isClosed(): boolean {
    return this.#state === 'closed' || this.#state === 'parting';
  }

  /** Whether the server is known to have accepted the request. */
  get isAccepted(): boolean {
    return this.#isAccepted;
  }

  /** Whether the person has stopped it and it has not ended yet. */
  get isStopping(): boolean {
    return this.#state === 'stopping' || this.#state === 'cancelling';
  }

  /** The stream that is followed; null while no turn runs. */
  get stream(): TurnStream | null {
    return this.#stream;
  }

  /** Returns whether the event has an effect in this state. */
  #step(event: StateEvent): boolean {
    const next = TRANSITIONS[this.#state][event];
    if (next !== undefined) this.#state = next;
    return next !== undefined;
  }

  /** Stops reading. May be called again. */
  close(): void {
    if (!this.#step('close')) return;
    clearTimeout(this.#stopTimer);
    this.#accept();
    this.#end();
    if (this.#state === 'closed') return this.#controller.abort();
    // An official server stops only when the connection closes.
    this.#stopTimer = setTimeout(
      () => this.#controller.abort(),
      this.#stream?.isDurable ? CANCEL_MS : STOP_MS,
    );
  }

  /** The request was refused: rejects `accepted` with `error`. */
  refuse(error: unknown): void {
    this.#refuse(error);
    this.close();
  }

  /**
   * Asks the server to cancel the turn. The stream then reports its end; if it does not in time, `giveUp` is
   * called. Returns false if there is no turn to cancel: then the caller closes the connection.
   */
  stop(giveUp: () => void): boolean {
    const stream = this.#stream;
    if (stream === null || stream.isOfficial) return false;
    if (!this.#step('stop')) return true;
    if (!stream.isDurable) return false; // Whether the server is durable is unknown before its answer.
    this.#stopTimer = setTimeout(giveUp, STOP_MS);
    this.#cancel();
    return true;
  }

  /**
   * `start` is null for a response that only runs client tools. Raises: as `TurnStream.follow`; after
   * `close`, any error.
   */
  async run(start: StreamStart | null, listener: ResponseListener): Promise<StreamEnd | null> {
    this.#listener = listener;
    let end: StreamEnd | null = null;
    let next = start ?? (await listener.continuation());
    for (let count = 0; count <= MAX_CONTINUATIONS; count++) {
      if (next === null) return end;
      end = await this.#follow(next, listener);
      next = await following(end, listener);
      this.#controller.signal.throwIfAborted();
    }
    throw new ChatError('client_tool_loop', 'The assistant called tools too many times in one turn.', {
      allowRetry: true,
    });
  }

  async #follow(start: StreamStart, listener: ResponseListener): Promise<StreamEnd> {
    this.#stream = new TurnStream(this.#context, this.#whileOpen(listener), this.#controller.signal, start);
    const end = await this.#stream.follow();
    this.#accept(); // The whole turn may have arrived at once, and its tools may take long.
    if (end.kind === 'durable') this.#stream = null;
    return end;
  }

  /** After `close`, no event reaches the page. */
  #whileOpen(listener: ResponseListener): StreamListener {
    const ifOpen = (act: () => void): void => {
      if (!this.isClosed) act();
    };
    return {
      receive: (event, id) => ifOpen(() => listener.receive(event, id)),
      opened: () => this.#moved(true),
      batched: (isPast) => {
        this.#accept();
        this.#moved(isPast);
      },
      lost: () => ifOpen(() => listener.lost()),
      found: () => ifOpen(() => listener.found()),
      resync: (threadId, signal) =>
        this.isClosed ? Promise.resolve(undefined) : listener.resync(threadId, signal),
    };
  }

  #moved(isPast: boolean): void {
    if (this.#state === 'stopping' || this.#state === 'parting') this.#cancel();
    if (!this.isClosed) this.#listener?.moved(isPast);
  }

  #cancel(): void {
    const { turnId, threadId, isOfficial } = this.#stream ?? {};
    if (isOfficial) return this.#controller.abort();
    if (turnId == null || threadId == null || !this.#step('cancel')) return;
    const { client, platform } = this.#context;
    const { signal } = new AbortController();
    const ask = (attempt: AbortSignal): Promise<unknown> =>
      client.call('turns.cancel', { thread_id: threadId, turn_id: turnId }, attempt);
    // A refusal means that there is no such turn, so nothing is left to stop.
    void retry(ask, CANCEL_MS, platform, signal).catch(() => undefined);
    if (this.#state === 'closed') this.#controller.abort();
  }
}

/** Only a completed turn has another turn after it. */
async function following(end: StreamEnd, listener: ResponseListener): Promise<StreamStart | null> {
  if (end.kind === 'official') return answerOf(end.call, listener);
  return end.status === 'completed' ? listener.continuation() : null;
}

async function answerOf(
  call: ClientToolCallItem | null,
  listener: ResponseListener,
): Promise<StreamStart | null> {
  if (call === null) return null;
  const result = await listener.answer(call);
  return {
    request: { type: 'threads.add_client_tool_output', params: { thread_id: call.thread_id, result } },
    key: uuid(),
  };
}
