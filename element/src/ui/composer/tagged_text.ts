// Text with tags inside: what a field shows as plain characters, and which of them stand for something.
import type { OutgoingContent } from '../../message.ts';
import { withData } from '../../message.ts';
import type { UserMessageContent } from '../../protocol/wire.ts';

export type Tag = Extract<UserMessageContent, { type: 'input_tag' }>;

/** The characters from `start` to `end` (UTF-16) are the tag's text. Tags are in order and do not overlap. */
export type PlacedTag = { readonly start: number; readonly end: number; readonly tag: Tag };

export type TaggedText = { readonly text: string; readonly tags: readonly PlacedTag[] };

/** What came of an edit; `caret` is where the cursor belongs when that is not where the field has it. */
export type Edited = TaggedText & { readonly caret: number | null };

type Change = { readonly from: number; readonly to: number; readonly inserted: number };

export const EMPTY: TaggedText = { text: '', tags: [] };

/** The stretch of `before` that became another in `after`, told by where the cursor stands afterwards. */
function changeOf(before: string, after: string, caret: number): Change {
  const longest = Math.min(before.length, after.length);
  const suffixLimit = Math.min(longest, after.length - caret);
  let suffix = 0;
  while (suffix < suffixLimit && before.at(-1 - suffix) === after.at(-1 - suffix)) suffix++;
  let prefix = 0;
  while (prefix < longest - suffix && before[prefix] === after[prefix]) prefix++;
  return { from: prefix, to: before.length - suffix, inserted: after.length - suffix - prefix };
}

function shifted({ start, end, tag }: PlacedTag, by: number): PlacedTag {
  return { start: start + by, end: end + by, tag };
}

function without(text: TaggedText, { start, end }: PlacedTag): TaggedText {
  const tags = text.tags.map((other) => (other.start >= end ? shifted(other, start - end) : other));
  return { text: text.text.slice(0, start) + text.text.slice(end), tags };
}

/**
 * `before` after a field's text became `text`. A tag that loses a part goes as a whole; one that is written into becomes
 * plain text.
 */
export function edited(before: TaggedText, text: string, caret: number): Edited {
  const change = changeOf(before.text, text, caret);
  const by = change.inserted - (change.to - change.from);
  const isTouched = ({ start, end }: PlacedTag): boolean => start < change.to && end > change.from;
  const isSplit = ({ start, end }: PlacedTag): boolean => change.from === change.to && start < change.from && end > change.from;
  const kept = before.tags.flatMap((placed) => {
    if (isTouched(placed) || isSplit(placed)) return [];
    return [placed.start >= change.to ? shifted(placed, by) : placed];
  });
  const broken = change.inserted > 0 ? undefined : before.tags.find((placed) => isTouched(placed) && (placed.start < change.from || placed.end > change.to));
  if (broken === undefined) return { text, tags: kept, caret: null };
  const rest = { start: Math.min(broken.start, change.from), end: Math.max(broken.end, change.to) + by, tag: broken.tag };
  return { ...without({ text, tags: kept }, rest), caret: rest.start };
}

/** Puts `tag` in the place of the characters from `start` to `end`, and a space behind it. */
export function withTag(before: TaggedText, start: number, end: number, tag: Tag): Edited {
  const rest = before.text.slice(end);
  const space = rest.startsWith(' ') ? '' : ' ';
  const text = before.text.slice(0, start) + tag.text + space + rest;
  const { tags } = edited(before, text, text.length - rest.length);
  const placed = { start, end: start + tag.text.length, tag };
  return { text, tags: [...tags, placed].sort((a, b) => a.start - b.start), caret: placed.end + 1 };
}

export function joined(a: TaggedText, b: TaggedText): TaggedText {
  if (a.text === '') return b;
  if (b.text === '') return a;
  return { text: `${a.text}\n${b.text}`, tags: [...a.tags, ...b.tags.map((tag) => shifted(tag, a.text.length + 1))] };
}

export function taggedText(content: readonly OutgoingContent[]): TaggedText {
  let text = '';
  const tags: PlacedTag[] = [];
  for (const part of content) {
    if (part.type === 'input_tag') tags.push({ start: text.length, end: text.length + part.text.length, tag: withData(part) as Tag });
    text += part.text;
  }
  return { text, tags };
}

/** The message: its texts and tags in order, without space around it. */
export function contentOf({ text, tags }: TaggedText): UserMessageContent[] {
  const content: UserMessageContent[] = [];
  const say = (piece: string): void => void (piece !== '' && content.push({ type: 'input_text', text: piece }));
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

/** The text cut where tags begin and end: strings and tags, in order. */
export function pieces({ text, tags }: TaggedText): (string | PlacedTag)[] {
  const cut: (string | PlacedTag)[] = [];
  let at = 0;
  for (const placed of tags) {
    cut.push(text.slice(at, placed.start), placed);
    at = placed.end;
  }
  return [...cut, text.slice(at)];
}
