// The contract between the element's logic and its components: what a component may read and ask for.
import type { OutgoingContent } from '../api/message.ts';
import type { StreamOperations } from '../protocol/operations.ts';
import type {
  Attachment,
  StructuredSubmission,
  ThreadMeta,
  UserMessageContent,
  UserMessageInput,
} from '../protocol/wire.ts';
import type { Change } from './response/changes.ts';
import type { ThreadView } from './view/view.ts';

export type ThreadList = { readonly threads: readonly ThreadMeta[]; readonly after: string | null };

export interface Session {
  readonly view: ThreadView;
  /** The thread on the screen, also while it loads and when it could not be loaded; null on the start screen. */
  readonly threadId: string | null;
  /** Another number when another tab may have changed the list of threads. */
  readonly threadsVersion: number;
  /** Comes from the page, oldest first; whoever keeps it takes it out. */
  readonly changes: Change[];
  /** What the page is to find locked for the effects that it gets, by name, and null is everything: it may still wait for those of before `view.lock`. */
  readonly lock: ThreadView['lock'];
  /** The server is known to keep its turns. */
  readonly isDurable: boolean;
  /** Called after every change of `view`, at most once per animation frame while text streams. Returns the unsubscribe function. */
  subscribe(listener: () => void): () => void;

  /**
   * Rejects with a clear Error while a response runs, the thread is locked or closed, or nothing was given.
   * Otherwise it resolves when the server took the message; what fails after that is in `view.error`.
   * `attachments` describes the ones that `input` names, so that they show before the server confirms them.
   */
  send(input: UserMessageInput, attachments?: readonly Attachment[]): Promise<void>;
  /** Does nothing while `view.canStop` is false. */
  stop(): void;
  /** Runs a call of `view.confirmations`, or tells the model that the person declined it. */
  decide(itemId: string, isAllowed: boolean): void;
  /** Answers a pending structured input, which begins a response. Rejects as `send` does. */
  answerInput(itemId: string, submission: StructuredSubmission): Promise<void>;
  /**
   * Runs the turn after this user message again; later items disappear. A message that never reached the
   * server is sent again.
   */
  retry(userItemId: string): Promise<void>;
  /**
   * Has the server send these effects to everybody, as a turn of its own; rejects as `send` does. On an official server
   * they are for this page alone. Resolves when the page has had them and no response of them runs any more.
   */
  undo(params: StreamOperations['turns.undo']): Promise<void>;
  /** `null` opens the start screen. The thread that is open stays as it is, unless it could not be loaded. */
  openThread(threadId: string | null): Promise<void>;
  loadEarlier(): Promise<void>;
  dismissNotice(id: string): void;
  feedback(itemIds: readonly string[], kind: 'positive' | 'negative'): Promise<void>;

  /** Sends a file to the server; `signal` gives it up. */
  upload(file: File, signal: AbortSignal): Promise<Attachment>;
  /** Takes an uploaded file back. */
  deleteAttachment(attachmentId: string): Promise<void>;
  /** What was said in `audio`. */
  transcribe(audio: Blob): Promise<string>;

  listThreads(after?: string | null): Promise<ThreadList>;
  renameThread(threadId: string, title: string): Promise<void>;
  deleteThread(threadId: string): Promise<void>;
}

/** What the composer holds; the host may set it. */
export type ComposerValue = {
  text: string;
  /** Text and tags in order, in place of `text`. */
  content?: readonly OutgoingContent[];
  reply?: string | null;
  /** Uploaded already: only their ids are sent. */
  attachments?: readonly Attachment[];
  /** To be uploaded first. */
  files?: readonly File[];
  selectedToolId?: string | null;
  selectedModelId?: string | null;
};

/** What the composer holds now. */
export type ComposerState = {
  readonly text: string;
  /** The text cut at its tags, as it would be sent. */
  readonly content: readonly UserMessageContent[];
  readonly reply: string | null;
  readonly attachments: readonly Attachment[];
  readonly selectedToolId: string | null;
  readonly selectedModelId: string | null;
};
