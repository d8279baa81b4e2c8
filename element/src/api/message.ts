// The message that a page passes to `sendUserMessage`, and its form on the wire.
import type { Attachment, InferenceOptions, UserMessageContent, UserMessageInput } from '../protocol/wire.ts';

export type OutgoingMessage = {
  text?: string;
  /** Replaces `text`; the `data` of a tag is optional. */
  content?: readonly OutgoingContent[];
  /** Quoted text that the message replies to. */
  reply?: string;
  /** Uploaded already: only their ids are sent. */
  attachments?: readonly Attachment[];
  /** Starts a new thread with this message. */
  newThread?: boolean;
  toolChoice?: { id: string };
  model?: string;
};

type Tag = Extract<UserMessageContent, { type: 'input_tag' }>;
export type OutgoingContent = Exclude<UserMessageContent, Tag> | (Omit<Tag, 'data'> & { data?: Tag['data'] });

export function toInput({
  text,
  content,
  reply,
  attachments = [],
  toolChoice,
  model,
}: OutgoingMessage): UserMessageInput {
  const inference_options: InferenceOptions = {
    ...(toolChoice !== undefined && { tool_choice: { id: toolChoice.id } }),
    ...(model !== undefined && { model }),
  };
  return {
    content: content?.map(withData) ?? (text ? [{ type: 'input_text', text }] : []),
    attachments: attachments.map((attachment) => attachment.id),
    ...(reply && { quoted_text: reply }),
    inference_options,
  };
}

/** The official server requires the field. */
export function withData(part: OutgoingContent): UserMessageContent {
  return part.type === 'input_tag' ? { ...part, data: part.data ?? {} } : part;
}
