// Actions of a finished answer: feedback, and the result of copying, which the chat starts.
import type { ChatContext } from '../context.ts';
import type { Feedback } from './message_group.ts';
import type { MessageGroup } from './message_groups.ts';
import type { MessageList } from './message_list.ts';

/** How long a button shows the result of copying, in ms. */
const COPIED_MS = 2000;

export class AnswerActions {
  readonly #context: ChatContext;
  readonly #list: MessageList;

  constructor(context: ChatContext, list: MessageList) {
    this.#context = context;
    this.#list = list;
  }

  /**
   * Shows the result of copying at `place`, a message group or the button of a code block; for a message it
   * is only announced.
   */
  copied(isCopied: boolean, place: MessageGroup | HTMLElement | null): void {
    const { strings } = this.#context;
    const words = isCopied ? strings.copied : strings.copyFailed;
    this.#context.announce(words);
    if (place instanceof HTMLElement) {
      place.textContent = words;
      setTimeout(() => (place.textContent = strings.copy), COPIED_MS);
    } else if (place !== null) {
      const mark = { key: place.key, isCopied };
      this.#list.markCopied(mark);
      setTimeout(() => {
        if (this.#list.copied === mark) this.#list.markCopied(null);
        void this.#context.changed();
      }, COPIED_MS);
    }
    void this.#context.changed();
  }

  /** Shows the feedback at once, and removes it if the server refuses it. */
  async give(group: MessageGroup, kind: Feedback): Promise<void> {
    const { session } = this.#context;
    const before = this.#list.feedbackOf(group.key);
    if (before === kind) return;
    this.#list.giveFeedback(group.key, kind);
    void this.#context.changed();
    try {
      await session?.feedback(answerIds(group), kind);
    } catch (error) {
      this.#list.giveFeedback(group.key, before);
      void this.#context.changed();
      this.#context.failed('feedback_failed', error);
    }
  }
}

/** The ids of the assistant's items, to which feedback refers. */
export function answerIds(group: MessageGroup): string[] {
  return group.items
    .filter(({ item }) => item.type !== 'user_message' && item.type !== 'end_of_turn')
    .map(({ item }) => item.id);
}
