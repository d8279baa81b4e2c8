// @vitest-environment happy-dom
import { describe, expect, test } from 'vitest';
import { lex, newLinks } from '../../src/markdown/lex.ts';
import { repaired } from '../../src/markdown/repair.ts';
import { pathological } from './pathological.ts';
import { rendered } from './rendering.ts';

const CHARACTERS = 25_000;
/** What is linear takes twice as long for twice as much. Quadratic would be four times; the rest is a noisy machine. */
const MAX_RATIO = 3.2;
const CEILING_MS = 2000;
/** Below this a ratio says more about the machine than about the source. */
const WORTH_COMPARING_MS = 40;

/** The least of several runs: whatever else the machine does only adds to it. */
function took(work: () => void): number {
  const runs = Array.from({ length: 4 }, () => {
    const from = performance.now();
    work();
    return performance.now() - from;
  });
  return Math.min(...runs);
}

function expectLinear(work: (source: string) => void, make: (length: number) => string): void {
  const [once, twice] = [make(CHARACTERS), make(2 * CHARACTERS)];
  const [forOnce, forTwice] = [took(() => work(once)), took(() => work(twice))];
  expect(forTwice).toBeLessThan(CEILING_MS);
  expect(forTwice).toBeLessThan(Math.max(WORTH_COMPARING_MS, forOnce * MAX_RATIO));
}

describe.each(Object.entries(pathological))('%s', (_, make) => {
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
