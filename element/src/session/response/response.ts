// One response: the turn that was asked for or found, and one more for each client tool that it ends with.
//
//   open ──stop──▶ stopping ──cancel──▶ cancelling
//    │                 │                    │
//    │               close                close
//    │                 ▼                    ▼
//    └──close──┐    parting ──cancel──▶ closed
//              └────────────────────────▶ ▲
//
// `stop` is the person's, `cancel` the request to the server, `close` the end for whoever looks on. A turn cannot be cancelled
// before the server has named it: a response that is closed until then is parting, and reads on, unseen, until the name has
// come or CANCEL_MS are over.
import type { ApiClient } from '../../protocol/client.ts';
import { ChatError } from '../../protocol/errors.ts';
import { uuid } from '../../protocol/uuid.ts';
import type { ClientToolCallItem, DurableState, ThreadStreamEvent } from '../../protocol/wire.ts';
import type { Platform } from '../platform.ts';
import { retry } from './retry.ts';
import { type StreamEnd, type StreamStart, TurnStream, type TurnStreamHost } from './turn_stream.ts';

export interface ResponseHost {
  readonly client: ApiClient;
  readonly platform: Platform;
  receive(event: ThreadStreamEvent, id: string): void;
  /** Runs the tool and returns its result as JSON; it does not reject. Asked on official servers only. */
  answer(call: ClientToolCallItem): Promise<unknown>;
  /** The turn is known by now, or something of it came. */
  moved(isPast: boolean): void;
  lost(): void;
  found(): void;
  resync(threadId: string, signal: AbortSignal): Promise<DurableState | undefined>;
  /** The next turn of the same response, once the calls that run here are answered; null when there is none. */
  continuation(): Promise<StreamStart | null>;
}

/** A model that calls tools in a circle is stopped here; real turns need a handful. */
const MAX_CONTINUATIONS = 100;
/** How long a stopped turn may take to say so. */
const STOP_MS = 3000;
const CANCEL_MS = 30_000;

type State = 'open' | 'stopping' | 'cancelling' | 'parting' | 'closed';
type StateEvent = 'stop' | 'cancel' | 'close';

/** What is not named here means nothing in its state. */
const TRANSITIONS: Readonly<Record<State, Readonly<Partial<Record<StateEvent, State>>>>> = {
  open: { stop: 'stopping', close: 'closed' },
  stopping: { cancel: 'cancelling', close: 'parting' },
  cancelling: { close: 'closed' },
  parting: { cancel: 'closed' },
  closed: {},
};

