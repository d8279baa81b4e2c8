// Text with tags: the characters of a field, and the ranges among them that are tags.
import type { OutgoingContent } from '../../api/message.ts';
import { withData } from '../../api/message.ts';
import type { UserMessageContent } from '../../protocol/wire.ts';

export type Tag = Extract<UserMessageContent, { type: 'input_tag' }>;

/** The characters from `start` to `end` (UTF-16) are the tag's text. Tags are in order and do not overlap. */
export type PlacedTag = { readonly start: number; readonly end: number; readonly tag: Tag };

export type TaggedText = { readonly text: string; readonly tags: readonly PlacedTag[] };

/** The result of an edit; `caret` is the new position of the cursor if the field does not have it already. */
export type Edited = TaggedText & { readonly caret: number | null };

export const EMPTY: TaggedText = { text: '', tags: [] };

export function shifted({ start, end, tag }: PlacedTag, by: number): PlacedTag {
  return { start: start + by, end: end + by, tag };
}

export function joined(a: TaggedText, b: TaggedText): TaggedText {
  if (a.text === '') return b;
  if (b.text === '') return a;
  return {
    text: `${a.text}\n${b.text}`,
    tags: [...a.tags, ...b.tags.map((tag) => shifted(tag, a.text.length + 1))],
  };
}

export function taggedText(content: readonly OutgoingContent[]): TaggedText {
  let text = '';
  const tags: PlacedTag[] = [];
  for (const part of content) {
    if (part.type === 'input_tag')
      tags.push({ start: text.length, end: text.length + part.text.length, tag: withData(part) as Tag });
    text += part.text;
  }
  return { text, tags };
}

/** The content of the message: texts and tags in order, trimmed. */
export function contentOf({ text, tags }: TaggedText): UserMessageContent[] {
  const content: UserMessageContent[] = [];
  const say = (piece: string): void =>
    void (piece !== '' && content.push({ type: 'input_text', text: piece }));
  let at = text.length - text.trimStart().length;
  const end = text.trimEnd().length;
  for (const placed of tags) {
    say(text.slice(at, placed.start));
    content.push(placed.tag);
    at = placed.end;
  }
  say(text.slice(at, Math.max(at, end)));
  return content;
}
