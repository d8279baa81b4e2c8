// The objects of the wire that the element reads. Field names are ChatKit's; times are ISO 8601 strings.

export type Page<T> = { data: T[]; has_more: boolean; after?: string | null };

export type ThreadStatus =
  | { type: 'active' }
  | { type: 'locked'; reason?: string | null }
  | { type: 'closed'; reason?: string | null };

export type ThreadMeta = {
  id: string;
  title?: string | null;
  created_at: string;
  status?: ThreadStatus;
  allowed_image_domains?: string[] | null;
};

export type Thread = ThreadMeta & { items?: Page<ThreadItem>; turnstream?: DurableState };

export type TurnOutcome = 'completed' | 'failed' | 'cancelled' | 'interrupted';

/** What a server with durable turns adds to a thread. Nulls may be left out. */
export type DurableState = {
  /** `<epoch>.<seq>`: the position in the thread's log that this snapshot reflects. */
  position?: string | null;
  /** The newest turn, running or not. */
  turn?: { id: string; status: 'running' | TurnOutcome } | null;
  /** The running turn's items as of `position`, including items in progress. */
  items?: ThreadItem[];
  /** The effects that a fresh page replays, in order; `id` is the position of each. */
  effects?: (ClientEffect & { id: string })[];
  /** The regions that the running turn locks, if it named them; see `turnstream.lock`. */
  lock?: string[] | null;
  /** The user messages whose changes are undone, in the order of the undoing. */
  undone?: string[];
  /** The user messages whose answers were stopped or failed. */
  unfinished?: UnfinishedAnswer[];
};

export type UnfinishedAnswer = {
  item_id: string;
  status: Exclude<TurnOutcome, 'completed'>;
  /** The error message that the person saw. */
  error?: { code?: string; message?: string | null; allow_retry?: boolean } | null;
};

export type ClientEffect = {
  name: string;
  data?: Record<string, unknown>;
  /** What a fresh page does with an effect from before it was loaded; `skip` unless given. */
  replay?: 'skip' | 'latest' | 'all';
  /** For `latest`: only the newest effect of this name and key is replayed. */
  key?: string;
};

type ItemBase = { id: string; thread_id: string; created_at: string };

export type UserMessageContent =
  | { type: 'input_text'; text: string }
  | {
      type: 'input_tag';
      id: string;
      text: string;
      data: Record<string, unknown>;
      group?: string | null;
      interactive?: boolean;
    };

export type Attachment = {
  type: 'file' | 'image';
  id: string;
  name: string;
  mime_type: string;
  preview_url?: string;
};

/**
 * Where to upload the bytes of an attachment: as the form field `file` with POST, as the raw body with PUT.
 */
export type UploadDescriptor = { url: string; method: 'POST' | 'PUT'; headers?: Record<string, string> };

export type InferenceOptions = { tool_choice?: { id: string } | null; model?: string | null };

export type UserMessageInput = {
  content: UserMessageContent[];
  attachments: string[];
  quoted_text?: string | null;
  inference_options: InferenceOptions;
};

export type UserMessageItem = ItemBase & {
  type: 'user_message';
  content: UserMessageContent[];
  attachments?: Attachment[];
  quoted_text?: string | null;
  inference_options?: InferenceOptions;
};

type SourceBase = {
  title: string;
  description?: string | null;
  timestamp?: string | null;
  group?: string | null;
};
export type UrlSource = SourceBase & { type: 'url'; url: string; attribution?: string | null };
export type FileSource = SourceBase & { type: 'file'; filename: string };
export type EntitySource = SourceBase & {
  type: 'entity';
  id: string;
  icon?: string | null;
  label?: string | null;
  inline_label?: string | null;
  interactive?: boolean;
  data?: Record<string, unknown>;
};
export type Source = UrlSource | FileSource | EntitySource;

export type Annotation = { type: 'annotation'; source: Source; index?: number | null };

export type AssistantContent = { type: 'output_text'; text: string; annotations?: Annotation[] };

export type AssistantMessageItem = ItemBase & { type: 'assistant_message'; content: AssistantContent[] };

export type ClientToolCallItem = ItemBase & {
  type: 'client_tool_call';
  status: 'pending' | 'completed';
  call_id: string;
  name: string;
  arguments: Record<string, unknown>;
  output?: unknown;
  /** The call runs only after the person agrees to this question; `true` uses the element's own words. */
  confirm?: boolean | string | null;
};

export type Task = { status_indicator?: 'none' | 'loading' | 'complete'; title?: string | null } & (
  | { type: 'custom'; icon?: string | null; content?: string | null }
  | { type: 'web_search'; title_query?: string | null; queries?: string[]; sources?: UrlSource[] }
  | { type: 'thought'; content: string }
  | { type: 'file'; sources?: FileSource[] }
  | { type: 'image' }
);

export type WorkflowSummary = { title: string; icon?: string | null } | { duration: number };

