// @vitest-environment happy-dom
// Marks in Markdown: where they are shown, and that they change nothing else.
import { describe, expect, test } from 'vitest';
import { type Mark, withMarks } from '../../src/markdown/render/mark_places.ts';
import { MarkdownStream } from '../../src/markdown/stream.ts';

function streamWith(marks: readonly Mark[]): MarkdownStream {
  return new MarkdownStream({
    marks: {
      place: (source, isOpen) => withMarks(source, marks, isOpen),
      node: (at) => document.createTextNode(`[${marks[at]?.number}]`),
    },
  });
}

/** The HTML of `source` with a mark at each `¦`, whose index is counted as Python counts. */
function marked(source: string): string {
  const pieces = source.split('¦');
  const marks = pieces.slice(1).map((_, at) => ({
    index: [...pieces.slice(0, at + 1).join('')].length,
    number: at + 1,
  }));
  const stream = streamWith(marks);
  stream.update(pieces.join(''), false);
  return stream.node.innerHTML;
}

describe('a mark is shown', () => {
  test.each([
    ['after the word at its index', 'Hello w¦orld, again', '<p>Hello world,[1] again</p>'],
    ['where a word ends', 'Hello¦ world', '<p>Hello[1] world</p>'],
    ['with others in their order', 'Up 4 %¦¦. Then', '<p>Up 4 %.[1][2] Then</p>'],
    ['behind emoji, each of which is one character', '🚄🚄🚄🚄 a¦ b 🚄', '<p>🚄🚄🚄🚄 a[1] b 🚄</p>'],
    ['never within one emoji', '👩‍¦💻 codes', '<p>👩‍💻[1] codes</p>'],
    ['within a text without spaces', '東京は¦首都です。', '<p>東京は[1]首都です。</p>'],
    [
      'after the punctuation of its sentence',
      '東京は首都です¦。次の文。',
      '<p>東京は首都です。[1]次の文。</p>',
    ],
    ['after what is emphasized', '**東京¦**は首都', '<p><strong>東京</strong>[1]は首都</p>'],
    ['in Thai, after the accents of a letter', 'ภาษาที¦่ดี', '<p>ภาษาที่[1]ดี</p>'],
    [
      'after a link, not in it',
      '[Hello¦ world](https://a.example) x',
      /^<p><a [^>]*>Hello world<\/a>\[1\] x<\/p>$/,
    ],
    [
      'after an address',
      'See https://a.example/¦b now',
      /^<p>See <a [^>]*>https:..a.example.b<\/a>\[1\] now/,
    ],
    [
      'after a picture, not in its words',
      '![one¦ two](x.png) three',
      /<p><a [^>]*>one two<\/a>\[1\] three<\/p>/,
    ],
    ['after code in a line', 'Run `a b¦` now', '<p>Run <code>a b</code>[1] now</p>'],
    ['in the last cell of a row', '| a |\n|---|\n| b |¦', /<td>b\[1\]<\/td>/],
    ['before a rule', 'One.\n\n---¦\n\nTwo.', '<p>One.[1]</p><hr><p>Two.</p>'],
    ['at the paragraph that ends before it', 'One.\n¦\nTwo.', '<p>One.[1]</p><p>Two.</p>'],
    ['below code', '```\na b¦c\n```\n\nx', /<code>a bc<\/code><\/pre><\/div><p>\[1\]<\/p><p>x<\/p>$/],
    ['below code that ends the text', '```\nabc\n```¦', /<code>abc<\/code><\/pre><\/div><p>\[1\]<\/p>$/],
  ])('%s', (_, source, html) => {
    if (typeof html === 'string') expect(marked(source)).toBe(html);
    else expect(marked(source)).toMatch(html);
  });

  test('at the end if its index is beyond the text, and once for each source at a place', () => {
    const stream = streamWith([
      { index: 99, number: 1 },
      { index: 3, number: 2 },
      { index: 2, number: 1 },
      { index: 3, number: 2 },
      { index: 2, number: 3 },
    ]);
    stream.update('One two', false);
    expect(stream.node.innerHTML).toBe('<p>One[2][1][3] two[1]</p>');
  });

  test('in no text that contains what looks like one', () => {
    const stream = streamWith([{ index: 3, number: 7 }]);
    stream.update('One \ue0000\ue001 two', false);
    expect(stream.node.innerHTML).toBe('<p>One[7] �0� two</p>');
  });
});

test('while a text grows, no mark is shown before its place is known, and none moves', () => {
  const source = [
    'One two, three.',
    '- 東京は首都です。 four\n- five',
    '```\nsix seven\n```',
    '| a | b |\n|---|---|\n| c | d |',
    'Eight.',
  ].join('\n\n');
  const indices = ['two', '東京は', 'fo', 'six', 'd |', 'Eight.'].map(
    (words) => [...source.slice(0, source.indexOf(words) + words.length)].length,
  );
  const marks = indices.map((index, at) => ({ index, number: at + 1 }));
  const whole = streamWith(marks);
  whole.update(source, false);
  const final = whole.node.textContent;
  const stream = streamWith(marks);
  for (let end = 1; end <= source.length; end++) {
    stream.update(source.slice(0, end), true);
    for (const { 0: mark, index } of stream.node.textContent.matchAll(/\[\d\]/g))
      expect(final.slice(0, final.indexOf(mark))).toBe(stream.node.textContent.slice(0, index));
  }
  stream.update(source, false);
  expect(stream.node.innerHTML).toBe(whole.node.innerHTML);
  expect(final.match(/\[\d\]/g)).toHaveLength(6);
});
