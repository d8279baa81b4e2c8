// @vitest-environment happy-dom
import type { Token } from 'marked';
import { describe, expect, test } from 'vitest';
import { lex, newLinks } from '../../src/markdown/lex.ts';
import { repaired } from '../../src/markdown/repair.ts';
import { pathological } from './pathological.ts';
import { rendered } from './rendering.ts';

const CHARACTERS = 12_500;
const TIMES = 4;
/** What is linear takes four times as long for four times as much, what is quadratic sixteen times; between them lies the noise of a machine. */
const MAX_RATIO = 9;
const CEILING_MS = 2000;
/** Below this a ratio says more about the machine than about the source. */
const WORTH_COMPARING_MS = 60;

/** The least of several runs: whatever else the machine does only adds to it. */
function took(work: () => void): number {
  const runs = Array.from({ length: 3 }, () => {
    const from = performance.now();
    work();
    return performance.now() - from;
  });
  return Math.min(...runs);
}

function expectLinear(work: (source: string) => void, make: (length: number) => string): void {
  const [short, long] = [make(CHARACTERS), make(TIMES * CHARACTERS)];
  const [forShort, forLong] = [took(() => work(short)), took(() => work(long))];
  expect(forLong).toBeLessThan(CEILING_MS);
  expect(forLong).toBeLessThan(Math.max(WORTH_COMPARING_MS, forShort * MAX_RATIO));
}

describe.each(Object.entries(pathological))('%s', { timeout: 60_000, retry: 2 }, (_, make) => {
  test('take linear time to read', () => {
    expectLinear((source) => lex(source, newLinks()), make);
  });

  test('take linear time to read while more is to come', () => {
    expectLinear((source) => lex(repaired(source), newLinks()), make);
  });

  test('do not fail', () => {
    expect(() => rendered(make(3000))).not.toThrow();
  });
});

describe('what is read is bounded', () => {
  const depth = (tokens: readonly Token[] | undefined): number => (tokens === undefined ? 0 : 1 + Math.max(0, ...tokens.map((token) => depth('tokens' in token ? token.tokens : undefined))));

  test('in depth', () => {
    expect(depth(lex('*a **b '.repeat(1000) + ' b** a*'.repeat(1000), newLinks()))).toBeLessThan(30);
  });

  test('in the emphasis that is closed before its end', () => {
    expect(repaired('*a **b')).toBe('*a **b***');
    expect(repaired('*a **b '.repeat(20))).toBe('*a **b '.repeat(20));
  });

  test('but no word is lost', () => {
    const source = '*a **b '.repeat(3000);
    expect(rendered(source).textContent.replace(/[*\s]/g, '')).toBe('ab'.repeat(3000));
  });
});
