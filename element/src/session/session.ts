// The contract between the element's logic and its components: what a component may read and ask for.
import type { OutgoingContent } from '../api/message.ts';
import type { CustomAction, StreamOperations } from '../protocol/operations.ts';
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
  /** The open thread, even while it loads or after it failed to load; null on the start screen. */
  readonly threadId: string | null;
  /** Changes when another tab may have changed the list of threads. */
  readonly threadsVersion: number;
  /**
   * The changes that the page has declared with `undoWith`, oldest first; the undo history removes those it
   * records.
   */
  readonly changes: Change[];
  /**
   * The regions to lock, by name; null means all. It follows the effects that the page has received, so it
   * may lag behind `view.lock`.
   */
  readonly lock: ThreadView['lock'];
  /** Whether the server is known to have durable turns. */
  readonly isDurable: boolean;
  /** Other hosts from which pictures that the server names may load. */
  readonly imageHosts: readonly string[];
  /**
   * Called after every change of `view`, at most once per animation frame while text streams. Returns the
   * unsubscribe function.
   */
  subscribe(listener: () => void): () => void;

  /**
   * Rejects while a response runs, if the thread is locked or closed, and for an empty message.
   * Otherwise resolves when the server has accepted the message; later failures are in `view.error`.
   * `attachments` describes those that `input` names, so that they are shown before the server confirms them.
   */
  send(input: UserMessageInput, attachments?: readonly Attachment[]): Promise<void>;
  /** Does nothing while `view.canStop` is false. */
  stop(): void;
  /** Runs a call of `view.confirmations`, or tells the model that the person declined it. */
  decide(itemId: string, isAllowed: boolean): void;
  /** Answers a pending structured input, which starts a response. Rejects like `send`. */
  answerInput(itemId: string, submission: StructuredSubmission): Promise<void>;
  /** Runs an action of the page or a widget as a turn of its own, when no response runs. */
  sendCustomAction(action: CustomAction, itemId?: string): Promise<void>;
  /**
   * Runs an action that the server answers at once, also while a response runs; with `isAnswer`, the answer
   * to a widget that the response waits for.
   */
  sendSyncAction(action: CustomAction, itemId: string, isAnswer?: boolean): Promise<void>;
  /** Resolves when no response runs. */
  whenIdle(): Promise<void>;
  /**
   * Starts a new turn for this user message and removes all later items. A message that never reached the
   * server is sent again.
   */
  retry(userItemId: string): Promise<void>;
  /**
   * Has the server send these effects to all readers, as a turn of its own; rejects like `send`. On an
   * official server only this page receives them. Resolves when the page has handled them and the response
   * has ended.
   */
  undo(params: StreamOperations['turns.undo']): Promise<void>;
  /** `null` opens the start screen. Does nothing if the thread is open already, unless it failed to load. */
  openThread(threadId: string | null): Promise<void>;
  loadEarlier(): Promise<void>;
  dismissNotice(id: string): void;
  feedback(itemIds: readonly string[], kind: 'positive' | 'negative'): Promise<void>;

  /** Uploads a file; `signal` aborts the upload. */
  upload(file: File, signal: AbortSignal): Promise<Attachment>;
  /** The file at a URL of the chat's own server. */
  download(url: string, signal: AbortSignal): Promise<Blob>;
  /** Deletes an uploaded file. */
  deleteAttachment(attachmentId: string): Promise<void>;
  /** The transcript of `audio`. */
  transcribe(audio: Blob): Promise<string>;

  listThreads(after?: string | null): Promise<ThreadList>;
  renameThread(threadId: string, title: string): Promise<void>;
  deleteThread(threadId: string): Promise<void>;
}

/** The content of the composer, as the page can set it. */
export type ComposerValue = {
  text: string;
  /** Text and tags in order; replaces `text`. */
  content?: readonly OutgoingContent[];
  reply?: string | null;
  /** Uploaded already: only their ids are sent. */
  attachments?: readonly Attachment[];
  /** Files to upload first. */
  files?: readonly File[];
  selectedToolId?: string | null;
  selectedModelId?: string | null;
};

/** The content of the composer. */
export type ComposerState = {
  readonly text: string;
  /** The text cut at its tags, as it would be sent. */
  readonly content: readonly UserMessageContent[];
  readonly reply: string | null;
  readonly attachments: readonly Attachment[];
  readonly selectedToolId: string | null;
  readonly selectedModelId: string | null;
};
