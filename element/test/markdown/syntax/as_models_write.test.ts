// @vitest-environment happy-dom
// Markdown of models that the specifications do not cover: tildes as signs, emphasis in Chinese, fences
// within fences, prices.
import { describe, expect, test } from 'vitest';
import { repaired } from '../../../src/markdown/syntax/repair.ts';
import { canonicalHtml, canonicalNodes } from '../html.ts';
import { everyPrefix, oneShot, rendered, streamed } from '../rendering.ts';

type Example = readonly [source: string, expected: string];

function suite(name: string, examples: readonly Example[]): void {
  describe(name, () => {
    test.each(examples)('%j', (source, expected) =>
      expect(canonicalNodes(rendered(source))).toBe(canonicalHtml(expected)),
    );
    test.each(examples)('%j, streamed', (source) =>
      expect(streamed(source, everyPrefix(source))).toBe(oneShot(source)),
    );
  });
}

suite('one tilde is a character', [
  ['20~25°C。明天18~23°C', '<p>20~25°C。明天18~23°C</p>'],
  ['~5 km, then ~6 km', '<p>~5 km, then ~6 km</p>'],
  ['~/a and ~/b', '<p>~/a and ~/b</p>'],
  ['a~b~c **d~e~f**', '<p>a~b~c <strong>d~e~f</strong></p>'],
  ['~~gone~~ 1~2', '<p><del>gone</del> 1~2</p>'],
  ['~~from 1~2 to 3~4~~', '<p><del>from 1~2 to 3~4</del></p>'],
  ['中文~~删除。~~后续', '<p>中文<del>删除。</del>后续</p>'],
  ['中文~~「删」~~后续', '<p>中文<del>「删」</del>后续</p>'],
]);

suite('emphasis beside the punctuation of Chinese, Japanese and Korean', [
  ['**文字：**后续', '<p><strong>文字：</strong>后续</p>'],
  ['含**「重点」**内容', '<p>含<strong>「重点」</strong>内容</p>'],
  ['これは**「重要」**です。', '<p>これは<strong>「重要」</strong>です。</p>'],
  ['**テスト。**次の文', '<p><strong>テスト。</strong>次の文</p>'],
  ['*强调。*后续，**加粗（注）**后', '<p><em>强调。</em>后续，<strong>加粗（注）</strong>后</p>'],
  ['**(a)**는 그렇다', '<p><strong>(a)</strong>는 그렇다</p>'],
  ["이것은 **'마크다운'**입니다", "<p>이것은 <strong>'마크다운'</strong>입니다</p>"],
  ['前***「三」***後', '<p>前<em><strong>「三」</strong></em>後</p>'],
  ['**a：**b**c**', '<p><strong>a：</strong>b<strong>c</strong></p>'],
  ['注**`代码`**后', '<p>注<strong><code>代码</code></strong>后</p>'],
  ['**[链接](https://a.example)**后', '<p><strong><a href="https://a.example/">链接</a></strong>后</p>'],
  ['a**"b"**c', '<p>a**"b"**c</p>'],
  ['**a."**b', '<p>**a."**b</p>'],
  ['2 * 3 * 4，5 * 6', '<p>2 * 3 * 4，5 * 6</p>'],
  ['文_字_文', '<p>文_字_文</p>'],
  ['snake_case_名', '<p>snake_case_名</p>'],
]);

const link = (address: string): string => `<a href="${new URL(address).href}">${address}</a>`;
suite('a bare address ends at full-width punctuation', [
  ['请看https://example.com/a。然后', `<p>请看${link('https://example.com/a')}。然后</p>`],
  ['（https://example.com/a?b=c）', `<p>（${link('https://example.com/a?b=c')}）</p>`],
  [
    '见「https://example.com/a」、https://example.com/b，再见',
    `<p>见「${link('https://example.com/a')}」、${link('https://example.com/b')}，再见</p>`,
  ],
  ['https://example.com/a：x', `<p>${link('https://example.com/a')}：x</p>`],
  ['“https://example.com/a”', `<p>“${link('https://example.com/a')}”</p>`],
  [
    'https://example.com/a！https://example.com/b？',
    `<p>${link('https://example.com/a')}！${link('https://example.com/b')}？</p>`,
  ],
]);

const code = (lang: string, text: string): string =>
  canonicalNodes(rendered(`~~~~~~~~${lang}\n${text}\n~~~~~~~~`));
