// @vitest-environment happy-dom
import { expect, test } from 'vitest';
import { isComposing } from '../../../src/ui/base/keys.ts';

const sources = import.meta.glob('../../../src/**/*.ts', {
  query: '?raw',
  import: 'default',
  eager: true,
}) as Record<string, string>;

test.each([
  [{ isComposing: true }, true],
  [{ keyCode: 229 }, true],
  [{ keyCode: 13 }, false],
])('a key of %j is for the input method: %s', (init, expected) => {
  expect(isComposing(new KeyboardEvent('keydown', { key: 'Enter', ...init }))).toBe(expected);
});

test('nobody has a rule of its own', () => {
  const others = Object.entries(sources).filter(
    ([path, source]) => !path.endsWith('ui/base/keys.ts') && /event\.isComposing|keyCode/.test(source),
  );
  expect(others.map(([path]) => path)).toEqual(['../../../src/page/own_keys.ts']);
});
