// What the client tool calls of a thread report, and what their runner uses of them.
import type { ClientToolCallItem } from '../../protocol/wire.ts';
import type { StreamStart } from '../response/turn_stream.ts';
import type { ClaimedCalls } from './claimed_calls.ts';
import type { Confirmations } from './confirmations.ts';

export type CallEvents = {
  /** A call is about to run here, or the person is about to be asked. */
  readonly started: () => void;
  readonly failed: (error: unknown) => void;
  /** The call could not be claimed or confirmed now; offer it again later. */
  readonly unclaimed: (call: ClientToolCallItem) => void;
};

/** What the runner uses of the calls of its thread. */
export interface CallsAccess {
  readonly claimed: ClaimedCalls;
  readonly confirmations: Confirmations;
  readonly events: CallEvents;
  readonly state: 'open' | 'left' | 'dropped';
  readonly running: ReadonlyMap<string, ClientToolCallItem>;
  end(itemId: string): void;
  goOn(start: StreamStart): void;
}
