// Keeps the tags of a text in place while it is edited.
import { type Edited, type PlacedTag, shifted, type Tag, type TaggedText } from './tagged_text.ts';

type Change = { readonly from: number; readonly to: number; readonly inserted: number };

/** The range of `before` that was replaced in `after`, according to the cursor after the edit. */
export function changeOf(before: string, after: string, caret: number): Change {
  const longest = Math.min(before.length, after.length);
  const suffixLimit = Math.min(longest, after.length - caret);
  let suffix = 0;
  while (suffix < suffixLimit && before.at(-1 - suffix) === after.at(-1 - suffix)) suffix++;
  let prefix = 0;
  while (prefix < longest - suffix && before[prefix] === after[prefix]) prefix++;
  return { from: prefix, to: before.length - suffix, inserted: after.length - suffix - prefix };
}

function without(text: TaggedText, { start, end }: PlacedTag): TaggedText {
  const tags = text.tags.map((other) => (other.start >= end ? shifted(other, start - end) : other));
  return { text: text.text.slice(0, start) + text.text.slice(end), tags };
}

/**
 * `before` after a field's text became `text`. A tag that loses a part goes as a whole; one that is written
 * into becomes plain text.
 */
export function edited(before: TaggedText, text: string, caret: number): Edited {
  const change = changeOf(before.text, text, caret);
  const by = change.inserted - (change.to - change.from);
  const isTouched = ({ start, end }: PlacedTag): boolean => start < change.to && end > change.from;
  const isSplit = ({ start, end }: PlacedTag): boolean =>
    change.from === change.to && start < change.from && end > change.from;
  const remaining = before.tags.flatMap((placed) => {
    if (isTouched(placed) || isSplit(placed)) return [];
    return [placed.start >= change.to ? shifted(placed, by) : placed];
  });
  const broken =
    change.inserted > 0
      ? undefined
      : before.tags.find(
          (placed) => isTouched(placed) && (placed.start < change.from || placed.end > change.to),
        );
  if (broken === undefined) return { text, tags: remaining, caret: null };
  const rest = {
    start: Math.min(broken.start, change.from),
    end: Math.max(broken.end, change.to) + by,
    tag: broken.tag,
  };
  return { ...without({ text, tags: remaining }, rest), caret: rest.start };
}

/** Replaces the characters from `start` to `end` by `tag` and a space. */
export function withTag(before: TaggedText, start: number, end: number, tag: Tag): Edited {
  const rest = before.text.slice(end);
  const space = rest.startsWith(' ') ? '' : ' ';
  const text = before.text.slice(0, start) + tag.text + space + rest;
  const { tags } = edited(before, text, text.length - rest.length);
  const placed = { start, end: start + tag.text.length, tag };
  return { text, tags: [...tags, placed].sort((a, b) => a.start - b.start), caret: placed.end + 1 };
}

/** The text split at its tags: strings and tags, in order. */
export function pieces({ text, tags }: TaggedText): (string | PlacedTag)[] {
  const cut: (string | PlacedTag)[] = [];
  let at = 0;
  for (const placed of tags) {
    cut.push(text.slice(at, placed.start), placed);
    at = placed.end;
  }
  return [...cut, text.slice(at)];
}
