// @vitest-environment happy-dom
import { describe, expect, test } from 'vitest';
import { canonicalHtml, canonicalNodes } from '../html.ts';
import { everyPrefix, oneShot, rendered, streamed } from '../rendering.ts';

type Example = readonly [name: string, source: string, expected: string];

const box = (checked: boolean): string => `<input${checked ? ' checked=""' : ''}>`;

/**
 * Inputs after the extensions of GitHub's specification (its section in the name), and the structure they ask
 * for.
 */
const examples: readonly Example[] = [
  [
    'tables: head and body',
    '| foo | bar |\n| --- | --- |\n| baz | bim |',
    '<table><thead><tr><th>foo</th><th>bar</th></tr></thead><tbody><tr><td>baz</td><td>bim</td></tr>' +
      '</tbody></table>',
  ],
  [
    'tables: columns need not line up',
    '| abc | defghi |\n:-: | -----------:\nbar | baz',
    '<table><thead><tr><th class="align-center">abc</th><th ' +
      'class="align-right">defghi</th></tr></thead><tbody><tr><td class="align-center">bar</td><td ' +
      'class="align-right">baz</td></tr></tbody></table>',
  ],
  [
    'tables: an escaped pipe is a pipe, in code too',
    '| f\\|oo  |\n| ------ |\n| b `\\|` az |\n| b **\\|** im |',
    '<table><thead><tr><th>f|oo</th></tr></thead><tbody><tr><td>b <code>|</code> az</td></tr><tr><td>b ' +
      '<strong>|</strong> im</td></tr></tbody></table>',
  ],
  [
    'tables: another block ends them',
    '| abc | def |\n| --- | --- |\n| bar | baz |\n> bar',
    '<table><thead><tr><th>abc</th><th>def</th></tr></thead><tbody><tr><td>bar</td><td>baz</td></tr>' +
      '</tbody></table><blockquote><p>bar</p></blockquote>',
  ],
  [
    'tables: a line without pipes is a row, an empty one ends them',
    '| abc | def |\n| --- | --- |\n| bar | baz |\nbar\n\nbar',
    '<table><thead><tr><th>abc</th><th>def</th></tr></thead><tbody><tr><td>bar</td><td>baz</td></tr>' +
      '<tr><td>bar</td><td></td></tr></tbody></table><p>bar</p>',
  ],
  [
    'tables: as many delimiters as header cells',
    '| abc | def |\n| --- |\n| bar |',
    '<p>| abc | def |\n| --- |\n| bar |</p>',
  ],
  [
    'tables: rows are filled and cut',
    '| abc | def |\n| --- | --- |\n| bar |\n| bar | baz | boo |',
    '<table><thead><tr><th>abc</th><th>def</th></tr></thead><tbody><tr><td>bar</td><td></td></tr><tr>' +
      '<td>bar</td><td>baz</td></tr></tbody></table>',
  ],
  [
    'tables: no body without rows',
    '| abc | def |\n| --- | --- |',
    '<table><thead><tr><th>abc</th><th>def</th></tr></thead></table>',
  ],
  [
    'task lists: open and done',
    '- [ ] foo\n- [x] bar',
    `<ul><li class="task">${box(false)} foo</li><li class="task">${box(true)} bar</li></ul>`,
  ],
  [
    'task lists: nested',
    '- [x] foo\n  - [ ] bar\n  - [x] baz\n- [ ] bim',
    `<ul><li class="task">${box(true)} foo<ul><li class="task">${box(false)} bar</li><li ` +
      `class="task">${box(true)} baz</li></ul></li><li class="task">${box(false)} bim</li></ul>`,
  ],
  ['task lists: a capital counts', '1. [X] foo', `<ol><li class="task">${box(true)} foo</li></ol>`],
  ['task lists: only in lists', '[ ] foo', '<p>[ ] foo</p>'],
  ['strikethrough: two tildes', '~~Hi~~ Hello, world!', '<p><del>Hi</del> Hello, world!</p>'],
  ['strikethrough: one tilde is a character, on purpose', '~there~', '<p>~there~</p>'],
  [
    'strikethrough: not across paragraphs',
    'This ~~has a\n\nnew paragraph~~.',
    '<p>This ~~has a</p><p>new paragraph~~.</p>',
  ],
  ['strikethrough: not with three', 'This will ~~~not~~~ strike.', '<p>This will ~~~not~~~ strike.</p>'],
  [
    'autolinks: www',
    'www.commonmark.org',
    '<p><a href="http://www.commonmark.org">www.commonmark.org</a></p>',
  ],
  [
    'autolinks: a path',
    'Visit www.commonmark.org/help for more information.',
    '<p>Visit <a href="http://www.commonmark.org/help">www.commonmark.org/help</a> for more information.</p>',
  ],
  [
    'autolinks: punctuation at the end stays outside',
    'Visit www.commonmark.org.\n\nVisit www.commonmark.org/a.b.',
    '<p>Visit <a href="http://www.commonmark.org">www.commonmark.org</a>.</p><p>Visit <a ' +
      'href="http://www.commonmark.org/a.b">www.commonmark.org/a.b</a>.</p>',
  ],
  [
    'autolinks: parentheses in pairs',
    '(www.google.com/search?q=Markup+(business))',
    '<p>(<a href="http://www.google.com/search?q=Markup+(business)">www.google.com/search?q=Markup+(business)</a>)</p>',
  ],
  [
    'autolinks: an entity at the end stays outside',
    'www.google.com/search?q=commonmark&hl=en\n\nwww.google.com/search?q=commonmark&hl;',
    '<p>' +
      '<a href="http://www.google.com/search?q=commonmark&amp;hl=en">www.google.com/search?q=commonmark&amp;hl=en</a>' +
      '</p><p>' +
      '<a href="http://www.google.com/search?q=commonmark">www.google.com/search?q=commonmark</a>&amp;hl;</p>',
  ],
  [
    'autolinks: an angle bracket ends them',
    'www.commonmark.org/he<lp',
    '<p><a href="http://www.commonmark.org/he">www.commonmark.org/he</a>&lt;lp</p>',
  ],
  [
    'autolinks: schemes',
    'http://commonmark.org\n\n(Visit https://encrypted.google.com/search?q=Markup+(business))',
    '<p><a href="http://commonmark.org">http://commonmark.org</a></p><p>(Visit <a ' +
      'href="https://encrypted.google.com/search?q=Markup+(business)">https://encrypted.google.com/search?q=Markup+(business)</a>)</p>',
  ],
  ['autolinks: mail', 'foo@bar.baz', '<p><a href="mailto:foo@bar.baz">foo@bar.baz</a></p>'],
  [
    'autolinks: plus before the at sign only',
    "hello@mail+xyz.example isn't valid, but hello+xyz@mail.example is.",
    "<p>hello@mail+xyz.example isn't valid, but <a " +
      'href="mailto:hello+xyz@mail.example">hello+xyz@mail.example</a> is.</p>',
  ],
  [
    'autolinks: no mail ends with a hyphen or an underscore',
    'a.b-c_d@a.b\n\na.b-c_d@a.b.\n\na.b-c_d@a.b-\n\na.b-c_d@a.b_',
    '<p><a href="mailto:a.b-c_d@a.b">a.b-c_d@a.b</a></p><p><a ' +
      'href="mailto:a.b-c_d@a.b">a.b-c_d@a.b</a>.</p><p>a.b-c_d@a.b-</p><p>a.b-c_d@a.b_</p>',
  ],
];

describe("GitHub's extensions", () => {
  test.each(examples)('%s', (_, source, expected) => {
    expect(canonicalNodes(rendered(source))).toBe(canonicalHtml(expected));
  });

  test.each(examples)('%s, streamed', (_, source) => {
    expect(streamed(source, everyPrefix(source))).toBe(oneShot(source));
  });

  test('a table scrolls in a box of its own that the keyboard reaches', () => {
    const scroll = rendered('| a |\n|---|\n| b |').querySelector('table')?.parentElement;
    expect(scroll?.className).toBe('table');
    expect(scroll?.tabIndex).toBe(0);
  });
});
