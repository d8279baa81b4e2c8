// The state that the reducer makes and the components show. Immutable: a changed part is a new object,
// an unchanged part is the same object, so components compare by identity.
import type { ClientToolCallItem, ThreadItem, ThreadMeta } from '../../protocol/wire.ts';

export type ItemView = {
  readonly item: ThreadItem;
  /** `sending`: shown before the server confirmed it. `streaming`: added and not yet done. */
  readonly status: 'sending' | 'streaming' | 'done' | 'failed';
  /** Fraction 0–1 of a generated image, where the server reports it. */
  readonly progress?: number;
};

export type NoticeView = {
  readonly id: string;
  readonly level: 'info' | 'warning' | 'danger';
  readonly message: string;
  readonly title: string | null;
};

export type ErrorView = {
  readonly code: string;
  /** Ready to show; never empty. */
  readonly message: string;
  readonly allowRetry: boolean;
};

/**
 * `reconnecting`: the connection to a running turn is being replaced. `offline`: it will be when the network
 * returns.
 */
export type ConnectionStatus = 'live' | 'reconnecting' | 'offline';

export type ThreadView = {
  /** `null` on the start screen. */
  readonly thread: ThreadMeta | null;
  readonly items: readonly ItemView[];
  /** Older items exist on the server; `Session.loadEarlier` loads them. */
  readonly hasEarlier: boolean;
  /** `loading`: a thread is being fetched. `responding`: a response runs. */
  readonly phase: 'idle' | 'loading' | 'responding';
  /** The turn may be stopped by the user (`stream_options.allow_cancel`). */
  readonly canStop: boolean;
  readonly progress: { readonly icon: string | null; readonly text: string } | null;
  readonly error: ErrorView | null;
  readonly notices: readonly NoticeView[];
  /** The calls that wait for the person's confirmation, which `Session.decide` gives. */
  readonly confirmations: readonly ClientToolCallItem[];
  /** The user stopped the last turn. */
  readonly stopped: boolean;
  readonly connection: ConnectionStatus;
  /** The regions that the running turn locks, by name; null means all. */
  readonly lock: readonly string[] | null;
  /** Undo and redo events in order; the last one for a message counts. */
  readonly undone: readonly Undone[];
  /** The messages whose answers were stopped or failed. */
  readonly unfinished: readonly Unfinished[];
};

export type Unfinished = {
  readonly item_id: string;
  readonly isStopped: boolean;
  readonly error: ErrorView | null;
};

/** From the loaded thread, or from an event: then it has a `type`. */
export type Undone = {
  readonly type?: string;
  readonly item_id: string;
  readonly is_undone: boolean;
  readonly is_forgotten?: true;
};

export const emptyView: ThreadView = {
  thread: null,
  items: [],
  hasEarlier: false,
  phase: 'idle',
  canStop: false,
  progress: null,
  error: null,
  notices: [],
  confirmations: [],
  stopped: false,
  connection: 'live',
  lock: null,
  undone: [],
  unfinished: [],
};
