// What the parts of a session share. The session makes one context and gives it to all of them.
import type { Emit } from '../api/events.ts';
import type { ApiClient } from '../protocol/client.ts';
import type { DurableState, ThreadStreamEvent } from '../protocol/wire.ts';
import type { ClientToolHandler } from './calls/client_tool.ts';
import type { RequestFrame } from './listeners.ts';
import type { Platform } from './platform.ts';
import type { TabMessage } from './tabs.ts';
import type { ViewState } from './view/view_state.ts';

/** What a session needs from the element. */
export interface SessionEnvironment {
  readonly client: ApiClient;
  readonly platform: Platform;
  /** Must not throw: the page's handlers are guarded behind it. */
  readonly emit: Emit;
  /** Resolves when the page has handled everything that was emitted before. */
  readonly delivered: () => Promise<void>;
  /** Runs `run` in order with the emitted events: at once if none is queued. */
  readonly enqueue: (run: () => void) => void;
  /** Read for each call, so that the handler of the newest options runs. */
  readonly clientToolHandler: () => ClientToolHandler;
  readonly requestFrame: RequestFrame;
}

export interface SessionContext extends SessionEnvironment {
  readonly state: ViewState;
  readonly threadId: string | null;
  /** Called after the view has applied the event. */
  readonly received: (event: ThreadStreamEvent) => void;
  /** Reloads and shows the open thread; undefined if another thread is open by then. */
  readonly resync: (threadId: string, signal: AbortSignal) => Promise<DurableState | undefined>;
  /** Checks the thread for events that were not read. */
  readonly check: () => void;
  /** Sends a message to the other tabs. */
  readonly tell: (message: TabMessage) => void;
  /** Opens the start screen. */
  readonly openStart: () => void;
}
