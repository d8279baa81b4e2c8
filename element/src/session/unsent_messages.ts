// Messages that the server has not confirmed yet, by the temporary id under which they are shown.
import { uuid } from '../protocol/uuid.ts';
import type { Submission } from './response/turn_stream.ts';
import { messageRequest } from './user_message.ts';
import type { ItemView } from './view/view.ts';

export class Unsent {
  readonly #submissions = new Map<string, Submission>();

  add(itemId: string, submission: Submission): void {
    this.#submissions.set(itemId, submission);
  }

  delete(itemId: string): void {
    this.#submissions.delete(itemId);
  }

  clear(): void {
    this.#submissions.clear();
  }

  /**
   * How to send the message again; null if the server has it. The same request keeps its key, since it may
   * have arrived.
   */
  again(itemId: string, threadId: string | null): Submission | null {
    const known = this.#submissions.get(itemId);
    if (known?.request.type !== 'threads.create' && known?.request.type !== 'threads.add_user_message')
      return null;
    const request = messageRequest(threadId, known.request.params.input);
    return request.type === known.request.type ? known : { request, key: uuid() };
  }

  /** A confirmed message has left the view under its temporary id. */
  keepShown(items: readonly ItemView[]): void {
    const shown = new Set(items.map(({ item }) => item.id));
    for (const itemId of this.#submissions.keys()) if (!shown.has(itemId)) this.#submissions.delete(itemId);
  }
}
