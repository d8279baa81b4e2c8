// @vitest-environment happy-dom
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MarkdownStream } from '../../src/markdown/stream.ts';
import { corpus } from './corpus.ts';
import { everyPrefix, oneShot, streamed } from './rendering.ts';

function streamOf(source: string): MarkdownStream {
  const stream = new MarkdownStream();
  stream.update(source, false);
  return stream;
}

describe('a streamed document equals the one-shot one', () => {
  test.each(corpus)('character by character: %j', (source) => {
    expect(streamed(source, everyPrefix(source))).toBe(oneShot(source));
  });

  test('with any splits, whatever documents follow one another', () => {
    const documents = fc.array(fc.constantFrom(...corpus), { minLength: 1, maxLength: 4 });
    const property = fc.property(documents, fc.array(fc.nat(4000), { maxLength: 40 }), (blocks, cuts) => {
      const source = blocks.join('\n\n');
      expect(
        streamed(
          source,
          cuts.filter((cut) => cut < source.length).sort((a, b) => a - b),
        ),
      ).toBe(oneShot(source));
    });
    fc.assert(property, { numRuns: 150 });
  });

  test('with any text made of markdown characters', () => {
    const piece = fc.constantFrom(
      '*',
      '**',
      '_',
      '`',
      '```\n',
      '~~',
      '[a](',
      ')',
      '](b)',
      '|',
      '|-|\n',
      '\n',
      '\n\n',
      '- ',
      '1. ',
      '> ',
      '# ',
      'word ',
      '  ',
      '    ',
      'x<b>',
      '\\',
      '!',
      ':',
      '\r\n',
      '===\n',
      '[a]: b\n',
      '[^1]',
      '[^1]: n\n',
      '[^',
      '$',
      '$$',
      '\\(',
      '\\]',
      '5',
      '~',
      '```md\n',
      '<sub>',
      '</sub>',
      '<br>',
      '「',
      '」',
      '文',
      '：',
      '${',
      '\\begin{a}',
      '\\end{a}',
      'https://a.b/',
    );
    const property = fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const source = pieces.join('');
      expect(streamed(source, everyPrefix(source))).toBe(oneShot(source));
    });
    fc.assert(property, { numRuns: 400 });
  });
});

describe('a long document', () => {
  const blocks = (count: number): string =>
    Array.from({ length: count }, (_, at) => `Block ${at}.`).join('\n\n');

  test('keeps each later batch of blocks in a part', () => {
    const { node } = streamOf(blocks(100));
    expect([...node.children].map((child) => child.className || child.localName).slice(-3)).toEqual([
      'p',
      'part',
      'part',
    ]);
    expect([...node.querySelectorAll('.part')].map((part) => part.childElementCount)).toEqual([40, 20]);
    expect([...node.querySelectorAll('p')].map((block) => block.textContent)).toEqual(
      blocks(100).split('\n\n'),
    );
  });

  test('is short as long as it needs no part', () => {
    expect(streamOf(blocks(40)).node.querySelector('.part')).toBeNull();
    expect(streamOf(blocks(40)).node.className).toBe('markdown');
    expect(streamOf(blocks(41)).node.className).toBe('markdown long');
  });

  test('equals itself at once, block by block and across the edge of a part', () => {
    const source = `${blocks(85)}\n\n[^1]\n\n[^1]: Note\n\n- a\n- b\n\n${blocks(3)}`;
    expect(streamed(source, everyPrefix(source))).toBe(oneShot(source));
  });

  test('never moves a block from one part to another', () => {
    const source = blocks(90);
    const stream = new MarkdownStream();
    const parents = new Map<Element, Element | null>();
    for (const cut of everyPrefix(source)) {
      stream.update(source.slice(0, cut), true);
      for (const block of stream.node.querySelectorAll('p')) {
        expect(parents.get(block) ?? block.parentElement).toBe(block.parentElement);
        parents.set(block, block.parentElement);
      }
    }
    expect(parents.size).toBe(90);
  });

  test('loses a part when it becomes shorter', () => {
    const stream = streamOf(blocks(81));
    stream.update(blocks(3), false);
    expect(stream.node.children).toHaveLength(3);
  });
});

