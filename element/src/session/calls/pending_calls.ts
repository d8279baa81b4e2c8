// The client tool calls that a thread waits for, according to the events received so far.
import type { ClientToolCallItem, ThreadItem, ThreadStreamEvent } from '../../protocol/wire.ts';

export class PendingCalls {
  readonly #calls = new Map<string, ClientToolCallItem>();

  watch(event: ThreadStreamEvent): void {
    if (event.type === 'thread.item.removed') this.#calls.delete(event.item_id);
    else if (event.type === 'turnstream.call_ended') this.#calls.delete(event.item_id);
    else if (event.type === 'thread.item.done' || event.type === 'thread.item.replaced')
      this.#watchItem(event.item);
    else if (event.type === 'error') this.#calls.clear();
    else if (event.type === 'turnstream.turn_ended' && event.status !== 'completed') this.#calls.clear();
  }

  /** Of a whole thread, in order: only calls after the last user message can still be pending. */
  watchItems(items: readonly ThreadItem[]): void {
    const last = items.findLastIndex((item) => item.type === 'user_message');
    for (const item of items.slice(last + 1)) this.#watchItem(item);
  }

  add(call: ClientToolCallItem): void {
    this.#calls.set(call.id, call);
  }

  /** Each is returned once. */
  drain(): ClientToolCallItem[] {
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    return calls;
  }

  #watchItem(item: ThreadItem): void {
    if (item.type === 'client_tool_call' && item.status === 'pending') this.add(item);
    else this.#calls.delete(item.id);
  }
}
