// Watches one stream of an official server for what its end leaves open: such a server sends no terminal
// event.
import { cutStream } from '../../protocol/errors.ts';
import type { ClientToolCallItem, ThreadItem, ThreadStreamEvent } from '../../protocol/wire.ts';

export class OfficialStream {
  readonly #open = new Set<string>();
  #call: ClientToolCallItem | null = null;
  #isFailed = false;

  watch(event: ThreadStreamEvent): void {
    if (event.type === 'error') this.#isFailed = true;
    else if (event.type === 'thread.item.removed') this.#close(event.item_id);
    else if (event.type === 'thread.item.added') this.#watchItem(event.item, false);
    else if (event.type === 'thread.item.done' || event.type === 'thread.item.replaced')
      this.#watchItem(event.item, true);
  }

  /** The call that this page must answer, or null. Raises: `ConnectionError` when text was cut off. */
  finish(): ClientToolCallItem | null {
    if (this.#isFailed) return null;
    if (this.#open.size > 0) throw cutStream();
    return this.#call;
  }

  #watchItem(item: ThreadItem, isDone: boolean): void {
    this.#close(item.id);
    // Only unfinished text counts as cut off: servers may leave other items open and store them.
    if (!isDone && item.type === 'assistant_message') this.#open.add(item.id);
    if (isDone && item.type === 'client_tool_call' && item.status === 'pending') this.#call = item;
  }

  #close(id: string): void {
    this.#open.delete(id);
    if (this.#call?.id === id) this.#call = null;
  }
}