export type Workflow = {
  type: 'custom' | 'reasoning';
  tasks: Task[];
  summary?: WorkflowSummary | null;
  expanded?: boolean;
};

/** What came of a widget that a turn waits for; `type` and `payload` are those of the answering action. */
export type WidgetAnswer = {
  status: 'pending' | 'answered' | 'expired' | 'superseded';
  type?: string | null;
  payload?: unknown;
};

export type WidgetNode = { type: string; id?: string; key?: string; [field: string]: unknown };

export type InputAnswer = { values: string[]; skipped: boolean };

export type StructuredInput = { id: string; question: string; answer?: InputAnswer | null } & (
  | { type: 'multiple_choice'; options: { value: string }[]; multiple?: boolean }
  | { type: 'freeform'; description?: string | null }
);

export type StructuredInputItem = ItemBase & {
  type: 'structured_input';
  status: 'pending' | 'answered' | 'skipped';
  inputs: StructuredInput[];
};

/** The answers to a structured input, by the ids of its questions. */
export type StructuredSubmission = { status: 'answered' | 'skipped'; answers: Record<string, InputAnswer> };

export type ThreadItem =
  | UserMessageItem
  | AssistantMessageItem
  | ClientToolCallItem
  | (ItemBase & {
      type: 'widget';
      widget: WidgetNode;
      copy_text?: string | null;
      answer?: WidgetAnswer | null;
    })
  | (ItemBase & { type: 'generated_image'; image?: { id: string; url: string } | null })
  | StructuredInputItem
  | (ItemBase & { type: 'workflow'; workflow: Workflow })
  | (ItemBase & { type: 'task'; task: Task })
  | (ItemBase & { type: 'end_of_turn' });

export type ThreadItemUpdate =
  | { type: 'assistant_message.content_part.added'; content_index: number; content: AssistantContent }
  | { type: 'assistant_message.content_part.text_delta'; content_index: number; delta: string }
  | {
      type: 'assistant_message.content_part.annotation_added';
      content_index: number;
      annotation_index: number;
      annotation: Annotation;
    }
  | { type: 'assistant_message.content_part.done'; content_index: number; content: AssistantContent }
  | { type: 'widget.streaming_text.value_delta'; component_id: string; delta: string; done: boolean }
  | { type: 'widget.root.updated'; widget: WidgetNode }
  | { type: 'widget.component.updated'; component_id: string; component: WidgetNode }
  | { type: 'workflow.task.added'; task_index: number; task: Task }
  | { type: 'workflow.task.updated'; task_index: number; task: Task }
  | { type: 'generated_image.updated'; image: { id: string; url: string }; progress?: number | null };

export type ThreadStreamEvent =
  | { type: 'thread.created'; thread: Thread }
  | { type: 'thread.updated'; thread: Thread }
  | { type: 'thread.item.added'; item: ThreadItem }
  | { type: 'thread.item.updated'; item_id: string; update: ThreadItemUpdate }
  | { type: 'thread.item.done'; item: ThreadItem }
  | { type: 'thread.item.removed'; item_id: string }
  | { type: 'thread.item.replaced'; item: ThreadItem }
  | { type: 'stream_options'; stream_options: { allow_cancel: boolean } }
  | { type: 'progress_update'; icon?: string | null; text?: string; message?: string }
  | ({ type: 'client_effect' } & ClientEffect)
  | { type: 'error'; code?: string; message?: string | null; allow_retry?: boolean }
  | { type: 'notice'; level: 'info' | 'warning' | 'danger'; message: string; title?: string | null }
  | TurnstreamEvent;

/**
 * Events for clients that announce themselves. The first three are not entries of the log and have no
 * position.
 */
export type TurnstreamEvent =
  | { type: 'turnstream.live' }
  | { type: 'turnstream.reset' }
  | { type: 'turnstream.reconnect'; after_s?: number }
  | { type: 'turnstream.turn_ended'; turn_id: string; status: TurnOutcome; reason?: string }
  /**
   * The regions that the turn locks from now on, by their names in the option `locks`; absent means all, as
   * at its start.
   */
  | { type: 'turnstream.lock'; regions?: string[] | null }
  /**
   * The changes of the turn that answered `item_id` were undone or redone; `is_forgotten`: they stay undone,
   * and the changes of the next answer to it do not count as undone.
   */
  | { type: 'turnstream.undone'; item_id: string; is_undone: boolean; is_forgotten?: true }
  /** The reason why the answer to a message is incomplete; `retried`: a new answer replaces it. */
  | {
      type: 'turnstream.answer_ended';
      item_id: string;
      status: UnfinishedAnswer['status'] | 'retried';
      error?: UnfinishedAnswer['error'];
    }
  /** The turn waits for the page's answer to this call. */
  | { type: 'turnstream.call_waiting'; item_id: string; call_id: string }
  | {
      type: 'turnstream.call_ended';
      item_id: string;
      call_id: string;
      status: 'answered' | 'expired' | 'superseded';
      is_declined?: true;
    };
