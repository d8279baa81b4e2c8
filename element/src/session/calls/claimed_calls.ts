// The client tool calls that this tab has claimed. After a reload, none must run twice or stay without an
// answer.
import { uuid } from '../../protocol/uuid.ts';
import type { Platform } from '../platform.ts';

/**
 * `claimId` makes a claim safe to repeat: the server grants it again. A call is `claiming` until the server
 * grants it, so its handler has not started; from then on it is `running`.
 */
export type Claim = { readonly claimId: string; readonly state: 'claiming' | 'running' };

const NAME = 'calls';

export class ClaimedCalls {
  readonly #platform: Platform;
  /** By item id, since models reuse call ids. Includes the claims of the previous page in this tab. */
  readonly #claims: Map<string, Claim>;
  readonly #met = new Set<string>();

  constructor(platform: Platform) {
    this.#platform = platform;
    this.#claims = new Map(read(platform.recall(NAME)));
  }

  /** True for the first time in this page. */
  meet(itemId: string): boolean {
    if (this.#met.has(itemId)) return false;
    this.#met.add(itemId);
    return true;
  }

  /** The call was not started after all, and may be offered again. */
  forget(itemId: string): void {
    this.#met.delete(itemId);
  }

  /** The claim to send: the stored one, or a new one. */
  claim(itemId: string): Claim {
    return this.#claims.get(itemId) ?? this.#set(itemId, { claimId: uuid(), state: 'claiming' });
  }

  /** Whether its handler was started in this page, or in this tab before a reload. */
  isRunning(itemId: string): boolean {
    return this.#claims.get(itemId)?.state === 'running';
  }

  begin(itemId: string): void {
    this.#set(itemId, { ...this.claim(itemId), state: 'running' });
  }

  end(itemId: string): void {
    this.#claims.delete(itemId);
    this.#keep();
  }

  #set(itemId: string, claim: Claim): Claim {
    this.#claims.set(itemId, claim);
    this.#keep();
    return claim;
  }

  #keep(): void {
    this.#platform.keep(NAME, JSON.stringify(Object.fromEntries(this.#claims)));
  }
}

function read(text: string | null): [string, Claim][] {
  try {
    const stored: unknown = JSON.parse(text ?? '{}');
    return Object.entries(stored as Record<string, unknown>).filter((entry): entry is [string, Claim] =>
      isClaim(entry[1]),
    );
  } catch {
    return [];
  }
}

/** Another version of this element may have stored it. */
function isClaim(value: unknown): value is Claim {
  const { claimId, state } = (value ?? {}) as Partial<Claim>;
  return typeof claimId === 'string' && (state === 'claiming' || state === 'running');
}
