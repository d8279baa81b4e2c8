// @vitest-environment happy-dom
import { describe, expect, test } from 'vitest';
import { formulaNode } from '../../../src/markdown/heavy/math.ts';
import { MarkdownStream } from '../../../src/markdown/stream.ts';
import { lex, type MathToken, newLinks } from '../../../src/markdown/syntax/lex.ts';
import { formulaAt, openFormula } from '../../../src/markdown/syntax/tex.ts';

/** The formulas found in `source`, those on their own in brackets. */
function formulas(source: string): string[] {
  return found(lex(source, newLinks()));
}

function found(part: unknown): string[] {
  if (typeof part !== 'object' || part === null) return [];
  const { type, tex, isDisplay } = part as Partial<MathToken>;
  return type === 'math' ? [isDisplay === true ? `[${tex}]` : `${tex}`] : Object.values(part).flatMap(found);
}

describe('a formula', () => {
  test.each([
    ['Energy $E=mc^2$.', ['E=mc^2']],
    ['$x$', ['x']],
    ['$$x$$', ['[x]']],
    ['so \\(a_1*b\\) and \\[c\\]', ['a_1*b', '[c]']],
    ['**$a*b$ c**', ['a*b']],
    ['| $a$ |\n|---|\n| $b$ |', ['a', 'b']],
    ['text\n$$\na\n+ b\n- c\n$$\ntext', ['[a\n+ b\n- c]']],
    ['\\[\n# a\n= b\n\\]', ['[# a\n= b]']],
    ['- item\n  $$\n  + b\n  $$', ['[+ b]']],
    ['$\\text{costs \\$5}$', ['\\text{costs \\$5}']],
    ['\\[a \\\\[2pt] b\\]', ['[a \\\\[2pt] b]']],
  ])('is found in %j', (source, expected) => {
    expect(formulas(source)).toEqual(expected);
  });

  test.each([
    '$5 and $10',
    'US$5 or US$ 10',
    'from $5-$10',
    '$ 5 $',
    'a $ b $ c',
    '**$5** and **$10**',
    'echo $HOME/$USER',
    'echo $PATH and $HOME',
    '\\$5 and 6\\$',
    '`$a$`',
    '```\n$a$\n```',
    '$a\n\nb$',
    '$$a\n\nb$$',
    '$$',
    '$$$$',
    '\\(\\)',
    'a$b$c',
    '[a](https://x.example/$b$c)',
    '\\\\(a\\\\)',
  ])('is not found in %j', (source) => {
    expect(formulas(source)).toEqual([]);
  });

  test('says what stands between its delimiters and whether it stands alone', () => {
    expect(formulaAt('$$ a $$ b')).toEqual({ raw: '$$ a $$', tex: 'a', isDisplay: true });
    expect(formulaAt('\\(a\\)')).toEqual({ raw: '\\(a\\)', tex: 'a', isDisplay: false });
    expect(formulaAt('a $b$')).toBeNull();
  });
});

describe('an open formula', () => {
  test.each([
    ['so $x^2', 3],
    ['so $$x', 3],
    ['so \\(x', 3],
    ['so \\[x', 3],
    ['para\n\nso $x', 9],
    ['$a$ and $b', 8],
    ['so $', 3],
  ])('is held back: %j', (source, at) => {
    expect(openFormula(source)).toBe(at);
  });

  test.each([
    'it costs $5',
    'run $HOME and then',
    '`$x',
    'a\\$x',
    '$x\n\nlater',
    '$' + 'x'.repeat(200),
    'US$x',
    '$a$ b',
  ])('is not one: %j', (source) => {
    expect(openFormula(source.startsWith('`') ? `${source}\`` : source)).toBeNull();
  });
});

describe('MathML', () => {
  test('is made of nodes', () => {
    const node = formulaNode('\\frac{a}{b}', true);
    expect(node?.namespaceURI).toBe('http://www.w3.org/1998/Math/MathML');
    expect(node?.querySelector('mfrac')?.textContent).toBe('ab');
  });

  test.each([
    '\\frac{a',
    '\\unknown',
    '\\href{javascript:alert(1)}{x}',
    '\\url{https://x.example}',
    '\\includegraphics{x.png}',
    '\\class{a}{b}',
    '\\style{color:red}{x}',
    '\\def\\a{\\a\\a}\\a',
    '\\newcommand{\\a}{b}\\a',
    '\\gdef\\a{b}',
    '\\edef\\a{b}',
    '\\let\\a=\\b',
    'x'.repeat(2001),
    '{'.repeat(1990),
    '\\sqrt{'.repeat(300),
  ])('is not made of %s', (tex) => {
    expect(formulaNode(tex, false)).toBeNull();
  });

  test('carries no attribute that acts, whatever the source', () => {
    for (const tex of [
      '\\color{red}{x}',
      '\\text{<img src=x onerror=alert(1)>}',
      '\\begin{pmatrix}a&b\\\\c&d\\end{pmatrix}',
      '\\pmb{x}',
      '\\boxed{x}',
      '\\tag{1} x',
      '\\cancel{x}',
      '\\rule{9999em}{9999em}',
    ]) {
      const node = formulaNode(tex, true);
      expect(node, tex).not.toBeNull();
      for (const element of node?.querySelectorAll('*') ?? []) {
        expect(element.localName).toMatch(/^(?:m[a-z]+|none|span)$/);
        for (const { name } of element.attributes) expect(name).not.toMatch(/^(?:on|href|src|style$|id$)/);
      }
    }
  });

  test('is not larger than a reader can want', () => {
    const space =
      formulaNode('\\rule{9999em}{9999em}', false)?.closest('mspace') ??
      formulaNode('\\rule{9999em}{9999em}', false)?.querySelector('mspace');
    expect(Number.parseFloat(space?.getAttribute('width') ?? '')).toBeLessThanOrEqual(20);
  });

  test('replaces the source when it arrives, and leaves a mistake as it is', async () => {
    const stream = new MarkdownStream();
    stream.update('Good $a^2$, bad $\\frac{$.\n\n$$b$$', false);
    await stream.whenComplete();
    expect([...stream.node.querySelectorAll('math')].map((node) => node.textContent)).toEqual(['a2', 'b']);
    expect([...stream.node.querySelectorAll('code.tex')].map((node) => node.textContent)).toEqual([
      '\\frac{',
    ]);
  });

  test('is the same streamed and at once', async () => {
    const source = 'One $a$ two\n\n$$\nb\n$$\n\nthree \\(c\\)';
    const [slow, quick] = [new MarkdownStream(), new MarkdownStream()];
    for (let at = 0; at < source.length; at += 3) {
      slow.update(source.slice(0, at), true);
      await slow.whenComplete();
    }
    slow.update(source, false);
    quick.update(source, false);
    await Promise.all([slow.whenComplete(), quick.whenComplete()]);
    expect(slow.node.innerHTML).toBe(quick.node.innerHTML);
  });
});
