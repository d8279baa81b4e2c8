// The thread's state as a pure reducer: (view, event) → view. No DOM, no clock, no network.
// Ids are compared, never used as keys of objects, so an id such as `__proto__` is harmless.
import { type ChatError, describeOutcome, TurnError } from '../../protocol/errors.ts';
import type {
  ClientToolCallItem,
  Thread,
  ThreadItem,
  ThreadMeta,
  ThreadStreamEvent,
  TurnOutcome,
  UnfinishedAnswer,
  UserMessageItem,
} from '../../protocol/wire.ts';
import { updateItem } from './item_update.ts';
import { mergeAgain, mergeEarlier, mergeFresh } from './merge.ts';
import { forgetUnfinished, noteUnfinished, unfinishedFrom } from './unfinished.ts';
import { type ConnectionStatus, type ErrorView, emptyView, type ItemView, type ThreadView } from './view.ts';

/** Events that do not come from the server. */
export type LocalAction =
  /** Another thread, or the start screen when nothing loads. */
  | { type: 'local.opened'; isLoading: boolean }
  | { type: 'local.loaded'; thread: ThreadMeta; items: readonly ThreadItem[]; hasEarlier: boolean }
  | { type: 'local.earlier_loaded'; items: readonly ThreadItem[]; hasEarlier: boolean }
  /** The same thread, reloaded; `known` is `view.items` at the time of the request. */
  | {
      type: 'local.refreshed';
      thread: ThreadMeta;
      items: readonly ThreadItem[];
      hasEarlier: boolean;
      known: readonly ItemView[];
    }
  /** The same thread, reloaded because entries of its turn are missing. */
  | { type: 'local.resynced'; thread: ThreadMeta; items: readonly ThreadItem[]; hasEarlier: boolean }
  /** The current items of a running turn. */
  | { type: 'local.restored'; items: readonly ThreadItem[] }
  /** The other fields of the durable state. */
  | {
      type: 'local.durable_state';
      lock: readonly string[] | null;
      undone: readonly string[];
      unfinished?: readonly UnfinishedAnswer[];
    }
  /** The final status of the newest turn, which this page did not read. */
  | { type: 'local.turn_found'; status: TurnOutcome }
  | { type: 'local.connection'; connection: ConnectionStatus }
  | { type: 'local.load_failed'; error: ChatError }
  /** The user's message under a temporary id, until the server's item takes its place. */
  | { type: 'local.sent'; item: UserMessageItem }
  | { type: 'local.unsent_removed'; itemId: string }
  /** A message whose second attempt failed too. */
  | { type: 'local.unsent_restored'; item: UserMessageItem }
  | { type: 'local.retried'; itemId: string }
  | { type: 'local.turn_started' }
  | { type: 'local.turn_ended'; isStopped: boolean }
  | { type: 'local.tool_started' }
  | { type: 'local.tool_answered'; itemId: string; output: unknown }
  /** The confirmations that are asked now. */
  | { type: 'local.confirmations'; calls: readonly ClientToolCallItem[] }
  | { type: 'local.failed'; error: ChatError }
  | { type: 'local.notice_dismissed'; id: string };

