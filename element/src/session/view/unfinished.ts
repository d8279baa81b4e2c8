// Which answers are incomplete, and why. The reason is shown with them.
import { describeOutcome, TurnError } from '../../protocol/errors.ts';
import type { UnfinishedAnswer } from '../../protocol/wire.ts';
import type { ErrorView, ThreadView, Unfinished } from './view.ts';

/** As the server sends it. */
export function unfinishedFrom({ item_id, status, error }: UnfinishedAnswer): Unfinished {
  const isStopped = status === 'cancelled';
  const failure = isStopped ? null : error == null ? describeOutcome(status) : new TurnError(error);
  return {
    item_id,
    isStopped,
    error: failure && { code: failure.code, message: failure.message, allowRetry: failure.allowRetry },
  };
}

/** Marks the last answer of the view as incomplete. A message that was not sent has its own mark. */
export function noteUnfinished(
  view: ThreadView,
  how: { readonly isStopped?: boolean; readonly error?: ErrorView },
): ThreadView {
  const message = view.items.findLast(({ item }) => item.type === 'user_message');
  if (message === undefined || message.status !== 'done') return view;
  const item_id = message.item.id;
  const known = view.unfinished.find((one) => one.item_id === item_id) ?? { isStopped: false, error: null };
  return {
    ...view,
    unfinished: [...view.unfinished.filter((one) => one.item_id !== item_id), { ...known, ...how, item_id }],
  };
}

export function forgetUnfinished(view: ThreadView, itemId: string): ThreadView {
  const unfinished = view.unfinished.filter(({ item_id }) => item_id !== itemId);
  return unfinished.length === view.unfinished.length ? view : { ...view, unfinished };
}
