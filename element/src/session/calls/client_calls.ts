// The client tool calls of one open thread on a server with durable turns: each is claimed, run once, and
// answered.
import type { ClientToolCallItem } from '../../protocol/wire.ts';
import type { SessionContext } from '../context.ts';
import type { StreamStart } from '../response/turn_stream.ts';
import type { CallRunner } from './call_runner.ts';
import type { CallEvents, CallsAccess } from './calls_access.ts';
import type { ClaimedCalls } from './claimed_calls.ts';
import { Confirmations } from './confirmations.ts';

/**
 * How often a response without a stream asks whether its calls are still pending: their handlers may never
 * return.
 */
const LOOK_MS = 60_000;

export class ClientCalls implements CallsAccess {
  readonly #context: SessionContext;
  readonly claimed: ClaimedCalls;
  readonly events: CallEvents;
  readonly confirmations: Confirmations;
  /** The calls that a response waits for, by item id, since models reuse call ids. */
  readonly running = new Map<string, ClientToolCallItem>();
  #continuation: StreamStart | null = null;
  #wake: () => void = () => undefined;
  /** Loaded with the first call: most chats have none. */
  #runner: Promise<CallRunner> | null = null;
  /** `left`: running calls are still answered. `dropped`: their answers are discarded. */
  #state: CallsAccess['state'] = 'open';

  constructor(context: SessionContext, claimed: ClaimedCalls, events: CallEvents) {
    this.#context = context;
    this.claimed = claimed;
    this.events = events;
    this.confirmations = new Confirmations((calls) =>
      context.state.apply({ type: 'local.confirmations', calls }),
    );
  }

  get state(): CallsAccess['state'] {
    return this.#state;
  }

  /** Starts the calls that this page has not seen yet, in parallel. */
  offer(calls: readonly ClientToolCallItem[]): void {
    for (const call of calls) {
      if (!this.claimed.meet(call.id)) continue;
      this.running.set(call.id, call);
      const run = this.#run(call).catch((error: unknown) => this.events.failed(error));
      void run.finally(() => this.end(call.id));
    }
  }

  /** The person has said whether a call may run. */
  decide(itemId: string, isAllowed: boolean): void {
    this.confirmations.decide(itemId, isAllowed ? 'allowed' : 'declined');
  }

  /** The call was decided elsewhere, so its confirmation is withdrawn. */
  withdraw(itemId: string): void {
    this.confirmations.decide(itemId, 'withdrawn');
  }

  /** Another turn has begun: no response waits for any of them. */
  release(): void {
    this.confirmations.withdrawAll();
    this.running.clear();
    this.#wake();
  }

  /** The call ended without an answer from here: the response no longer waits for its handler. */
  end(itemId: string): void {
    this.withdraw(itemId);
    this.running.delete(itemId);
    this.#wake();
  }

  /**
   * Waits for the calls that run here. Returns the stream of the turn that an answer has started, or null.
   */
  async continuation(): Promise<StreamStart | null> {
    const looking = setInterval(() => void this.#runner?.then((runner) => runner.look()), LOOK_MS);
    while (this.#state === 'open' && this.#continuation === null && this.running.size > 0)
      await new Promise<void>((resolve) => (this.#wake = resolve));
    clearInterval(looking);
    const next = this.#continuation;
    this.#continuation = null;
    return next;
  }

  /** The thread is closed here. Running calls are still answered, since no other page may run them. */
  leave(): void {
    if (this.#state === 'open') this.#state = 'left';
    if (this.#continuation !== null && 'connection' in this.#continuation)
      this.#continuation.connection.close();
    this.#continuation = null;
    this.confirmations.withdrawAll();
    this.#wake();
  }

  /** The person has stopped the response. */
  drop(): void {
    this.leave();
    this.#state = 'dropped';
    for (const itemId of this.running.keys()) this.claimed.end(itemId);
  }

  /** An answer has started the turn with which the response continues. */
  goOn(start: StreamStart): void {
    this.#continuation = start;
  }

  async #run(call: ClientToolCallItem): Promise<void> {
    const runner = await this.#loaded(call);
    await runner.run(call);
  }

  async #loaded({ id }: ClientToolCallItem): Promise<CallRunner> {
    this.#runner ??= import('./call_runner.ts').then(
      ({ CallRunner: Runner }) => new Runner(this.#context, this),
    );
    try {
      return await this.#runner;
    } catch (error) {
      this.#runner = null;
      this.claimed.forget(id);
      const call = this.running.get(id);
      if (call !== undefined && this.#state === 'open') this.events.unclaimed(call);
      throw error;
    }
  }
}