export class ChatResponse {
  /** Settles when the server took the request: the first event came, or the turn is over. Rejects when it was refused. */
  readonly accepted: Promise<void>;
  readonly ended: Promise<void>;
  /** Its effects take others back, or make them again. */
  isUndo = false;
  readonly #controller = new AbortController();
  #accept: () => void = () => undefined;
  #refuse: (error: unknown) => void = () => undefined;
  #end: () => void = () => undefined;
  #stream: TurnStream | null = null;
  #host: ResponseHost | null = null;
  #isAccepted = false;
  #state: State = 'open';
  #stopTimer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.accepted = new Promise((resolve, reject) => {
      this.#accept = () => (void (this.#isAccepted = true), resolve());
      this.#refuse = reject;
    });
    this.accepted.catch(() => undefined); // Whoever waits for it hears of it; nobody has to.
    this.ended = new Promise((resolve) => (this.#end = resolve));
  }

  /** Nobody is to hear of it any more. */
  get isClosed(): boolean {
    return this.#state === 'closed' || this.#state === 'parting';
  }

  /** Whether the server is known to have accepted the request. */
  get isAccepted(): boolean {
    return this.#isAccepted;
  }

  /** The person has stopped it, and it has not ended yet. */
  get isStopping(): boolean {
    return this.#state === 'stopping' || this.#state === 'cancelling';
  }

  /** What is followed now; null while nothing runs at the server. */
  get stream(): TurnStream | null {
    return this.#stream;
  }

  /** Returns whether the event means anything in this state. */
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
    // An official server knows no other stop than to hang up, and must not wait for it.
    this.#stopTimer = setTimeout(
      () => this.#controller.abort(),
      this.#stream?.isDurable ? CANCEL_MS : STOP_MS,
    );
  }

  /** The request was not taken, and `accepted` says why. */
  refuse(error: unknown): void {
    this.#refuse(error);
    this.close();
  }

  /**
   * Asks the server to end the turn. The stream then tells how it ended; where it does not, `giveUp` is called.
   * Returns false when there is nothing to ask for: then closing the connection is all that can be done.
   */
  stop(giveUp: () => void): boolean {
    const stream = this.#stream;
    if (stream === null || stream.isOfficial) return false;
    if (!this.#step('stop')) return true;
    if (!stream.isDurable) return false; // Who the server is will be seen by its answer.
    this.#stopTimer = setTimeout(giveUp, STOP_MS);
    this.#cancel();
    return true;
  }

  /** Null for a response of client tools alone. Raises what `TurnStream.follow` raises; after `close`, whatever came of it. */
  async run(start: StreamStart | null, host: ResponseHost): Promise<StreamEnd | null> {
    this.#host = host;
    let end: StreamEnd | null = null;
    let next = start ?? (await host.continuation());
    for (let count = 0; count <= MAX_CONTINUATIONS; count++) {
      if (next === null) return end;
      end = await this.#follow(next, host);
      next = await following(end, host);
      this.#controller.signal.throwIfAborted();
    }
    throw new ChatError('client_tool_loop', 'The assistant called tools too many times in one turn.', {
      allowRetry: true,
    });
  }

  async #follow(start: StreamStart, host: ResponseHost): Promise<StreamEnd> {
    this.#stream = new TurnStream(this.#streamHost(host), this.#controller.signal, start);
    const end = await this.#stream.follow();
    this.#accept(); // All of it may have come at once, and its tools may take their time.
    if (end.kind === 'durable') this.#stream = null;
    return end;
  }

  /** Once closed, the turn is nobody's business any more. */
  #streamHost(host: ResponseHost): TurnStreamHost {
    const ifOpen = (act: () => void): void => {
      if (!this.isClosed) act();
    };
    return {
      client: host.client,
      platform: host.platform,
      receive: (event, id) => ifOpen(() => host.receive(event, id)),
      opened: () => this.#moved(true),
      batched: (isPast) => {
        this.#accept();
        this.#moved(isPast);
      },
      lost: () => ifOpen(() => host.lost()),
      found: () => ifOpen(() => host.found()),
      resync: (threadId, signal) =>
        this.isClosed ? Promise.resolve(undefined) : host.resync(threadId, signal),
    };
  }

  #moved(isPast: boolean): void {
    if (this.#state === 'stopping' || this.#state === 'parting') this.#cancel();
    if (!this.isClosed) this.#host?.moved(isPast);
  }

  #cancel(): void {
    const { turnId, threadId, isOfficial } = this.#stream ?? {};
    if (isOfficial) return this.#controller.abort();
    if (this.#host === null || turnId == null || threadId == null || !this.#step('cancel')) return;
    const { client, platform } = this.#host;
    const { signal } = new AbortController();
    const ask = (attempt: AbortSignal): Promise<unknown> =>
      client.call('turns.cancel', { thread_id: threadId, turn_id: turnId }, attempt);
    // A refusal means that there is no such turn: nothing is left to stop.
    void retry(ask, CANCEL_MS, platform, signal).catch(() => undefined);
    if (this.#state === 'closed') this.#controller.abort();
  }
}

/** A turn that came to no good end has none after it, whatever its tools still do here. */
async function following(end: StreamEnd, host: ResponseHost): Promise<StreamStart | null> {
  if (end.kind === 'official') return answerOf(end.call, host);
  return end.status === 'completed' ? host.continuation() : null;
}

async function answerOf(call: ClientToolCallItem | null, host: ResponseHost): Promise<StreamStart | null> {
  if (call === null) return null;
  const result = await host.answer(call);
  return {
    request: { type: 'threads.add_client_tool_output', params: { thread_id: call.thread_id, result } },
    key: uuid(),
  };
}
