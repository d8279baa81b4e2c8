// @vitest-environment happy-dom
import type { Token } from 'marked';
import { describe, expect, test } from 'vitest';
import { lex, newLinks } from '../../src/markdown/syntax/lex.ts';
import { repaired } from '../../src/markdown/syntax/repair.ts';
import { pathological } from './pathological.ts';
import { rendered } from './rendering.ts';

// bench/hostile_markdown.py measures how long they take. These tests check that they end and that no stack
// overflows.
describe.each(Object.entries(pathological))('%s', (_, make) => {
  test('are read, also while more is to come', () => {
    const source = make(50_000);
    for (const read of [source, repaired(source)]) expect(lex(read, newLinks())).toBeInstanceOf(Array);
  });

  test('do not fail', () => {
    expect(() => rendered(make(3000))).not.toThrow();
  });
});

describe('what is read is bounded', () => {
  const depth = (tokens: readonly Token[] | undefined): number =>
    tokens === undefined
      ? 0
      : 1 + Math.max(0, ...tokens.map((token) => depth('tokens' in token ? token.tokens : undefined)));

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
