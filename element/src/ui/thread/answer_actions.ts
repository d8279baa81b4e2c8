// Actions on a finished turn: feedback, and the result of copying, which the chat starts.
import type { Session } from '../../session/session.ts';
import type { Strings } from '../i18n/strings.ts';
import type { MessageList } from './message_list.ts';
import type { Feedback } from './message_group.ts';
import { answerIds, type MessageGroup } from './message_groups.ts';

export const styles = [];

/** How long a button shows the result of copying, in ms. */
const COPIED_MS = 2000;

export type AnswerActionsHost = {
  readonly strings: Strings;
  readonly session: Session | null;
  readonly threads: MessageList;
  readonly changed: () => void;
  readonly announce: (words: string) => void;
  readonly failed: (name: string, error: unknown) => void;
};

export class AnswerActions {
  readonly #host: AnswerActionsHost;

  constructor(host: AnswerActionsHost) {
    this.#host = host;
  }

  /** Shows the result of copying at `place`, a turn or the button of a code block; for a message it is only announced. */
  copied(isCopied: boolean, place: MessageGroup | HTMLElement | null): void {
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
  async give(group: MessageGroup, kind: Feedback): Promise<void> {
    const { session, threads, changed, failed } = this.#host;
    const before = threads.feedbackOf(group.key);
    if (before === kind) return;
    threads.giveFeedback(group.key, kind);
    changed();
    try {
      await session?.feedback(answerIds(group), kind);
    } catch (error) {
      threads.giveFeedback(group.key, before);
      changed();
      failed('feedback_failed', error);
    }
  }
}
