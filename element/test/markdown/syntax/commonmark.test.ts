// @vitest-environment happy-dom
import { tests } from 'commonmark-spec';
import { describe, expect, test } from 'vitest';
import { canonicalHtml, canonicalNodes } from '../html.ts';
import { everyPrefix, oneShot, rendered, streamed } from '../rendering.ts';

const examples = tests.map((example) => ({
  number: example.number,
  source: example.markdown.replaceAll('→', '\t'),
  expected: example.html.replaceAll('→', '\t'),
}));

/** The examples contain images of their own origin. */
const OPTIONS = { headingLevel: null, pictures: { domains: [], paths: ['/'] } };

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, at) => from + at);
}

/** The examples that we render differently on purpose. html.ts describes what the comparison ignores. */
const DIFFERENCES: Readonly<Record<string, readonly number[]>> = {
  'raw HTML is shown as text': [
    21,
    31,
    ...range(148, 167),
    ...range(169, 191),
    308,
    309,
    344,
    475,
    476,
    477,
    491,
    524,
    536,
    614,
    615,
    623,
    630,
    631,
    642,
    643,
  ],
  'an empty heading is left out': [79],
  'a character reference that nobody writes stays as written': [25],
  'an address of a scheme that is not on the list is text': [596, 598, 599, 601],
  'a bare address is a link, as GitHub has it': [602, 608, 611, 612],
};
const differing = new Set(Object.values(DIFFERENCES).flat());

function matches({ source, expected }: { source: string; expected: string }): boolean {
  return canonicalNodes(rendered(source, OPTIONS)) === canonicalHtml(expected);
}

describe('the 652 examples of CommonMark 0.31.2', () => {
  test('581 give what the specification says, and the other 71 differ by intent', () => {
    expect(examples).toHaveLength(652);
    expect(examples.filter(matches)).toHaveLength(581);
    expect(examples.filter((example) => !matches(example)).map(({ number }) => number)).toEqual(
      [...differing].sort((a, b) => a - b),
    );
  });

  test.each(examples.filter(({ number }) => !differing.has(number)))(
    'example $number',
    ({ source, expected }) => {
      expect(canonicalNodes(rendered(source, OPTIONS))).toBe(canonicalHtml(expected));
    },
  );

  test('show every character of raw HTML', () => {
    for (const number of [613, 614, 615, 616, 618]) {
      const source = examples[number - 1]?.source ?? '';
      expect(rendered(source).textContent.replace(/\s+/g, '')).toBe(source.replace(/\s+/g, ''));
    }
  });
});

/** About 20,000 documents each: this takes seconds on an idle machine. */
describe('streamed, an example equals itself at once', () => {
  test('character by character', () => {
    for (const { source } of examples)
      expect(streamed(source, everyPrefix(source)), source).toBe(oneShot(source));
  });

  test('split in two anywhere', () => {
    for (const { source } of examples) {
      const whole = oneShot(source);
      for (const cut of everyPrefix(source))
        expect(streamed(source, [cut]), `${cut} of ${source}`).toBe(whole);
    }
  });

  test('behind another block and before one', () => {
    for (const { source } of examples) {
      const embedded = `Before.\n\n${source}\n\nAfter.\n\nEnd`;
      expect(streamed(embedded, everyPrefix(embedded)), source).toBe(oneShot(embedded));
    }
  });
});
