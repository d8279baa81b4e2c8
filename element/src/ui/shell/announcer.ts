// Announcements for screen readers: when an answer begins, how it ends, and its questions, but not its
// tokens.
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
  // The error is announced already.
  if (before.phase !== 'responding' || after.phase !== 'idle' || after.error !== null) return null;
  if (after.stopped) return strings.stoppedAnnounced;
  // A refused message is in the field again: there is no answer, and the field shows the reason.
  if (before.items.at(-1)?.status === 'sending' && after.items.length < before.items.length) return null;
  return pendingInput(after)?.inputs[0]?.question ?? strings.finished;
}
