import fc from 'fast-check';
import { expect, test } from 'vitest';
import { edited, pieces, withTag } from '../../../src/ui/composer/tag_editing.ts';
import { contentOf, joined, type TaggedText, taggedText } from '../../../src/ui/composer/tagged_text.ts';

const ada = { type: 'input_tag', text: 'Ada Lovelace', id: 'p1', data: {} } as const;
const grace = { type: 'input_tag', text: 'Grace', id: 'p2', data: {} } as const;
const text = (value: string) => ({ type: 'input_text', text: value }) as const;
const ask = taggedText([text('Ask '), ada, text(' and '), grace, text('.')]);
const words = (value: TaggedText): string[] =>
  value.tags.map(({ start, end }) => value.text.slice(start, end));

test('content becomes text with tags, and content again', () => {
  expect(ask.text).toBe('Ask Ada Lovelace and Grace.');
  expect(contentOf(ask)).toEqual([text('Ask '), ada, text(' and '), grace, text('.')]);
  expect(contentOf(taggedText([text('  '), ada, text(' \n')]))).toEqual([ada]);
  expect(contentOf(taggedText([text(' \n ')]))).toEqual([]);
});

test('what is written before a tag moves it, what is written behind it does not', () => {
  const before = edited(ask, 'Please ask Ada Lovelace and Grace.', 8);
  expect(words(before)).toEqual(['Ada Lovelace', 'Grace']);
  const behind = edited(ask, `${ask.text} Thanks`, ask.text.length + 7);
  expect(behind.tags).toEqual(ask.tags);
});

test('a tag that is written into is plain text', () => {
  const split = edited(ask, 'Ask Ada K Lovelace and Grace.', 9);
  expect(words(split)).toEqual(['Grace']);
  expect(contentOf(split)[0]).toEqual(text('Ask Ada K Lovelace and '));
});

test('writing at the edge of a tag leaves it', () => {
  expect(words(edited(ask, 'Ask Ada Lovelace’s and Grace.', 18))).toEqual(['Ada Lovelace', 'Grace']);
  expect(words(edited(ask, 'Ask xAda Lovelace and Grace.', 5))).toEqual(['Ada Lovelace', 'Grace']);
});

test('Backspace behind a tag takes it as a whole, and the cursor stands where it began', () => {
  const gone = edited(ask, 'Ask Ada Lovelac and Grace.', 15);
  expect([gone.text, gone.caret, words(gone)]).toEqual(['Ask  and Grace.', 4, ['Grace']]);
});

test('a deletion over the edge of a tag takes the rest of it too', () => {
  const gone = edited(ask, 'Ask Adace.', 7);
  expect([gone.text, gone.caret]).toEqual(['Ask ce.', 4]);
});

test('a tag takes the place of what was typed for it', () => {
  const typed = edited(ask, 'Ask Ada Lovelace and Grace. @gr', 31);
  const placed = withTag(typed, 28, 31, grace);
  expect([placed.text, placed.caret]).toEqual(['Ask Ada Lovelace and Grace. Grace ', 34]);
  expect(words(placed)).toEqual(['Ada Lovelace', 'Grace', 'Grace']);
});

test('a tag does not double the space that stands there', () => {
  expect(withTag({ text: '@a is in', tags: [] }, 0, 2, grace).text).toBe('Grace is in');
});

test('two texts become one, on two lines', () => {
  const both = joined(ask, taggedText([grace]));
  expect(both.text).toBe('Ask Ada Lovelace and Grace.\nGrace');
  expect(words(both)).toEqual(['Ada Lovelace', 'Grace', 'Grace']);
  expect(joined(taggedText([]), ask)).toEqual(ask);
});

test('pieces put together are the text', () => {
  expect(
    pieces(ask)
      .map((piece) => (typeof piece === 'string' ? piece : piece.tag.text))
      .join(''),
  ).toBe(ask.text);
});

const document = fc.array(
  fc.oneof(fc.string({ unit: 'grapheme', maxLength: 6 }).map(text), fc.constantFrom(ada, grace)),
  { maxLength: 6 },
);

test('whatever is edited, every tag still stands for its own words', () => {
  fc.assert(
    fc.property(document, fc.nat(), fc.nat(), fc.string({ maxLength: 5 }), (content, a, b, inserted) => {
      const before = taggedText(content);
      const [from, to] = [a % (before.text.length + 1), b % (before.text.length + 1)].sort(
        (x, y) => x - y,
      ) as [number, number];
      const value = before.text.slice(0, from) + inserted + before.text.slice(to);
      const after = edited(before, value, from + inserted.length);
      for (const { start, end, tag } of after.tags) expect(after.text.slice(start, end)).toBe(tag.text);
      const untouched = before.tags.filter(({ start, end }) => end <= from || start >= to);
      expect(after.tags.length).toBeGreaterThanOrEqual(
        from === to && inserted !== '' ? untouched.length - 1 : 0,
      );
    }),
  );
});
