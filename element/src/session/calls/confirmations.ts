// The client tool calls that wait for the person's confirmation.
import type { ClientToolCallItem } from '../../protocol/wire.ts';

/** `withdrawn`: the call no longer needs a decision. */
export type Decision = 'allowed' | 'declined' | 'withdrawn';

type Open = { readonly call: ClientToolCallItem; readonly resolve: (decision: Decision) => void };

export class Confirmations {
  readonly #show: (calls: readonly ClientToolCallItem[]) => void;
  readonly #open = new Map<string, Open>();

  constructor(show: (calls: readonly ClientToolCallItem[]) => void) {
    this.#show = show;
  }

  get isEmpty(): boolean {
    return this.#open.size === 0;
  }

  has(itemId: string): boolean {
    return this.#open.has(itemId);
  }

  ask(call: ClientToolCallItem): Promise<Decision> {
    return new Promise((resolve) => {
      this.#open.set(call.id, { call, resolve });
      this.#changed();
    });
  }

  /** The first decision counts. */
  decide(itemId: string, decision: Decision): void {
    const open = this.#open.get(itemId);
    if (open === undefined) return;
    this.#open.delete(itemId);
    this.#changed();
    open.resolve(decision);
  }

  withdrawAll(): void {
    for (const itemId of [...this.#open.keys()]) this.decide(itemId, 'withdrawn');
  }

  #changed(): void {
    this.#show([...this.#open.values()].map(({ call }) => call));
  }
}