/** The next view. Unchanged objects keep their identity, and so does the view if nothing changed. */
export function reduce(view: ThreadView, event: ThreadStreamEvent | LocalAction): ThreadView {
  switch (event.type) {
    case 'thread.created':
    case 'thread.updated':
      return mergeThread(view, event.thread);
    case 'thread.item.added':
      return putItem(view, event.item, 'streaming');
    case 'thread.item.done':
      return putItem(view, event.item, 'done');
    case 'thread.item.updated':
      return changeItem(view, event.item_id, (known) => updateItem(known, event.update));
    case 'thread.item.removed':
      return removeItem(view, event.item_id);
    case 'thread.item.replaced':
      return changeItem(view, event.item.id, () => ({ item: event.item, status: 'done' }));
    case 'stream_options':
      return { ...view, canStop: view.phase === 'responding' && event.stream_options.allow_cancel };
    case 'progress_update':
      return { ...view, progress: { icon: event.icon ?? null, text: event.text ?? event.message ?? '' } };
    case 'error':
      return fail(view, errorView(new TurnError(event)));
    case 'turnstream.answer_ended':
      return answerEnded(view, event);
    case 'notice':
      return addNotice(view, event);
    case 'turnstream.turn_ended':
      return failTurn({ ...view, items: view.items.map(closeItem), lock: null }, event.status);
    case 'turnstream.call_ended':
      return changeItem(view, event.item_id, (known) => endCall(known, event));
    case 'turnstream.lock':
      return { ...view, lock: event.regions ?? null };
    case 'turnstream.undone':
      return { ...view, undone: [...view.undone, event] };
    case 'turnstream.live':
    case 'turnstream.reset':
    case 'turnstream.reconnect':
      return view; // Events of the connection.
    case 'local.opened':
      return event.isLoading ? { ...emptyView, phase: 'loading' } : emptyView;
    case 'local.loaded':
      return {
        ...emptyView,
        thread: event.thread,
        items: event.items.map(doneItem),
        hasEarlier: event.hasEarlier,
      };
    case 'local.earlier_loaded':
      return { ...view, items: mergeEarlier(view.items, event.items), hasEarlier: event.hasEarlier };
    case 'local.refreshed':
      return mergeFresh(view, event);
    case 'local.resynced':
      return mergeAgain(view, event);
    case 'local.restored':
      return restore(view, event.items);
    case 'local.durable_state':
      return {
        ...view,
        lock: event.lock,
        undone: event.undone.map((item_id) => ({ item_id, is_undone: true })),
        unfinished: event.unfinished?.map(unfinishedFrom) ?? view.unfinished,
      };
    case 'local.turn_found':
      return stopTurn(findTurn(view, event.status), event.status === 'cancelled');
    case 'local.connection':
      return view.connection === event.connection ? view : { ...view, connection: event.connection };
    case 'local.load_failed':
      return { ...view, phase: 'idle', error: errorView(event.error) };
    case 'local.sent':
      return { ...view, items: [...view.items, { item: event.item, status: 'sending' }] };
    case 'local.unsent_removed':
      return removeItem(view, event.itemId);
    case 'local.unsent_restored':
      return { ...view, items: [...view.items, { item: event.item, status: 'failed' }] };
    case 'local.retried':
      return dropAfter(forgetUnfinished(view, event.itemId), event.itemId);
    case 'local.turn_started':
      // Stoppable until the server forbids it: a server that never answers must not block the page.
      return { ...view, phase: 'responding', canStop: true, progress: null, error: null, stopped: false };
    case 'local.turn_ended':
      return endTurn(view, event.isStopped);
    case 'local.tool_started':
      // No stream is open, so the server cannot have forbidden a stop.
      return view.canStop ? view : { ...view, canStop: true };
    case 'local.tool_answered':
      return changeItem(view, event.itemId, (known) => answerTool(known, event.output));
    case 'local.confirmations':
      return { ...view, confirmations: event.calls };
    case 'local.failed':
      return fail(view, errorView(event.error));
    case 'local.notice_dismissed':
      return { ...view, notices: view.notices.filter((notice) => notice.id !== event.id) };
    default:
      return view; // Client effects are not state, and a newer server may send unknown events.
  }
}

function fail(view: ThreadView, error: ErrorView): ThreadView {
  return noteUnfinished({ ...view, error }, { error });
}

function stopTurn(view: ThreadView, stopped: boolean): ThreadView {
  return stopped ? noteUnfinished({ ...view, stopped }, { isStopped: true }) : { ...view, stopped };
}

function answerEnded(
  view: ThreadView,
  { item_id, status, error }: Extract<ThreadStreamEvent, { type: 'turnstream.answer_ended' }>,
): ThreadView {
  const others = forgetUnfinished(view, item_id);
  return status === 'retried'
    ? others
    : {
        ...others,
        unfinished: [
          ...others.unfinished,
          unfinishedFrom({ item_id, status, ...(error != null && { error }) }),
        ],
      };
}

export function errorView({ code, message, allowRetry }: ChatError): ErrorView {
  return { code, message, allowRetry };
}

function doneItem(item: ThreadItem): ItemView {
  return { item, status: 'done' };
}

/** These events carry no items, whatever their `items` field says. */
function mergeThread(view: ThreadView, { items: _items, ...meta }: Thread): ThreadView {
  if (view.thread !== null && view.thread.id !== meta.id) return view;
  return { ...view, thread: { ...view.thread, ...meta } };
}

function putItem(view: ThreadView, item: ThreadItem, status: 'streaming' | 'done'): ThreadView {
  if (item.type === 'user_message') return putUserMessage(view, { item, status });
  const progress = isOutput(item) ? null : view.progress;
  return { ...view, progress, items: put(view.items, { item, status }, indexOf(view.items, item.id)) };
}

/** Whether the event ends the progress line. A client tool call does not. */
function isOutput(item: ThreadItem): boolean {
  return item.type !== 'client_tool_call';
}

