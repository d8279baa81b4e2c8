// What a screen reader is told: when an answer begins and how it ends, and what it asks, never its tokens.
import type { ThreadView } from '../../session/view/view.ts';
import { type Strings, said } from '../i18n/strings.ts';
import { confirmationText } from '../thread/confirmation_text.ts';
import { connectionText, pendingInput } from '../thread/message_groups.ts';

/** The words to announce for the step from `before` to `after`, or `null`. */
export function announcement(before: ThreadView | null, after: ThreadView, strings: Strings): string | null {
  if (after.error !== null && after.error !== before?.error) return said(after.error.message, strings);
  const isSameThread = before?.thread?.id === after.thread?.id || before?.thread == null;
  if (before === null || !isSameThread) return null;
  if (before.connection !== after.connection && after.connection !== 'live')
    return connectionText(after.items, after.connection, strings);
  const asked = after.confirmations.filter((call) => !before.confirmations.includes(call));
  if (asked.length > 0) return asked.map((call) => confirmationText(call, strings)).join(' ');
  if (before.phase !== 'responding' && after.phase === 'responding') return strings.responding;
  if (before.phase !== 'responding' || after.phase !== 'idle' || after.error !== null) return null; // What went wrong has been said.
  if (after.stopped) return strings.stoppedAnnounced;
  // A message that was refused is in the field again: nothing was answered, and the field says why.
  if (before.items.at(-1)?.status === 'sending' && after.items.length < before.items.length) return null;
  return pendingInput(after)?.inputs[0]?.question ?? strings.finished;
}
