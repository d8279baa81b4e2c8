// Sources made to be slow: each asks again and again for a partner that never comes, or nests without end.

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
  'tildes': (length) => repeat('~~a ', length),
  'quotes within quotes': (length) => repeat('>', length),
  'quotes within lists': (length) => repeat('> - ', length),
  'lists within lists': (length) => lines((at) => `${' '.repeat(2 * (at % 60))}- a`, length),
  'list markers in a row': (length) => repeat('- ', length),
  'runs of backticks, each longer': (length) => Array.from({ length: Math.sqrt(2 * length) }, (_, at) => `e${'`'.repeat(at)}`).join(''),
  'many definitions': (length) => lines((at) => `[a${at}]: /u${at}`, length),
  'many references': (length) => `[a]: /u\n\n${repeat('[a] [b] ', length)}`,
  'many rows': (length) => `| a | b |\n|---|---|\n${repeat('| x | y |\n', length)}`,
  'many columns': (length) => `|${repeat('a|', length / 2)}\n|${repeat('-|', length / 2)}`,
  'less-than signs': (length) => repeat('<', length),
  'tags never closed': (length) => repeat('<a b="', length),
  'comments never closed': (length) => repeat('a <!-- ', length),
  'ampersands': (length) => repeat('&', length),
  'entities': (length) => repeat('&amp;&nope;', length),
  'dollars': (length) => repeat('$', length),
  'formulas never closed': (length) => repeat('$a \\(b \\[c $$d ', length),
  'mentions of footnotes': (length) => repeat('[^', length),
  'footnotes': (length) => `${repeat('[^a] ', length / 2)}\n\n${lines((at) => `[^${at}]: [^${at + 1}]`, length / 2)}`,
  'addresses never ended': (length) => repeat('<http://a', length),
  'dotted words': (length) => repeat('a.b@c.', length),
  'www': (length) => repeat('www.a.b.c', length),
  'backslashes': (length) => repeat('\\', length),
  'spaces': (length) => `a${' '.repeat(length)}b`,
  'empty lines': (length) => `a${'\n'.repeat(length)}b`,
  'one long line of words': (length) => repeat('word ', length),
  'one long paragraph': (length) => repeat('word\n', length),
  'pairs of parentheses': (length) => `[a](${'('.repeat(length / 2)}${')'.repeat(length / 2)})`,
  'fences': (length) => repeat('```\na\n', length),
};
