// What a chat does to the page around it: locks it while a response runs, and takes back what responses have changed.
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

  /** To be called whenever anything of the chat may have changed, and when it is in a page again. */
  follow(): void {
    this.#locks.follow();
    this.#undo.follow();
  }

  /** The chat has left the page. */
  leave(): void {
    this.#locks.leave();
    this.#undo.leave();
  }

  /** `words` for a screen reader, with what has happened to the page. */
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
