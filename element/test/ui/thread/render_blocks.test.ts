// @vitest-environment happy-dom
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BLOCK_SIZE, RenderBlocks } from '../../../src/ui/thread/render_blocks.ts';

let made = 0;

function newTurns(count: number): HTMLElement[] {
  return Array.from({ length: count }, () => {
    const turn = document.createElement('section');
    turn.id = `turn-${++made}`;
    return turn;
  });
}

type Change = (turns: readonly HTMLElement[]) => HTMLElement[];

const changes = fc.oneof(
  fc.nat(90).map(
    (count): Change =>
      (turns) => [...turns, ...newTurns(count)],
  ),
  fc.nat(90).map(
    (count): Change =>
      (turns) => [...newTurns(count), ...turns],
  ),
  fc.nat().map(
    (n): Change =>
      (turns) =>
        turns.slice(0, n % (turns.length + 1)),
  ),
  fc.nat().map(
    (n): Change =>
      (turns) =>
        turns.toSpliced(n % (turns.length + 1), 1),
  ),
  fc.nat().map(
    (n): Change =>
      (turns) =>
        turns.toSpliced(n % (turns.length + 1), 1, ...newTurns(1)),
  ),
);

function open(): { root: HTMLElement; groups: RenderBlocks; shown: () => string[]; sizes: () => number[] } {
  const root = document.createElement('div');
  const shown = (): string[] =>
    [...root.children].flatMap((group) => [...group.children].map(({ id }) => id));
  return {
    root,
    groups: new RenderBlocks(root),
    shown,
    sizes: () => [...root.children].map(({ childElementCount }) => childElementCount),
  };
}

const ids = (turns: readonly HTMLElement[]): string[] => turns.map(({ id }) => id);

test('no turn moves, and no group is empty or exceeds its size', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(changes, fc.nat()), { maxLength: 12 }), (all) => {
      const { root, groups, shown, sizes } = open();
      const observer = new MutationObserver(() => undefined);
      observer.observe(root, { childList: true, subtree: true });
      let turns: HTMLElement[] = [];
      for (const [change, n] of all) {
        const before = turns;
        turns = change(before);
        const known = new Set<Node>(before);
        const same = turns.findIndex((turn, at) => turn !== before[at]);
        const from = n % ((same === -1 ? turns.length : same) + 1);
        groups.show(turns.slice(from), turns[from - 1] ?? null);
        expect(shown()).toEqual(ids(turns));
        expect(
          observer
            .takeRecords()
            .flatMap(({ addedNodes }) => [...addedNodes])
            .filter((node) => known.has(node)),
        ).toEqual([]);
        expect(sizes().every((size) => size > 0 && size <= BLOCK_SIZE)).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});

test('short pages share the first group while it has room for them', () => {
  const { groups, sizes } = open();
  let turns: HTMLElement[] = [];
  for (let page = 0; page < 10; page++) groups.show((turns = [...newTurns(10), ...turns]), null);
  expect(sizes()).toEqual([20, 40, 40]);
});

test('between two turns of a full group there is room for one more', () => {
  const { groups, shown, sizes } = open();
  const turns = newTurns(BLOCK_SIZE + 5);
  groups.show(turns, null);
  const more = turns.toSpliced(7, 0, ...newTurns(2));
  groups.show(more, null);
  expect(shown()).toEqual(ids(more));
  expect(sizes()).toEqual([BLOCK_SIZE + 2, 5]);
});

test('in another order they are shown in that order', () => {
  const { groups, shown } = open();
  const turns = newTurns(100);
  groups.show(turns, null);
  const turned = turns.toReversed();
  groups.show(turned, null);
  expect(shown()).toEqual(ids(turned));
});

test('a group is taken to be as high as its turns', () => {
  const { root, groups } = open();
  groups.show(newTurns(BLOCK_SIZE + 3), null);
  expect([...root.children].map((group) => group.getAttribute('style'))).toEqual([
    'contain-intrinsic-size: auto 960em;',
    'contain-intrinsic-size: auto 72em;',
  ]);
});
