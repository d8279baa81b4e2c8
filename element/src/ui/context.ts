// What the parts of the chat see of it, and ask of it. The chat makes one context and gives it to all of them.
import type { ChatOptions } from '../api/options.ts';
import type { RenderOptions } from '../markdown/render/render.ts';
import type { Attachment, StructuredSubmission, UserMessageInput } from '../protocol/wire.ts';
import type { Session } from '../session/session.ts';
import type { ThreadView } from '../session/view/view.ts';
import type { ExtrasLoader } from './extras_loader.ts';
import type { Strings } from './i18n/strings.ts';

export interface ChatContext {
  /** `null` until the element has given one. */
  readonly session: Session | null;
  /** What `session` shows; the empty view without a session. */
  readonly view: ThreadView;
  readonly options: ChatOptions;
  readonly strings: Strings;
  /** A language tag for `Intl`. */
  readonly locale: string;
  /** How Markdown is rendered; the same object until something in it changes. */
  readonly markdown: Partial<RenderOptions>;
  readonly extras: ExtrasLoader;
  /** The thread that is open is known, or there is none. */
  readonly isLoaded: boolean;
  /** The thread is neither locked nor closed. */
  readonly acceptsMessages: boolean;

  root(): ShadowRoot;
  /** Renders the chat again; resolves when that is done. */
  changed(): Promise<void>;

  /** Rejects when the session refuses the message. */
  submit(input: UserMessageInput, attachments: readonly Attachment[]): Promise<void>;
  /** Rejects when the server does not take the answer. */
  answer(itemId: string, submission: StructuredSubmission): Promise<void>;
  /** Puts `text` into the composer as what the next message replies to. */
  reply(text: string): void;
  stop(): void;
  /** `null` is the start screen. */
  open(threadId: string | null): void;
  upload(file: File, signal: AbortSignal): Promise<Attachment>;
  /** An uploaded file will not be sent. */
  removed(file: Attachment): void;
  transcribe(audio: Blob): Promise<string>;

  /** Fires an event at the chat, which the element passes on to the page. */
  fire(name: string, detail?: unknown): void;
  /** Has a screen reader say `words`. */
  announce(words: string): void;
  /** Logs what went wrong in the chat. */
  failed(name: string, error: unknown, data?: Record<string, unknown>): void;
  /** Reports what a handler of the page threw. */
  pageFailed(error: unknown): void;
}
