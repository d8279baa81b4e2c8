// The operations of the endpoint: their parameters, and the answers of those that return JSON.
import type {
  Attachment,
  ClientEffect,
  Page,
  StructuredSubmission,
  Thread,
  ThreadItem,
  ThreadMeta,
  TurnOutcome,
  UploadDescriptor,
  UserMessageInput,
} from './wire.ts';

export type CustomAction = { type: string; payload?: Record<string, unknown> };

export type StreamOperations = {
  'threads.create': { input: UserMessageInput };
  'threads.add_user_message': { thread_id: string; input: UserMessageInput };
  'threads.add_client_tool_output': { thread_id: string; call_id?: string; item_id?: string } & ToolOutput;
  'threads.add_structured_input': { thread_id: string; item_id: string; input: StructuredSubmission };
  'threads.retry_after_item': { thread_id: string; item_id: string };
  'threads.custom_action': { thread_id: string; item_id?: string; action: CustomAction };
  'turns.undo': { thread_id: string } & UndoParams;
  'turns.attach': { thread_id: string; after: string | null };
};

/**
 * The effects undo or redo the changes of the turn that answered `item_id`, in this order. `is_again`: the
 * changes were made after earlier changes of that turn had been undone, so the turn already counts as undone.
 */
export type UndoParams = {
  item_id: string;
  is_undone: boolean;
  is_again?: true;
  effects: readonly UndoEffect[];
};

/** `of`: the name of the effect that this one replaces in the replay of a fresh page, if the names differ. */
export type UndoEffect = ClientEffect & { of?: string };

/** Servers with durable turns pass `error` on to the model; the official server reads only `result`. */
export type ToolOutput = { result: unknown } | { error: { code: string; message: string } };

export type StreamRequest = {
  [Type in keyof StreamOperations]: { type: Type; params: StreamOperations[Type] };
}[keyof StreamOperations];

type PageParams = { limit?: number; order?: 'asc' | 'desc'; after?: string };

export type JsonOperations = {
  'threads.get_by_id': { params: { thread_id: string }; answer: Thread };
  'threads.list': { params: PageParams; answer: Page<ThreadMeta> };
  'items.list': { params: PageParams & { thread_id: string }; answer: Page<ThreadItem> };
  'threads.update': { params: { thread_id: string; title: string }; answer: Thread };
  'threads.delete': { params: { thread_id: string }; answer: unknown };
  'items.feedback': {
    params: { thread_id: string; item_ids: readonly string[]; kind: 'positive' | 'negative' };
    answer: unknown;
  };
  /** The answer to a widget that a turn waits for; other actions of this operation are streamed. */
  'threads.custom_action': {
    params: StreamOperations['threads.custom_action'];
    answer: { updated_item?: null };
  };
  'threads.sync_custom_action': {
    params: StreamOperations['threads.custom_action'];
    answer: { updated_item?: ThreadItem | null };
  };
  'attachments.create': {
    params: { name: string; size: number; mime_type: string };
    answer: Attachment & { upload_descriptor?: UploadDescriptor | null };
  };
  'attachments.delete': { params: { attachment_id: string }; answer: unknown };
  'input.transcribe': { params: { audio_base64: string; mime_type: string }; answer: { text: string } };
  /** Returns the turn's final status, whether or not it was cancelled. */
  'turns.cancel': { params: { thread_id: string; turn_id: string }; answer: { status: TurnOutcome } };
  /**
   * The server grants each call to one claim only; the page that made it runs the tool. Repeating the claim
   * is safe.
   */
  'turns.claim_call': {
    params: { thread_id: string; call_id: string; item_id: string; claim_id: string };
    answer: { granted: boolean; status: 'pending' | 'answered' | 'expired' | 'superseded' };
  };
};
