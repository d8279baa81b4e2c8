// The client tools that this tab has taken on. A reload in the middle must neither run one again nor leave it waiting.
import { uuid } from '../protocol/uuid.ts';
import type { Platform } from './platform.ts';

/**
 * `claimId` makes a claim safe to repeat: the server grants it again. A call is `claiming` until the grant was heard, so
 * that its handler has not begun; from then on it is `running`.
 */
export type Claim = { readonly claimId: string; readonly state: 'claiming' | 'running' };

const NAME = 'calls';

export class ClaimedCalls {
  readonly #platform: Platform;
  /** Those of the page that this tab showed before are among them. */
  readonly #claims: Map<string, Claim>;
  readonly #met = new Set<string>();

  constructor(platform: Platform) {
    this.#platform = platform;
    this.#claims = new Map(read(platform.recall(NAME)));
  }

  /** True for the first time in this page. */
  meet(callId: string): boolean {
    if (this.#met.has(callId)) return false;
    this.#met.add(callId);
    return true;
  }

  /** It was not begun after all, and may be met again. */
  forget(callId: string): void {
    this.#met.delete(callId);
  }

  /** The claim to ask for: the one that was made before, or a new one. */
  claim(callId: string): Claim {
    return this.#claims.get(callId) ?? this.#set(callId, { claimId: uuid(), state: 'claiming' });
  }

  /** Its handler was begun in this page, or in the one that this tab showed before. */
  isRunning(callId: string): boolean {
    return this.#claims.get(callId)?.state === 'running';
  }

  begin(callId: string): void {
    this.#set(callId, { ...this.claim(callId), state: 'running' });
  }

  end(callId: string): void {
    this.#claims.delete(callId);
    this.#keep();
  }

  #set(callId: string, claim: Claim): Claim {
    this.#claims.set(callId, claim);
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
    return Object.entries(stored as Record<string, unknown>).filter((entry): entry is [string, Claim] => isClaim(entry[1]));
  } catch {
    return [];
  }
}

/** Another version of this element may have kept it. */
function isClaim(value: unknown): value is Claim {
  const { claimId, state } = (value ?? {}) as Partial<Claim>;
  return typeof claimId === 'string' && (state === 'claiming' || state === 'running');
}
