// @vitest-environment happy-dom
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { highlighted } from '../../../src/markdown/heavy/highlight.ts';
import { languageOf } from '../../../src/markdown/heavy/languages.ts';
import { highlighter } from '../../../src/markdown/heavy/lazy.ts';
import { readMarkup } from '../../../src/markdown/heavy/markup.ts';
import { MarkdownStream } from '../../../src/markdown/stream.ts';

const NAMES = (
  'bash c cpp csharp css dart diff dockerfile elixir go graphql haskell http ini java javascript json ' +
  'julia kotlin latex lua makefile markdown nginx objectivec perl php powershell python r ruby rust scala ' +
  'scss sql swift typescript xml yaml html ts py sh yml'
).split(' ');
const HOSTILE =
  '</span><img src=x onerror=alert(1)><!-- "\'& &lt; &#x27; ${`<b>`} */ #{<i>} %>\n' +
  '@foo <?php echo "<script>"; ?> <style>a{}</style>';

function code(stream: MarkdownStream): HTMLElement {
  return stream.node.querySelector('pre code') as HTMLElement;
}

describe('highlighting', () => {
  test.each(NAMES)('%s gives only text and spans, and loses no character', (name) => {
    const language = languageOf(name) ?? '';
    const nodes = highlighted(HOSTILE, language);
    expect(nodes?.textContent).toBe(HOSTILE);
    for (const element of nodes?.querySelectorAll('*') ?? []) {
      expect(element.localName).toBe('span');
      expect([...element.attributes].map((attribute) => attribute.name)).toEqual(['class']);
      expect(element.className).toMatch(/^(?:hljs|language)-/);
    }
  });

  test('of any text whatever gives back that text', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('<', '>', '&', '"', "'", '</span>', '<span class="hljs-x">', '&lt;', '/*', '{', '`'),
    );
    const property = fc.property(
      fc.array(piece, { maxLength: 20 }),
      fc.constantFrom('javascript', 'xml', 'python', 'php', 'markdown'),
      (pieces, language) => {
        const text = pieces.join('');
        expect(highlighted(text, language)?.textContent).toBe(text);
      },
    );
    fc.assert(property, { numRuns: 200 });
  });

  test('leaves unknown languages and very long code alone', () => {
    expect(languageOf('klingon')).toBeNull();
    expect(highlighted('x', 'klingon')).toBeNull();
    expect(highlighted('x'.repeat(60_001), 'python')).toBeNull();
  });
});

describe('markup that is not of the expected kind is refused', () => {
  test.each([
    '<b>x</b>',
    '<span class="hljs-a">x',
    'x</span>',
    '<span class="hljs-a" id="x">x</span>',
    '<span onclick="x">y</span>',
    '<span class=hljs-a>x</span>',
    '<SPAN>x</SPAN>',
    '<!-- x -->',
    'a < b',
  ])('%s', (markup) => {
    const onlyClass = (name: string, attributes: readonly (readonly [string, string])[]): Element | null =>
      name === 'span' && attributes.every(([attribute]) => attribute === 'class')
        ? document.createElement('span')
        : null;
    expect(readMarkup(markup, onlyClass)).toBeNull();
  });

  test('nesting too deep', () => {
    const make = (name: string): Element => document.createElement(name);
    expect(readMarkup('<b>'.repeat(300) + '</b>'.repeat(300), make)).toBeNull();
    expect(readMarkup('<b>'.repeat(100) + '</b>'.repeat(100), make)).not.toBeNull();
  });
});

describe('code in a document', () => {
  test('is plain while its fence is open and coloured once it closes', async () => {
    await highlighter.request();
    const stream = new MarkdownStream();
    stream.update('```python\ndef f(): return 1\n', true);
    expect(code(stream).childElementCount).toBe(0);
    stream.update('```python\ndef f(): return 1\n```\n', true);
    expect(code(stream).querySelector('.hljs-keyword')?.textContent).toBe('def');
    expect(code(stream).textContent).toBe('def f(): return 1');
  });

  test('is the same streamed and at once', async () => {
    const source =
      '```js\nlet a = `x`\n```\ntext\n\n- item\n  ```py\n  def f(): pass\n  ```\n\n~~~sql\nselect 1';
    const [slow, quick] = [new MarkdownStream(), new MarkdownStream()];
    for (let at = 0; at < source.length; at++) slow.update(source.slice(0, at), true);
    slow.update(source, false);
    quick.update(source, false);
    await Promise.all([slow.whenComplete(), quick.whenComplete()]);
    expect(slow.node.innerHTML).toBe(quick.node.innerHTML);
    expect(slow.node.querySelectorAll('.hljs-keyword').length).toBeGreaterThan(2);
  });

  test('keeps its lines when the colours arrive', () => {
    const stream = new MarkdownStream();
    stream.update('```html\n<b>\n\n  x</b>\n```', false);
    expect(code(stream).textContent).toBe('<b>\n\n  x</b>');
  });
});

describe('a part that is fetched when it is needed', () => {
  test('is not fetched for text, open fences and unknown languages', () => {
    vi.spyOn(highlighter, 'value', 'get').mockReturnValue(null);
    const request = vi.spyOn(highlighter, 'request');
    const stream = new MarkdownStream();
    stream.update('Text `code`\n\n```klingon\nqapla\n```\n\n```python\nx = 1', true);
    expect(request).not.toHaveBeenCalled();
    stream.update('```python\nx = 1\n```\n\nAfter', true);
    expect(request).toHaveBeenCalled();
    vi.restoreAllMocks();
  });
});
