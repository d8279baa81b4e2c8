// The operations of the one endpoint: their parameters, and what the JSON ones answer.
import type { Page, Thread, ThreadItem, ThreadMeta, UserMessageInput } from './wire.ts';

export type CustomAction = { type: string; payload?: Record<string, unknown> };

export type StreamOperations = {
  'threads.create': { input: UserMessageInput };
  'threads.add_user_message': { thread_id: string; input: UserMessageInput };
  'threads.add_client_tool_output': { thread_id: string; result: unknown };
  'threads.retry_after_item': { thread_id: string; item_id: string };
  'threads.custom_action': { thread_id: string; item_id?: string; action: CustomAction };
};

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
};
