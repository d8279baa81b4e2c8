// What locks and undo use of the chat. Its context has all of it.
import type { ChatOptions } from '../api/options.ts';
import type { Session } from '../session/session.ts';

export interface PageContext {
  /** The announcements for screen readers. */
  readonly strings: Readonly<Record<'pageLocked' | 'pageFree' | 'changesUndone' | 'changesRedone', string>>;
  readonly options: ChatOptions;
  readonly session: Session | null;

  root(): ShadowRoot;
  /** Renders the chat again. */
  changed(): unknown;
  /** Has a screen reader say `words`. */
  announce(words: string): void;
  /** Reports an error that the page has caused. */
  pageFailed(error: unknown): void;
}
