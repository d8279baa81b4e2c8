// Actions on a finished turn: feedback, and the result of copying, which the chat starts.
import type { Session } from '../../session/session.ts';
import type { Strings } from '../i18n/strings.ts';
import type { ThreadList } from './message_list.ts';
import type { Feedback } from './message_group.ts';
import { answerIds, type Turn } from './message_groups.ts';

export const styles = [];

/** How long a button shows the result of copying, in ms. */
const COPIED_MS = 2000;

export type TurnActionsHost = {
  readonly strings: Strings;
  readonly session: Session | null;
  readonly threads: ThreadList;
  readonly changed: () => void;
  readonly announce: (words: string) => void;
  readonly failed: (name: string, error: unknown) => void;
};

export class TurnActions {
  readonly #host: TurnActionsHost;

  constructor(host: TurnActionsHost) {
    this.#host = host;
  }

  /** Shows the result of copying at `place`, a turn or the button of a code block; for a message it is only announced. */
  copied(isCopied: boolean, place: Turn | HTMLElement | null): void {
    const { strings, threads, announce, changed } = this.#host;
    const words = isCopied ? strings.copied : strings.copyFailed;
    announce(words);
    if (place instanceof HTMLElement) {
      place.textContent = words;
      setTimeout(() => (place.textContent = strings.copy), COPIED_MS);
    } else if (place !== null) {
      const mark = { key: place.key, isCopied };
      threads.markCopied(mark);
      setTimeout(() => {
        if (threads.copied === mark) threads.markCopied(null);
        changed();
      }, COPIED_MS);
    }
    changed();
  }

  /** Shows the choice at once, and takes it back when the server does not. */
  async give(turn: Turn, kind: Feedback): Promise<void> {
    const { session, threads, changed, failed } = this.#host;
    const before = threads.feedbackOf(turn.key);
    if (before === kind) return;
    threads.giveFeedback(turn.key, kind);
    changed();
    try {
      await session?.feedback(answerIds(turn), kind);
    } catch (error) {
      threads.giveFeedback(turn.key, before);
      changed();
      failed('feedback_failed', error);
    }
  }
}
