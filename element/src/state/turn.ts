// One turn: the first stream, and one more for each client tool that the model calls on the way.
import type { ApiClient } from '../protocol/client.ts';
import { ChatError, ConnectionError } from '../protocol/errors.ts';
import type { StreamRequest } from '../protocol/operations.ts';
import type { ClientToolCallItem, ThreadItem, ThreadStreamEvent } from '../protocol/wire.ts';

export interface TurnHost {
  receive(event: ThreadStreamEvent): void;
  /** Runs the tool and returns its result as JSON; it does not reject. */
  answer(call: ClientToolCallItem): Promise<unknown>;
}

/** A model that calls tools in a circle is stopped here; real turns need a handful. */
const MAX_HOPS = 100;

export class Turn {
  /** Settles when the server took the request: the first event came, or the turn is over. */
  readonly accepted: Promise<void>;
  readonly ended: Promise<void>;
  readonly #controller = new AbortController();
  #accept: () => void = () => undefined;
  #end: () => void = () => undefined;

  constructor() {
    this.accepted = new Promise((resolve) => (this.#accept = resolve));
    this.ended = new Promise((resolve) => (this.#end = resolve));
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Aborts what still runs. May be called again. */
  close(): void {
    this.#controller.abort();
    this.#accept();
    this.#end();
  }

  /** Raises what `ApiClient.stream` raises; after `close`, whatever the abort made of it. */
  async run(client: ApiClient, first: StreamRequest, host: TurnHost): Promise<void> {
    let request = first;
    for (let hops = 0; hops <= MAX_HOPS; hops++) {
      const call = await this.#follow(client.stream(request, this.signal), host);
      if (call === null) return;
      const result = await host.answer(call);
      request = { type: 'threads.add_client_tool_output', params: { thread_id: call.thread_id, result } };
    }
    throw new ChatError('client_tool_loop', 'The assistant called tools too many times in one turn.', { allowRetry: true });
  }

  /** The call that waits for this page when the stream is over, or null. */
  async #follow(stream: AsyncIterable<readonly ThreadStreamEvent[]>, host: TurnHost): Promise<ClientToolCallItem | null> {
    const hop = new Hop();
    for await (const events of stream) {
      for (const event of events) {
        this.signal.throwIfAborted(); // Any event's listener may have stopped the turn.
        hop.watch(event);
        host.receive(event);
      }
      this.#accept();
    }
    this.signal.throwIfAborted();
    return hop.finish();
  }
}

/** What one stream leaves open when it ends. */
class Hop {
  readonly #open = new Set<string>();
  #call: ClientToolCallItem | null = null;
  #isFailed = false;

  watch(event: ThreadStreamEvent): void {
    if (event.type === 'error') this.#isFailed = true;
    else if (event.type === 'thread.item.removed') this.#close(event.item_id);
    else if (event.type === 'thread.item.added') this.#watchItem(event.item, false);
    else if (event.type === 'thread.item.done' || event.type === 'thread.item.replaced') this.#watchItem(event.item, true);
  }

  finish(): ClientToolCallItem | null {
    if (this.#isFailed) return null;
    if (this.#open.size > 0) {
      throw new ConnectionError('stream_cut', 'The connection was lost before the answer was complete.');
    }
    return this.#call;
  }

  #watchItem(item: ThreadItem, isDone: boolean): void {
    this.#close(item.id);
    // Only text counts as cut off: servers may leave other items open, and store what they have.
    if (!isDone && item.type === 'assistant_message') this.#open.add(item.id);
    if (isDone && item.type === 'client_tool_call' && item.status === 'pending') this.#call = item;
  }

  #close(id: string): void {
    this.#open.delete(id);
    if (this.#call?.id === id) this.#call = null;
  }
}
