// All threads of the person: listed, renamed, deleted, rated.
import type { ApiClient } from '../../protocol/client.ts';
import type { JsonOperations } from '../../protocol/operations.ts';
import type { ThreadList } from '../session.ts';

export class ThreadDirectory {
  readonly #client: ApiClient;
  readonly #report: (thrown: unknown) => Error;

  /** `report` gets each failure, and the caller the error that it returns. */
  constructor(client: ApiClient, report: (thrown: unknown) => Error) {
    this.#client = client;
    this.#report = report;
  }

  async list(after: string | null): Promise<ThreadList> {
    const page = await this.#ask('threads.list', {
      limit: 20,
      order: 'desc',
      ...(after !== null && { after }),
    });
    return { threads: page.data, after: page.has_more ? (page.after ?? page.data.at(-1)?.id ?? null) : null };
  }

  async rename(threadId: string, title: string): Promise<void> {
    await this.#ask('threads.update', { thread_id: threadId, title });
  }

  async delete(threadId: string): Promise<void> {
    await this.#ask('threads.delete', { thread_id: threadId });
  }

  async rate(threadId: string, itemIds: readonly string[], kind: 'positive' | 'negative'): Promise<void> {
    await this.#ask('items.feedback', { thread_id: threadId, item_ids: itemIds, kind });
  }

  async #ask<Type extends keyof JsonOperations>(
    type: Type,
    params: JsonOperations[Type]['params'],
  ): Promise<JsonOperations[Type]['answer']> {
    try {
      return await this.#client.call(type, params);
    } catch (error) {
      throw this.#report(error);
    }
  }
}
