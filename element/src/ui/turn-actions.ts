// What a person does with a finished turn: copy it, and say whether it was good.
import type { UserMessageItem } from '../protocol/wire.ts';
import type { Session } from '../state/session.ts';
import { copyText } from './clipboard.ts';
import type { Strings } from './strings.ts';
import type { ThreadList } from './thread.ts';
import type { Feedback } from './turn.ts';
import { answerIds, answerText, messageText, type Turn } from './turns.ts';

export const styles = [];

/** How long a button says that it has copied. */
const COPIED_MS = 2000;

export type TurnActionsHost = {
  readonly strings: Strings;
  readonly session: Session | null;
  readonly threads: ThreadList;
  readonly changed: () => void;
  readonly copied: () => void;
  readonly failed: (name: string, error: unknown) => void;
};

export class TurnActions {
  readonly #host: TurnActionsHost;

  constructor(host: TurnActionsHost) {
    this.#host = host;
  }

  async copy(turn: Turn): Promise<void> {
    const { threads, changed, copied } = this.#host;
    if (!(await copyText(answerText(turn)))) return;
    threads.markCopied(turn.key);
    copied();
    changed();
    setTimeout(() => {
      if (threads.copiedKey === turn.key) threads.markCopied(null);
      changed();
    }, COPIED_MS);
  }

  async copyMessage(item: UserMessageItem): Promise<void> {
    if (!(await copyText(messageText(item)))) return;
    this.#host.copied();
    this.#host.changed();
  }

  async copyCode(button: HTMLElement): Promise<void> {
    const { strings } = this.#host;
    const text = button.closest('.code')?.querySelector('code')?.textContent ?? '';
    if (!(await copyText(text))) return;
    this.#host.copied();
    button.textContent = strings.copied;
    setTimeout(() => (button.textContent = strings.copy), COPIED_MS);
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
