// Hostile sources: openings without an end, and deep nesting.

function repeat(piece: string, length: number): string {
  return piece.repeat(Math.ceil(length / piece.length)).slice(0, length);
}

function lines(line: (at: number) => string, length: number): string {
  let text = '';
  for (let at = 0; text.length < length; at++) text += `${line(at)}\n`;
  return text.slice(0, length);
}

/** By name, a source of about `length` characters. */
export const pathological: Readonly<Record<string, (length: number) => string>> = {
  'open brackets': (length) => repeat('[', length),
  'brackets opened and closed': (length) => '['.repeat(length / 2) + ']'.repeat(length / 2),
  'unclosed links': (length) => repeat('[a](', length),
  'links without an end, then two': (length) => `${repeat('[a](<b', length)}))`,
  'links within addresses': (length) => `${repeat('[a](b', length)}))`,
  'links within labels': (length) => `[${repeat('[a](b)', length)}\\ x`,
  'images within addresses': (length) => `${repeat('![a](b', length)}) x`,
  'unclosed images': (length) => repeat('![[[', length),
  'emphasis never closed': (length) => repeat('*a **b _c __d ', length),
  'emphasis nested': (length) => `${repeat('*a **b ', length / 2)}${repeat(' b** a*', length / 2)}`,
  'a long run of stars': (length) => repeat('*', length),
  'runs within words': (length) => repeat('a**b', length),
  tildes: (length) => repeat('~~a ', length),
  'quotes within quotes': (length) => repeat('>', length),
  'quotes within lists': (length) => repeat('> - ', length),
  'lists within lists': (length) => lines((at) => `${' '.repeat(2 * (at % 60))}- a`, length),
  'list markers in a row': (length) => repeat('- ', length),
  'runs of backticks, each longer': (length) =>
    Array.from({ length: Math.sqrt(2 * length) }, (_, at) => `e${'`'.repeat(at)}`).join(''),
  'many definitions': (length) => lines((at) => `[a${at}]: /u${at}`, length),
  'many references': (length) => `[a]: /u\n\n${repeat('[a] [b] ', length)}`,
  'many rows': (length) => `| a | b |\n|---|---|\n${repeat('| x | y |\n', length)}`,
  'many columns': (length) => `|${repeat('a|', length / 2)}\n|${repeat('-|', length / 2)}`,
  'less-than signs': (length) => repeat('<', length),
  'tags never closed': (length) => repeat('<a b="', length),
  'comments never closed': (length) => repeat('a <!-- ', length),
  ampersands: (length) => repeat('&', length),
  entities: (length) => repeat('&amp;&nope;', length),
  dollars: (length) => repeat('$', length),
  'formulas never closed': (length) => repeat('$a \\(b \\[c $$d ', length),
  'mentions of footnotes': (length) => repeat('[^', length),
  footnotes: (length) =>
    `${repeat('[^a] ', length / 2)}\n\n${lines((at) => `[^${at}]: [^${at + 1}]`, length / 2)}`,
  'addresses never ended': (length) => repeat('<http://a', length),
  'dotted words': (length) => repeat('a.b@c.', length),
  www: (length) => repeat('www.a.b.c', length),
  backslashes: (length) => repeat('\\', length),
  spaces: (length) => `a${' '.repeat(length)}b`,
  'empty lines': (length) => `a${'\n'.repeat(length)}b`,
  'one long line of words': (length) => repeat('word ', length),
  'one long paragraph': (length) => repeat('word\n', length),
  'pairs of parentheses': (length) => `[a](${'('.repeat(length / 2)}${')'.repeat(length / 2)})`,
  fences: (length) => repeat('```\na\n', length),
  'pipes and escapes': (length) => repeat('|\\|', length),
  'a header and its delimiter, again and again': (length) => repeat('"|\n|-', length),
  'two columns, again and again': (length) => repeat('a|b\n-|-\n', length),
  'table cells': (length) => `|a|b|\n|-|-|\n${repeat('|c|d|\n', length)}`,
  'a table of one wide row': (length) => `|${repeat('a|', length / 2)}\n|${repeat('-|', length / 2)}`,
  'table cells of emphasis': (length) => `|a|b|\n|-|-|\n${repeat('|**c *d|`e|\n', length)}`,
  'pairs of dollars': (length) => repeat('$a$ ', length),
  'pairs of dollars without spaces': (length) => repeat('$a$b', length),
  'display formulas': (length) => repeat('$$a$$\n', length),
  'environments never ended': (length) => repeat('\\begin{a}\n\n', length),
  'emphasis in pieces': (length) => repeat('**a *b* ', length),
  'fences of three characters': (length) => repeat(' ~~~\n ', length),
  'fences each longer': (length) =>
    Array.from({ length: Math.sqrt(2 * length) }, (_, at) => `~~~${'~'.repeat(at)}\n`).join(''),
  'documents within documents': (length) => repeat('```markdown\n', length),
  rules: (length) => repeat('* * *\n', length),
  headings: (length) => repeat('# a\n', length),
  'headings underlined': (length) => repeat('a\n=\n', length),
  'list items': (length) => repeat('- a\n', length),
  'list items of list items': (length) => repeat('- - a\n', length),
  'list items far apart': (length) => repeat('- a\n\n\n', length),
  'list items and lazy lines': (length) => repeat('- a\nb\n', length),
  'numbers of lists': (length) => repeat('1. a\n2) b\n', length),
  tasks: (length) => repeat('- [ ] a\n', length),
  'quoted lines': (length) => repeat('> a\n', length),
  'quotes and lazy lines': (length) => repeat('> a\nb\n', length),
  'quotes in turn': (length) => repeat('> a\n\n', length),
  'quotes of fences': (length) => repeat('> ```\n', length),
  'code by its indentation': (length) => repeat('    a\n\n', length),
  'lines of spaces': (length) => repeat('   \n', length),
  tabs: (length) => repeat('\t', length),
  'code spans': (length) => repeat('`a` ', length),
  'code spans never closed': (length) => repeat('`a ``b ', length),
  links: (length) => repeat('[a](/b) ', length),
  images: (length) => repeat('![a](/b) ', length),
  'links with titles never ended': (length) => repeat('[a](/b "c ', length),
  'links of links': (length) => repeat('[[a](/b)](/c) ', length),
  'bare addresses': (length) => repeat('https://a.example ', length),
  'addresses in brackets': (length) => repeat('<https://a.example> ', length),
  'mail addresses': (length) => repeat('a@b.example ', length),
  'references never defined': (length) => repeat('[a][b] ', length),
  'references of each their own': (length) => lines((at) => `[a${at}]\n\n[a${at}]: /u`, length),
  'labels never closed': (length) => repeat('[a\n', length),
  'definitions never ended': (length) => repeat('[a]: \n', length),
  'mentions and footnotes': (length) => lines((at) => `a[^${at}]\n\n[^${at}]: b\n`, length),
  'mentions of one footnote': (length) => `${repeat('[^a] ', length)}\n\n[^a]: b`,
  'footnotes of many lines': (length) => `[^a]: a\n${repeat('  b\n\n', length)}`,
  'footnotes within footnotes': (length) => lines((at) => `${'  '.repeat(at % 40)}[^${at}]: a`, length),
  strikethrough: (length) => repeat('~~a~~ ', length),
  underscores: (length) => repeat('_a __b ', length),
  'emphasis opened and closed': (length) => `${repeat('*a ', length / 2)}${repeat('a* ', length / 2)}`,
  'stars and letters': (length) => repeat('*a', length),
  'three stars': (length) => repeat('***a** b', length),
  'characters of references': (length) => repeat('&#x41;', length),
  breaks: (length) => repeat('a  \n', length),
  'breaks by backslashes': (length) => repeat('a\\\n', length),
  'break tags': (length) => repeat('<br>', length),
  subscripts: (length) => repeat('<sub>', length),
  'subscripts opened and closed': (length) => `${repeat('<sub>', length / 2)}${repeat('</sub>', length / 2)}`,
  'blocks of html': (length) => repeat('<div>\n\n', length),
  declarations: (length) => repeat('<!a ', length),
  'processing instructions': (length) => repeat('<?a ', length),
  'hidden characters': (length) => repeat('\u202e', length),
  'characters of tags': (length) => repeat('\u{e0041}', length),
  'letters and hidden characters': (length) => repeat('a\u200b', length),
  'joined emoji': (length) => repeat('\u{1f469}\u200d', length),
  'one long word': (length) => repeat('a', length),
  ideographs: (length) => repeat('\u6f22**\u5b57', length),
  'carriage returns': (length) => repeat('a\r', length),
  'separators of lines': (length) => repeat('a\u2028', length),
};

/** Numbers between 0 and 1, the same for the same seed. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const PIECES = [
  '*',
  '**',
  '***',
  '_',
  '__',
  '~~',
  '`',
  '``',
  '```\n',
  '~~~\n',
  '[',
  ']',
  '](',
  ')',
  '![',
  '[^a]',
  '[^a]: ',
  '[a]: /b\n',
  '<',
  '>',
  '> ',
  '- ',
  '1. ',
  '* * *\n',
  '# ',
  '|',
  '|-|\n',
  '\n',
  '\n\n',
  '    ',
  '\t',
  '\\',
  '$',
  '$$',
  '\\(',
  '\\[',
  '\\]',
  '\\begin{a}',
  '&amp;',
  '&',
  '<br>',
  '<sub>',
  '<a b="',
  '<!--',
  'https://a.example/',
  'a@b.example',
  'www.',
  ' ',
  ' ',
  'a',
  'word ',
  '\u6f22',
  '\u200d',
  '\u202e',
  '"',
  '(',
  '{',
  '=\n',
  '-\n',
  '  \n',
];

/**
 * A few of the pieces that markdown is made of, drawn anew for each seed, and each repeated a random number
 * of times.
 */
export function composed(seed: number, length: number): string {
  const next = random(seed);
  const pick = (): string => PIECES[Math.floor(next() * PIECES.length)] ?? '';
  const few = Array.from({ length: 2 + Math.floor(next() * 5) }, pick);
  let text = '';
  while (text.length < length) {
    const phrase = few.filter(() => next() < 0.7).join('') || 'a';
    text += phrase.repeat(1 + Math.floor(next() ** 3 * 2000));
  }
  return text.slice(0, length);
}
