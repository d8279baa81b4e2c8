// The chat's effects on the page: locks while a response runs, and undo of the changes that responses have
// made.
import { Locks } from '../../page/locks/locks.ts';
import { Undo } from '../../page/undo/undo.ts';
import type { ChatContext } from '../context.ts';
import type { MessageList } from '../thread/message_list.ts';
import { changes } from '../thread/styles/changes.ts';
import { UndoRows } from '../thread/undo_rows.ts';

export const styles = [changes];

export class PageIntegration {
  readonly #locks: Locks;
  readonly #undo: Undo;

  constructor(context: ChatContext, list: MessageList) {
    this.#locks = new Locks(context);
    const rows = new UndoRows((isUndone) => {
      this.#undo.run(isUndone).catch((error: unknown) => context.failed('undo_failed', error));
    });
    this.#undo = new Undo(context, (states, isUndoing) =>
      list.showChanges(rows.of(states, context.strings), isUndoing),
    );
  }

  /** Call it whenever anything of the chat may have changed, and when it is connected again. */
  follow(): void {
    this.#locks.follow();
    this.#undo.follow();
  }

  /** The chat was removed from the page. */
  leave(): void {
    this.#locks.leave();
    this.#undo.leave();
  }

  /** Returns `words` for a screen reader, with announcements about the page. */
  say(words: string | null): string | null {
    return this.#locks.say(this.#undo.say(words));
  }

  clearUndo(): void {
    this.#undo.clear();
  }

  /** Raises: `CommandError`. */
  run(isUndone: boolean): Promise<void> {
    return this.#undo.run(isUndone);
  }
}
