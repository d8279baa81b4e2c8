// Documents of every shape, for tests that compare a streamed rendering with a one-shot one.
export const corpus: readonly string[] = [
  'Plain text, one line.',
  '*```md\n\\[^1]: n\n[a]: b\n*',
  '> ```md\n*\n\n*',
  '# Title\n\nA paragraph with **bold**, *italic*, ~~gone~~ and `code`.\n\n## Next\n\nSetext title\n' +
    '===\n\nmore\n---\ntext',
  '- one\n- two\n  - nested **deep**\n  - again\n\n    para in item\n- three\n\n1. first\n2. second\n\n' +
    '7. seven\n* star\n+ plus',
  '| Name | Amount |\n|:-----|-------:|\n| Ada | 1,200 |\n| `x|y` | **9** |\n\nAfter the table.\n' +
    '| no | table |',
  'Before\n```python title="x"\ndef f(a):\n    return a  # **not bold**\n\n\n```\nAfter ~~~\n~~~\n' +
    'tilde `` ` `` code\n~~~\n',
  '````md\n```js\nnested\n```\n````\n\n    indented code\n\n> quote **one**\n> > two\n> - list\n\nlazy\n' +
    '> again\nlazy line',
  '- [ ] open\n- [x] done\n\nhttps://example.com and www.example.org, a@b.example ' +
    '<https://auto.example/x?y=1&z>',
  'A [link](https://example.com "title") and ![image](https://elsewhere.example/a.png) and [ref][r] ' +
    '[r]\n\ntext\n\n[r]: https://ref.example/ "R"\n',
  '<div onclick="x()">\n\n**md** inside\n\n</div>\n\n<!-- comment\n\nover lines -->\n\n' +
    'a <b>b</b> <script>alert(1)</script>',
  'Line one  \nline two\\\nline three\n\n***\n\n___\n\nsnake_case_word and 2 * 3 * 4, a_b_ c **x',
  '1. step\n\n   ```sh\n   npm i\n   ```\n\n2. then\n\n   | a |\n   |---|\n   | b |\n',
  'Umlaute äöü, emoji 👩‍👩‍👧 and 漢字 **强调**。\r\n\r\n- crlf\r\n- list\r\n\r\n' +
    'end &amp; &lt;tag&gt; &#8364; &unknown;',
  '> ' + '- '.repeat(20) + 'deep\n\n' + '>'.repeat(60) + ' very deep\n\nend',
  '```\nunclosed fence\n\nwith blank lines\n\n``\nand ticks',
  'a\n\n\n\n\nb\n \n  \n\tc\n\n\td\n\n\n',
  '**bold with [link `code`](https://x.example/a_b_c) inside** _em **both**_ ***all***',
  'Energy $E = mc^2$, \\(a_i *b*\\) and *x $y*z$ w*. It costs $5 and $10.\n\n$$\n\\frac{a}{b}\n+ c\n$$\n\n' +
    'so \\[\n- d\n\\]\nand echo $HOME $PATH',
  'First[^a], second[^b], first again[^a], none[^c].\n\n[^a]: One *note*\nlazy\n\n    and `more`\n\n' +
    '[^b]: Two, see[^d]\n[^d]: Three\n\nAfter[^b].',
  '*|-|\n|-|\n$</sub>[a]: b\n*',
  '[a](1. ```\n$$  |-|\n|-|\n$$# \\',
  'x\n\\begin{a}5|-|\n|-|\n[a]: b\n\\end{a}*',
  '$$**===\n```\n[a]: b\n$$\n# ',
  '$$](b)||-|\n!\\]```\n[^1]: n\n```md\n$$\nx',
  'Late[^z]\n\ntext\n\nmore text\n\nNo[^y]\n\n> [^z]: in a quote\n\nend',
];
