// What the composer and its parts see of the chat, and ask of it.
import type { ChatOptions } from '../../api/options.ts';
import type { Attachment, UserMessageInput } from '../../protocol/wire.ts';
import type { ThreadView } from '../../session/view/view.ts';
import type { Strings } from '../i18n/strings.ts';
import type { Parts } from '../parts.ts';

export type ComposerHost = {
  readonly strings: Strings;
  readonly options: ChatOptions;
  readonly view: ThreadView;
  readonly parts: Parts;
  readonly locale: string;
  /** The thread that is open is known, or there is none. */
  readonly isLoaded: boolean;
  readonly root: () => ShadowRoot;
  /** Renders the chat again; resolves when that is done. */
  readonly changed: () => Promise<void>;
  readonly submit: (input: UserMessageInput, attachments: readonly Attachment[]) => Promise<void>;
  readonly stop: () => void;
  readonly open: (threadId: string | null) => void;
  readonly toolChanged: (toolId: string | null) => void;
  readonly upload: (file: File, signal: AbortSignal) => Promise<Attachment>;
  /** An uploaded file will not be sent. */
  readonly removed: (file: Attachment) => void;
  readonly transcribe: (audio: Blob) => Promise<string>;
  readonly announce: (words: string) => void;
  readonly failed: (name: string, error: unknown) => void;
};
