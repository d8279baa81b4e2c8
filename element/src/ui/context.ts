// What the components of the chat read and call. The chat creates one context and passes it to all of them.
import type { ChatOptions } from '../api/options.ts';
import type { RenderOptions } from '../markdown/render/render.ts';
import type { CustomAction } from '../protocol/operations.ts';
import type { Attachment, StructuredSubmission, UserMessageInput } from '../protocol/wire.ts';
import type { Session } from '../session/session.ts';
import type { ThreadView } from '../session/view/view.ts';
import type { ExtrasLoader } from './extras_loader.ts';
import type { Strings } from './i18n/strings.ts';

export interface ChatContext {
  /** `null` until the element has set one. */
  readonly session: Session | null;
  /** The view of `session`; the empty view without a session. */
  readonly view: ThreadView;
  readonly options: ChatOptions;
  readonly strings: Strings;
  /** A language tag for `Intl`. */
  readonly locale: string;
  /** The options of Markdown rendering; the same object until one of them changes. */
  readonly markdown: Partial<RenderOptions>;
  /** The other hosts from which pictures that the server names may load. */
  readonly imageDomains: readonly string[];
  readonly extras: ExtrasLoader;
  /** The open thread is loaded, or there is none. */
  readonly isLoaded: boolean;
  /** The thread is neither locked nor closed. */
  readonly acceptsMessages: boolean;

  root(): ShadowRoot;
  /** Renders the chat again; resolves when that is done. */
  changed(): Promise<void>;

  /** Rejects when the session refuses the message. */
  submit(input: UserMessageInput, attachments: readonly Attachment[]): Promise<void>;
  /** Rejects when the server refuses the answer. */
  answer(itemId: string, submission: StructuredSubmission): Promise<void>;
  /** Runs a streamed action of the widget `itemId`. Rejects when the server refuses it. */
  act(action: CustomAction, itemId: string): Promise<void>;
  /** Makes `text` the quote that the next message replies to. */
  reply(text: string): void;
  stop(): void;
  /** `null` is the start screen. */
  open(threadId: string | null): void;
  upload(file: File, signal: AbortSignal): Promise<Attachment>;
  /** Deletes an uploaded file that will not be sent. */
  removed(file: Attachment): void;
  transcribe(audio: Blob): Promise<string>;

  /** Adds stylesheets to the chat, once each. */
  adopt(styles: readonly string[]): void;
  /** Fires an event at the chat, which the element passes on to the page. */
  fire(name: string, detail?: unknown): void;
  /** Announces `words` to screen readers. */
  announce(words: string): void;
  /** Logs a failure of the chat. */
  failed(name: string, error: unknown, data?: Record<string, unknown>): void;
  /** Reports an error of the page: one that its handler has thrown, or an invalid text. */
  pageFailed(error: unknown): void;
}