describe('finished blocks', () => {
  test('keep their nodes while the tail grows', () => {
    const stream = new MarkdownStream();
    stream.update('# One\n\nTwo\n\nThr', true);
    const [first, second] = stream.node.children;
    stream.update('# One\n\nTwo\n\nThree and\n\nfour', true);
    expect(stream.node.children[0]).toBe(first);
    expect(stream.node.children[1]).toBe(second);
    expect(stream.node.children).toHaveLength(4);
  });

  test('grow a code block by appending to its one text node', () => {
    const stream = new MarkdownStream();
    stream.update('```js\nlet a', true);
    const text = stream.node.querySelector('code')?.firstChild;
    stream.update('```js\nlet a = 1\nlet b', true);
    expect(stream.node.querySelector('code')?.firstChild).toBe(text);
    expect(text?.nodeValue).toBe('let a = 1\nlet b');
  });

  test('that are closed code are left alone from the end of their line on', () => {
    const stream = new MarkdownStream();
    stream.update('```js\nlet a\n```\n', true);
    stream.node.querySelector('code')?.setAttribute('data-touched', '');
    stream.update('```js\nlet a\n```\nAnd then one line that gr', true);
    expect(stream.node.querySelector('code')?.hasAttribute('data-touched')).toBe(true);
  });

  test('are rendered anew when the text before the tail changes', () => {
    const stream = new MarkdownStream();
    stream.update('One\n\nTwo\n\nThree', true);
    stream.update('Uno\n\nTwo\n\nThree', false);
    expect(stream.node.textContent).toBe('UnoTwoThree');
  });
});

describe('half-written syntax stays out of sight', () => {
  test.each([
    ['some **bol', '<p>some <strong>bol</strong></p>'],
    ['some **bold*', '<p>some <strong>bold</strong></p>'],
    ['some **', '<p>some </p>'],
    ['a `cod', '<p>a <code>cod</code></p>'],
    ['see [the docs](https://exa', '<p>see the docs</p>'],
    ['see [the do', '<p>see the do</p>'],
    ['an ![image](htt', '<p>an </p>'],
    ['text\n-', '<p>text</p>'],
    ['text\n\n``', '<p>text</p>'],
    ['text\n\n| a | b', '<p>text</p>'],
    ['- item **on', '<ul><li>item <strong>on</strong></li></ul>'],
    ['snake_case', '<p>snake_case</p>'],
    ['2 * 3', '<p>2 * 3</p>'],
  ])('%j', (source, html) => {
    const stream = new MarkdownStream();
    stream.update(source, true);
    expect(stream.node.innerHTML).toBe(html);
  });

  test('a table appears with its header row', () => {
    const stream = new MarkdownStream();
    stream.update('| a | b |\n|-', true);
    expect(stream.node.querySelectorAll('th')).toHaveLength(2);
  });
});

describe('headings', () => {
  const levels = (source: string): string[] =>
    [...streamOf(source).node.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(({ localName }) => localName);

  test('leave no level out, whatever the model began with', () => {
    expect(levels('## One\n\n#### Under it\n\n#### Beside that\n\n### Higher\n\n## Two\n\n# Three')).toEqual([
      'h3',
      'h4',
      'h4',
      'h4',
      'h3',
      'h3',
    ]);
    expect(levels('# a\n\n## b\n\n### c\n\n#### d\n\n##### e\n\n###### f')).toEqual([
      'h3',
      'h4',
      'h5',
      'h6',
      'h6',
      'h6',
    ]);
  });

  test('have the same levels while they come', () => {
    const source =
      '## One\n\nWords.\n\n#### Under it\n\nWords.\n\n[^1]\n\n## Two\n\n[^1]: Late\n\n### Last\n';
    expect(streamed(source, everyPrefix(source))).toBe(oneShot(source));
  });
});

describe('the direction', () => {
  const directionOf = (...texts: readonly string[]): string => {
    const stream = new MarkdownStream();
    for (const text of texts) stream.update(text, true);
    stream.update(texts.at(-1) ?? '', false);
    return stream.node.dir;
  };

  test.each([
    ['Words', 'ltr'],
    ['\u05e9\u05dc\u05d5\u05dd, world', 'rtl'],
    ['1. \u0645\u0631\u062d\u0628\u0627', 'rtl'],
    ['\u{1e900} of Adlam', 'rtl'],
    ['```python\nprint()\n```\n\n\u05e9\u05dc\u05d5\u05dd', 'rtl'],
    ['* * *\n\n***\n\n\u6587', 'ltr'],
    ['* * *\n\n123', ''],
    ['', ''],
  ])('of %j is that of its first letter outside code', (text, direction) => {
    expect(directionOf(text)).toBe(direction);
    expect(directionOf(...Array.from(text, (_, at) => text.slice(0, at + 1)))).toBe(direction);
  });

  test('is that of the text that is shown now', () =>
    expect(directionOf('Words', '\u05e9\u05dc\u05d5\u05dd')).toBe('rtl'));
});

test('of a text whose few blocks are long, the browser may skip those out of sight', () => {
  const stream = new MarkdownStream();
  for (const words of [3000, 6000, 9000]) stream.update('word '.repeat(words), true);
  expect(stream.node.className).toBe('markdown long');
  stream.update('word', true);
  expect(stream.node.className).toBe('markdown');
});
