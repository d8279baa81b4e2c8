// Answers as models write them, for tests of what a reader sees while they come.
export const answers: Readonly<Record<string, string>> = {
  prose:
    'Sure! Here is **what you need** to know about *streams*: they are ***very*** useful, and `read()` ' +
    'never blocks. Use snake_case_names, 2 * 3 = 6, and ~~old~~ new ways.\n\n' +
    'Take items[0] and a[i][j], wait! And [1] or [sic] too.\n\n' +
    'A second paragraph with "quotes", a [link to the docs](https://docs.example/a_b_c?x=(1)), ' +
    'https://bare.example/path_a and <https://auto.example>.\n\n' +
    'Prices are $5 and $10; AT&amp;T, 5 < 6 and a > b, 50% * 2, $a*b$ or $x_1$ ok, C:\\dir\\* and ' +
    '\\*stars\\*.',
  headings:
    '# Title\n\nIntro\n\n## Part *one*\n\nText\n\n### `code` part\n\n---\n\nText after a rule\n\n' +
    '#### Deep\n- list at once\n- second\n',
  lists:
    '- one\n- two with **bold**\n  - nested *one*\n    - deeper `code`\n  - nested two\n- three\n\n' +
    '1. first\n2. second\n   1. inner\n   2. inner two\n3. third\n\n- [ ] open task\n' +
    '- [x] done **task**\n\n10. ten\n11. eleven\n\nEnd.',
  table:
    'Compare:\n\n| Name | Price | Note |\n|:-----|------:|:----:|\n| Ada | 1,200 | **bold** |\n' +
    '| `x` | -3 | [link](https://a.example/b) |\n| last | | *it* |\n\nThat is all.',
  fences:
    'Run this:\n\n```bash\nnpm install --save-dev x\n# comment **not bold**\n```\n\nThen:\n\n' +
    '```python title="a"\ndef f(a):\n\n    return `a` ** 2\n```\n\n~~~\nplain `` ` ``\n~~~\n\n1. step\n\n' +
    '   ```js\n   let a = 1\n   ```\n\n2. next\n\n````md\n```js\nx\n```\n````\n\nDone `a``b` and ``a`b``.',
  mathematics:
    'The formula $E = mc^2$ and \\(a_i^2\\) matter.\n\n$$\n\\frac{a}{b}\n+ c\n$$\n\n' +
    'So \\[x = 1\\] and $$y$$ hold. It costs $5, or 10 dollars, in $HOME and so on.\n\n\\[\n' +
    '\\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix}\n\\]\n\nEnd $x$.',
  footnotes:
    'A claim[^1] and another[^note]. Again[^1].\n\nMore text.\n\n' +
    '[^1]: The *first* source, https://a.example.\n[^note]: The second one\n    goes on.\n\nAfter it all.',
  images:
    'A picture ![A chart of *sales*](https://elsewhere.example/a.png "Chart") in text.\n\n' +
    '![Alone](https://elsewhere.example/b.png)\n\n' +
    '[![badge](https://elsewhere.example/c.svg)](https://a.example) end',
  quotes:
    '> A quote with **bold**\n> and more.\n>\n> > nested *one*\n>\n> - item\n> - item two\n\nAfter.\n\n' +
    '> [!NOTE]\n> Mind `this`.\n\nEnd.',
  breaks:
    'Line one  \nline two\\\nline three\n\n***\n\nText\n___\nText after\n\n* star\n* list\n\n+ plus\n+ list',
  html:
    'Use the <kbd>Ctrl</kbd> key, a <br> and `<div>`.\n\n<details>\n<summary>More</summary>\n\n' +
    'Hidden **text**\n\n</details>\n\nEnd &copy; 2024 &mdash; &lt;tag&gt;.',
};