describe('a fence within one that is labelled markdown', () => {
  const examples: readonly Example[] = [
    [
      '```markdown\n# T\n```python\nx = 1\n```\nmore\n```\nafter',
      code('markdown', '# T\n```python\nx = 1\n```\nmore') + '<p>after</p>',
    ],
    ['```md\n```js\na\n```\n```ts\nb\n```\n```', code('md', '```js\na\n```\n```ts\nb\n```')],
    [
      '```markdown\n```markdown\n```js\na\n```\n```\nb\n```\nafter',
      code('markdown', '```markdown\n```js\na\n```\n```\nb') + '<p>after</p>',
    ],
    ['~~~markdown\n~~~js\na\n~~~\n~~~\nafter', code('markdown', '~~~js\na\n~~~') + '<p>after</p>'],
    ['````markdown\n```js\na\n```\n````\nafter', code('markdown', '```js\na\n```') + '<p>after</p>'],
    ['```markdown\n# T\n```\nafter', code('markdown', '# T') + '<p>after</p>'],
    ['```python\n```js\n```\nafter', code('python', '```js') + '<p>after</p>'],
    [
      '```Markdown title="x"\n```sh\nls\n```\n```\n\n- after',
      code('Markdown title="x"', '```sh\nls\n```') + '<ul><li>after</li></ul>',
    ],
  ];
  test.each(examples)('%j', (source, expected) =>
    expect(canonicalNodes(rendered(source))).toBe(
      expected.includes('<pre') ? expected : canonicalHtml(expected),
    ),
  );
  test.each(examples)('%j, streamed', (source) =>
    expect(streamed(source, everyPrefix(source))).toBe(oneShot(source)),
  );
});

suite('a few tags are shown', [
  ['one<br>two<br/>three<BR />four', '<p>one<br>two<br>three<br>four</p>'],
  [
    '| a |\n|---|\n| b<br>c |',
    '<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>b<br>c</td></tr></tbody></table>',
  ],
  ['H<sub>2</sub>O and x<sup>2</sup>', '<p>H<sub>2</sub>O and x<sup>2</sup></p>'],
  ['<kbd>Ctrl</kbd>+<kbd>C</kbd>', '<p><kbd>Ctrl</kbd>+<kbd>C</kbd></p>'],
  ['**x<sup>2**</sup>', '<p><strong>x&lt;sup&gt;2</strong>&lt;/sup&gt;</p>'],
  ['x<sup>*n*<sub>1</sub></sup>', '<p>x<sup><em>n</em><sub>1</sub></sup></p>'],
  ['a<sub>b', '<p>a&lt;sub&gt;b</p>'],
  ['a</sub>b', '<p>a&lt;/sub&gt;b</p>'],
  ['<sub>a</sup></sub>', '<p><sub>a&lt;/sup&gt;</sub></p>'],
  ['<sub class="x">a</sub>', '<p>&lt;sub class="x"&gt;a&lt;/sub&gt;</p>'],
  ['<br onclick="x()">', '<p>&lt;br onclick="x()"&gt;</p>'],
  ['<b>a</b> <u>b</u>', '<p>&lt;b&gt;a&lt;/b&gt; &lt;u&gt;b&lt;/u&gt;</p>'],
  ['`<br>`', '<p><code>&lt;br&gt;</code></p>'],
  ['a\n\n<br>\n\nb', '<p>a</p><p><br></p><p>b</p>'],
]);

const FORMULA = 'code, math';

describe('money and variables are no formulas', () => {
  test.each(['$x^2$', '$5x = 10$', '$\\frac{1}{2}$', '$5 + 3 = 8$', '$n$'])('%j is one', (source) =>
    expect(rendered(source).querySelector(FORMULA)).not.toBeNull(),
  );

  const plain = [
    '${A}/${B}',
    '$(A)/$(B)',
    '$5, 10$',
    '$1,000, 2,000$',
    '$5 - 10$',
    '$5 to 10$',
    'from $5 or 10$ on',
    '$5 and $10',
    '$HOME/$USER',
  ];
  test.each(plain)('%j', (source) => {
    const node = rendered(source);
    expect([node.querySelector(FORMULA), node.textContent]).toEqual([null, source]);
    expect(streamed(source, everyPrefix(source))).toBe(oneShot(source));
  });
});

describe('a paragraph that is one environment is a formula', () => {
  const formulas = [
    '\\begin{align}\na &= b \\\\\nc &= d\n\\end{align}',
    '\\begin{equation*}x\\end{equation*}',
    '  \\begin{cases}1\\\\2\\end{cases}  ',
    '\\begin{pmatrix}\\begin{matrix}a\\end{matrix}\\end{pmatrix}',
  ];
  test.each(formulas)('%j', (source) => {
    expect(rendered(`before\n\n${source}\n\nafter`).querySelectorAll(':scope > .formula').length).toBe(1);
    const whole = `before\n\n${source}\n\nafter`;
    expect(streamed(whole, everyPrefix(whole))).toBe(oneShot(whole));
  });

  test.each([
    'text \\begin{a}x\\end{a}',
    '\\begin{a}x\\end{a} text',
    '\\begin{a}x\n\ny\\end{a}',
    '\\begin{a}x\\end{b}',
  ])('%j is none', (source) => {
    expect(rendered(source).querySelector('.formula')).toBeNull();
    expect(streamed(source, everyPrefix(source))).toBe(oneShot(source));
  });
});

test.each([
  ['H<sub>2', 'H<sub>2</sub>'],
  ['**H<sub>2', '**H<sub>2</sub>**'],
  ['<kbd>Ct', '<kbd>Ct</kbd>'],
  ['a <sub>b</sub', 'a <sub>b</sub>'],
  ['含**「重', '含**「重**'],
  ['text\n\n\\begin{align}\na &', 'text\n\n'],
])('half of it is closed or held back: %j', (source, shown) => expect(repaired(source)).toBe(shown));
