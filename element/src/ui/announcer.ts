// What a screen reader is told: when an answer begins and how it ends, never its tokens.
import type { ThreadView } from '../state/view.ts';
import type { Strings } from './strings.ts';
import { linkText } from './turns.ts';

/** The words to announce for the step from `before` to `after`, or `null`. */
export function announcement(before: ThreadView | null, after: ThreadView, strings: Strings): string | null {
  if (after.error !== null && after.error !== before?.error) return after.error.message;
  const isSameThread = before?.thread?.id === after.thread?.id || before?.thread == null;
  if (before === null || !isSameThread) return null;
  if (before.link !== after.link && after.link !== 'live') return linkText(after.items, after.link, strings);
  if (before.phase !== 'responding' && after.phase === 'responding') return strings.responding;
  if (before.phase !== 'responding' || after.phase !== 'idle') return null;
  return after.stopped ? strings.stoppedAnnounced : strings.finished;
}
