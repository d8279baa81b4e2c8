// @vitest-environment happy-dom
import { beforeAll, describe, expect, test } from 'vitest';
import { highlighter, mathematics } from '../../src/markdown/heavy/lazy.ts';
import { MarkdownStream } from '../../src/markdown/stream.ts';
import { answers } from './answers.ts';

// What a reader must not see while an answer comes: a character that vanishes again, or a block that turns
// into another. With S(i) what is shown of the first i characters, and S what is shown of all of them: S(i)
// is S with nothing added, except for at most LATER characters within it that come later (a bracket of
// `[!NOTE]`, taken for a link at first), and S(i) never takes back what S(i-1) has shown. The same holds for
// the blocks by name. Text of footnotes grows at the end of the page while other text still grows before it,
// so it is looked at for itself.
const LATER = 3;

/** The exceptions from the rule, with their reasons. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'table without edges':
    'a line with pipes is prose as long as no delimiter row follows; holding each back would stop prose ' +
    'that has pipes',
  'underlined heading': 'a paragraph is one until the line below is complete',
  'formula that begins like a price': '`$2x$` is a price until it closes',
  'words behind a dollar': '`$a long formula$` is a variable of a shell until it closes',
  'tight list':
    'items are lines until an empty line between two makes them paragraphs, which only adds blocks',
};

const excepted: Readonly<Record<string, string>> = {
  'table without edges': 'Name | Value\n--- | ---\na | b\nc | **d**\n\nEnd',
  'underlined heading': 'Heading\n===\n\nText',
  'formula that begins like a price': 'So $2x = 4$ holds',
  'words behind a dollar': 'So $\\text{this many words} = 4$ holds',
};

type Seen = { readonly body: string; readonly notes: string; readonly blocks: readonly string[] };

/** Omits white space, which is invisible at the end of a line, and our own labels. */
function seen(node: Element): Seen {
  const copy = node.cloneNode(true) as Element;
  for (const own of copy.querySelectorAll('.code-copy, .footnote-back')) own.remove();
  const notes = copy.querySelector('.footnotes');
  notes?.remove();
  const blocks = [
    ...copy.querySelectorAll(
      'p, h3, h4, h5, h6, ul, ol, li, blockquote, pre, table, tr, th, td, hr, .formula',
    ),
  ];
  return {
    body: bare(copy),
    notes: notes === null ? '' : bare(notes),
    blocks: blocks.map(({ localName }) => localName),
  };
}

function bare(node: Element): string {
  return node.textContent.replace(/\s/g, '');
}

function shown(source: string): Seen[] {
  const stream = new MarkdownStream();
  const steps = Array.from({ length: source.length }, (_, at) => {
    stream.update(source.slice(0, at), true);
    return seen(stream.node);
  });
  stream.update(source, false);
  return [...steps, seen(stream.node)];
}

/** Whether `whole` begins with `part` when at most `later` of its items are left out. */
function beginsWith(whole: ArrayLike<string>, part: ArrayLike<string>, later: number): boolean {
  let at = 0;
  for (let of = 0; of < part.length; of++) {
    while (at < whole.length && whole[at] !== part[of]) at++;
    if (at++ >= whole.length) return false;
  }
  return at - part.length <= later;
}

function flickers(source: string): string[] {
  const steps = shown(source);
  const last = steps.at(-1) as Seen;
  return steps.flatMap((step, at) => {
    const before = steps[Math.max(0, at - 1)] as Seen;
    const isCalm = [last, step].every((later, isStep) => {
      const earlier = isStep === 1 ? before : step;
      return (
        beginsWith(later.body, earlier.body, LATER) &&
        beginsWith(later.notes, earlier.notes, LATER) &&
        beginsWith(later.blocks, earlier.blocks, Infinity)
      );
    });
    return isCalm
      ? []
      : [`${source.slice(0, at)} ⇒ ${step.body.slice(-30)} | ${step.blocks.slice(-4).join(' ')}`];
  });
}

beforeAll(async () => {
  await Promise.all([highlighter.request(), mathematics.request()]);
});

describe('while an answer comes, nothing that was shown goes away', () => {
  test.each(Object.entries(answers))('%s', (_, source) => {
    expect(flickers(source)).toEqual([]);
  });

  test.each(Object.entries(excepted))('except: %s', (name, source) => {
    expect(EXCEPTIONS[name]).toBeDefined();
    expect(flickers(source).length).toBeGreaterThan(0);
  });
});
