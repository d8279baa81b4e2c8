// The user's message before the server has it.
import type { StreamRequest } from '../protocol/operations.ts';
import type { Attachment, UserMessageInput, UserMessageItem } from '../protocol/wire.ts';

export function isEmpty({ content, attachments }: UserMessageInput): boolean {
  return (
    attachments.length === 0 && content.every((part) => part.type === 'input_text' && part.text.trim() === '')
  );
}

export function localMessage(
  id: string,
  threadId: string,
  input: UserMessageInput,
  attachments: readonly Attachment[],
): UserMessageItem {
  return {
    type: 'user_message',
    id,
    thread_id: threadId,
    created_at: new Date().toISOString(),
    content: input.content,
    attachments: attachments.filter((attachment) => input.attachments.includes(attachment.id)),
    inference_options: input.inference_options,
    ...(input.quoted_text != null && { quoted_text: input.quoted_text }),
  };
}

export function messageRequest(threadId: string | null, input: UserMessageInput): StreamRequest {
  if (threadId === null) return { type: 'threads.create', params: { input } };
  return { type: 'threads.add_user_message', params: { thread_id: threadId, input } };
}

/** The default body limit of a server with durable turns. */
const MAX_BYTES = 256 * 1024;

export function isTooLarge(request: StreamRequest): boolean {
  const text = JSON.stringify(request);
  // A UTF-16 unit is three bytes at most, so most messages need not be encoded.
  return text.length * 3 > MAX_BYTES && new TextEncoder().encode(text).length > MAX_BYTES;
}