function putUserMessage(view: ThreadView, message: ItemView): ThreadView {
  const known = indexOf(view.items, message.item.id);
  const sending = view.items.findLastIndex((candidate) => candidate.status === 'sending');
  if (known === -1 || sending === -1)
    return { ...view, items: put(view.items, message, Math.max(known, sending)) };
  // Both exist if the thread was reloaded before the confirmation arrived.
  return { ...view, items: put(view.items, message, known).toSpliced(sending, 1) };
}

function put(items: readonly ItemView[], view: ItemView, index: number): ItemView[] {
  const changed = items.slice();
  if (index === -1) changed.push(view);
  else changed[index] = view;
  return changed;
}

function changeItem(view: ThreadView, id: string, change: (known: ItemView) => ItemView): ThreadView {
  const index = indexOf(view.items, id);
  const known = view.items[index];
  if (known === undefined) return view;
  const changed = change(known);
  return changed === known ? view : { ...view, items: put(view.items, changed, index) };
}

function removeItem(view: ThreadView, id: string): ThreadView {
  const index = indexOf(view.items, id);
  return index === -1 ? view : { ...view, items: view.items.toSpliced(index, 1) };
}

function dropAfter(view: ThreadView, id: string): ThreadView {
  const index = indexOf(view.items, id);
  if (index === -1 || index === view.items.length - 1) return view;
  return { ...view, items: view.items.slice(0, index + 1) };
}

/** Searches from the end: the streaming item is nearly always the last, and threads are long. */
function indexOf(items: readonly ItemView[], id: string): number {
  return items.findLastIndex((candidate) => candidate.item.id === id);
}

/** Keeps the text that has arrived. An unconfirmed message has failed and can be sent again. */
function endTurn(view: ThreadView, isStopped: boolean): ThreadView {
  const items = view.items.some(isUnfinished) ? view.items.map(finishItem) : view.items;
  return stopTurn(
    { ...view, items, phase: 'idle', canStop: false, progress: null, connection: 'live', lock: null },
    isStopped,
  );
}

/** An error event explains more than the status `failed`, and less than `interrupted`. */
function failTurn(view: ThreadView, status: TurnOutcome): ThreadView {
  const error = describeOutcome(status);
  const isKnown = view.error !== null && status !== 'interrupted';
  return error === null || isKnown ? view : fail(view, errorView(error));
}

/** A completed turn clears an earlier error, unless it belongs to a message that was not sent. */
function findTurn(view: ThreadView, status: TurnOutcome): ThreadView {
  if (describeOutcome(status) !== null || view.items.at(-1)?.status === 'failed')
    return failTurn(view, status);
  return { ...view, error: null };
}

function closeItem(view: ItemView): ItemView {
  return view.status === 'streaming' ? finishItem(view) : view;
}

/** If another page answered, this one knows the decision but not the result. */
function endCall(
  known: ItemView,
  { status, is_declined }: Extract<ThreadStreamEvent, { type: 'turnstream.call_ended' }>,
): ItemView {
  if (known.item.type !== 'client_tool_call' || known.item.status === 'completed') return known;
  const code = status === 'answered' ? (is_declined ? 'declined' : null) : status;
  return {
    item: { ...known.item, status: 'completed', ...(code !== null && { output: { error: { code } } }) },
    status: 'done',
  };
}

/** Items that the pages contain are complete, except the last, which may still stream. */
function restore(view: ThreadView, items: readonly ThreadItem[]): ThreadView {
  const last = items.findLast((item) => item.type !== 'user_message' && item.type !== 'client_tool_call');
  let known = view.items;
  for (const item of items) {
    const index = indexOf(known, item.id);
    const isOpen = item === last || (index === -1 && isOutput(item) && item.type !== 'user_message');
    known = put(known, { item, status: isOpen ? 'streaming' : 'done' }, index);
  }
  return known === view.items ? view : { ...view, items: known };
}

function isUnfinished({ status }: ItemView): boolean {
  return status === 'streaming' || status === 'sending';
}

function finishItem(view: ItemView): ItemView {
  if (!isUnfinished(view)) return view;
  return { item: view.item, status: view.status === 'sending' ? 'failed' : 'done' };
}

function answerTool(known: ItemView, output: unknown): ItemView {
  if (known.item.type !== 'client_tool_call') return known;
  return { ...known, item: { ...known.item, status: 'completed', output } };
}

function addNotice(view: ThreadView, event: Extract<ThreadStreamEvent, { type: 'notice' }>): ThreadView {
  const last = view.notices.at(-1)?.id.replace('notice-', '') ?? '0';
  const notice = {
    id: `notice-${Number(last) + 1}`,
    level: event.level,
    message: event.message,
    title: event.title ?? null,
  };
  return { ...view, notices: [...view.notices, notice] };
}
