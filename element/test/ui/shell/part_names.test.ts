import { expect, test } from 'vitest';
import { PART_NAMES } from '../../../src/ui/shell/part_names.ts';

const sources = import.meta.glob(['../../../src/{ui,page}/**/*.ts', '!**/part_names.ts'], {
  query: '?raw',
  import: 'default',
  eager: true,
});

test('the parts that templates name are those that a page can style', () => {
  const used = Object.values(sources).flatMap((source) =>
    [...source.matchAll(/\bpart(?:="|', ')([a-z-]+)/g)].map(([, part]) => part),
  );
  expect(new Set(used)).toEqual(new Set(PART_NAMES));
});
