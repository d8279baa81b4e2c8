// @vitest-environment happy-dom
import { describe, expect, test, vi } from 'vitest';
import { MarkdownStream } from '../../src/markdown/stream.ts';
import { lex, newLinks } from '../../src/markdown/syntax/lex.ts';
import { composed, pathological } from './pathological.ts';

const LONG = Array.from({ length: 3000 }, (_, at) => `Paragraph ${at} with *words* and more of them.`).join(
  '\n\n',
);

function shown(text: string): MarkdownStream {
  const stream = new MarkdownStream();
  stream.update(text, false);
  return stream;
}

/** Waits until no more text is rendered without a click. */
async function drawn(stream: MarkdownStream): Promise<void> {
  for (let before = -1; before !== stream.node.textContent.length; ) {
    before = stream.node.textContent.length;
    await new Promise((resolve) => requestAnimationFrame(() => resolve(null)));
    await new Promise((resolve) => requestAnimationFrame(() => resolve(null)));
  }
}

const button = (stream: MarkdownStream): HTMLElement | null => stream.node.querySelector('.show-all');

describe('a long text that comes at once', () => {
  test('is collapsed to its beginning, and shown whole on demand', async () => {
    const stream = shown(LONG);
    expect(stream.node.textContent).toContain('Paragraph 100 with words');
    expect(stream.node.textContent).not.toContain('Paragraph 1000 ');
    expect([button(stream)?.localName, button(stream)?.textContent]).toEqual(['button', 'Show all']);
    button(stream)?.click();
    await drawn(stream);
    expect(button(stream)).toBeNull();
    expect(stream.node.querySelectorAll('p')).toHaveLength(3000);
    expect(stream.node.querySelectorAll('em')).toHaveLength(3000);
  });

  test('is no longer to be read when it has twice the length', () => {
    expect(shown(LONG + LONG).node.querySelectorAll('*').length).toBe(
      shown(LONG).node.querySelectorAll('*').length,
    );
  });

  test('stays collapsed while it grows, and whole when it is', async () => {
    const stream = new MarkdownStream();
    stream.update(LONG, true);
    const before = stream.node.textContent;
    stream.update(`${LONG}\n\nMore`, true);
    stream.update(`${LONG}\n\nMore`, false);
    expect(stream.node.textContent).toBe(before);
    button(stream)?.click();
    await drawn(stream);
    stream.update(`${LONG}\n\nMore and the end`, false);
    expect(stream.node.textContent.endsWith('More and the end')).toBe(true);
  });

  test('another one in its place is collapsed, too', async () => {
    const stream = shown(LONG);
    stream.update(`Another. ${LONG}`, false);
    expect(stream.node.textContent.startsWith('Another. Paragraph 0')).toBe(true);
    expect(button(stream)).not.toBeNull();
    stream.update('Short', false);
    expect(stream.node.textContent).toBe('Short');
  });
});

test('a text that grows is not collapsed, and is drawn as far when its options change', async () => {
  const stream = new MarkdownStream();
  for (let end = 0; end <= LONG.length; end += 10_000) stream.update(LONG.slice(0, end), true);
  stream.update(LONG, false);
  expect(stream.node.querySelectorAll('p')).toHaveLength(3000);
  expect(button(stream)).toBeNull();
  stream.configure({ copyLabel: 'Kopieren' });
  stream.update(LONG, false);
  await drawn(stream);
  expect(stream.node.querySelectorAll('p')).toHaveLength(3000);
  expect(button(stream)).toBeNull();
});

test('a reference is found wherever a text of middle length defines it', () => {
  const source = `[a] and [^b]\n\n${LONG.slice(0, 15_000)}\n\n[a]: https://a.example\n\n[^b]: Note`;
  const growing = new MarkdownStream();
  for (let end = 0; end < source.length; end += 5000) growing.update(source.slice(0, end), true);
  growing.update(source, false);
  for (const stream of [shown(source), growing]) {
    expect(stream.node.querySelector('a')?.href).toBe('https://a.example/');
    expect(stream.node.querySelectorAll('.footnotes li')).toHaveLength(1);
  }
});

test('code without an end grows as one block', () => {
  const stream = new MarkdownStream();
  for (let end = 10_000; end <= 200_000; end += 10_000)
    stream.update(`\`\`\`\n${'line of code\n'.repeat(20_000).slice(0, end)}`, true);
  expect(stream.node.querySelectorAll('pre')).toHaveLength(1);
  expect(stream.node.querySelector('code')?.textContent.length).toBeGreaterThan(199_000);
});

test('what cannot be drawn is shown as it is written, and told', () => {
  const failed = vi.fn<(error: unknown) => void>();
  const options = {
    failed,
    taskLabel: (): string => {
      throw new RangeError('too deep');
    },
  };
  const stream = new MarkdownStream(options);
  stream.update('a\n\n- [ ] b', true);
  expect(stream.node.textContent).toBe('a\n\n- [ ] b');
  stream.update('a\n\n- [ ] b and more', false);
  expect(stream.node.textContent).toBe('a\n\n- [ ] b and more');
  expect(failed).toHaveBeenCalledExactlyOnceWith(expect.any(RangeError));
  stream.configure({ taskLabel: () => 'To do' });
  stream.update('a\n\n- [ ] b', false);
  expect(stream.node.querySelector('li')?.textContent.trim()).toBe('b');
});

describe('no source is too much', () => {
  const sources: [string, (length: number) => string][] = [
    ...Object.entries(pathological),
    ...Array.from({ length: 20 }, (_, seed): [string, (length: number) => string] => [
      `composed from ${seed}`,
      (length) => composed(seed, length),
    ]),
  ];

  test.each(sources)('%s: whole', (_, make) => {
    const failed = vi.fn<(error: unknown) => void>();
    const stream = new MarkdownStream({ failed });
    stream.update(make(200_000), false);
    expect(failed).not.toHaveBeenCalled();
    expect(stream.node.querySelectorAll('*').length).toBeLessThan(20_000);
  });
});

test('emphasis that is never closed is read no further than in proportion to the text', () => {
  // Counts the characters that marked reads: if each opening read to the end of the text, twice the text
  // would take four times as many.
  const spans = (source: string): number => JSON.stringify(lex(source, newLinks())).split('"em"').length;
  const [once, twice] = ['**a *b* '.repeat(4000), '**a *b* '.repeat(8000)].map(spans);
  expect(twice! / once!).toBeLessThan(2.2);
});
