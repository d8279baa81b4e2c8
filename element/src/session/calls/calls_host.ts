// What the client tools of a thread ask of the session, and what their runner sees of them.
import type { ApiClient } from '../../protocol/client.ts';
import type { ClientToolCallItem } from '../../protocol/wire.ts';
import type { Platform } from '../platform.ts';
import type { StreamStart } from '../response/turn_stream.ts';
import type { ClaimedCalls } from './claimed_calls.ts';
import type { ClientToolHandler } from './client_tool.ts';

export interface CallsHost {
  readonly client: ApiClient;
  readonly platform: Platform;
  readonly claimed: ClaimedCalls;
  readonly handler: () => ClientToolHandler;
  /** The confirmations that are asked now. */
  ask(confirmations: readonly ClientToolCallItem[]): void;
  /** The page has had everything that came before. */
  delivered(): Promise<void>;
  /** A call is about to run here, or the person is about to be asked. */
  started(): void;
  answered(call: ClientToolCallItem, output: unknown): void;
  failed(error: unknown): void;
  /** Nobody can be asked for the call now; it is to be offered again when that may have changed. */
  unclaimed(call: ClientToolCallItem): void;
  /** A call of a thread that was left meanwhile led to another turn. */
  orphaned(threadId: string): void;
}

/** What the runner of calls sees of them. */
export type CallsAccess = {
  readonly state: 'open' | 'left' | 'dropped';
  readonly running: ReadonlyMap<string, ClientToolCallItem>;
  readonly end: (itemId: string) => void;
  /** An answer has begun the turn that the response goes on with. */
  readonly goOn: (start: StreamStart) => void;
};
