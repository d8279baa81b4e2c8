// @vitest-environment happy-dom
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BLOCK_SIZE, RenderBlocks } from '../../../src/ui/thread/render_blocks.ts';

let made = 0;

function newNodes(count: number): HTMLElement[] {
  return Array.from({ length: count }, () => {
    const turn = document.createElement('section');
    turn.id = `turn-${++made}`;
    return turn;
  });
}

type Change = (nodes: readonly HTMLElement[]) => HTMLElement[];

const changes = fc.oneof(
  fc.nat(90).map(
    (count): Change =>
      (nodes) => [...nodes, ...newNodes(count)],
  ),
  fc.nat(90).map(
    (count): Change =>
      (nodes) => [...newNodes(count), ...nodes],
  ),
  fc.nat().map(
    (n): Change =>
      (nodes) =>
        nodes.slice(0, n % (nodes.length + 1)),
  ),
  fc.nat().map(
    (n): Change =>
      (nodes) =>
        nodes.toSpliced(n % (nodes.length + 1), 1),
  ),
  fc.nat().map(
    (n): Change =>
      (nodes) =>
        nodes.toSpliced(n % (nodes.length + 1), 1, ...newNodes(1)),
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

const ids = (nodes: readonly HTMLElement[]): string[] => nodes.map(({ id }) => id);

test('no turn moves, and no group is empty or exceeds its size', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(changes, fc.nat()), { maxLength: 12 }), (all) => {
      const { root, groups, shown, sizes } = open();
      const observer = new MutationObserver(() => undefined);
      observer.observe(root, { childList: true, subtree: true });
      let nodes: HTMLElement[] = [];
      for (const [change, n] of all) {
        const before = nodes;
        nodes = change(before);
        const known = new Set<Node>(before);
        const same = nodes.findIndex((node, at) => node !== before[at]);
        const from = n % ((same === -1 ? nodes.length : same) + 1);
        groups.show(nodes.slice(from), nodes[from - 1] ?? null);
        expect(shown()).toEqual(ids(nodes));
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
  let nodes: HTMLElement[] = [];
  for (let page = 0; page < 10; page++) groups.show((nodes = [...newNodes(10), ...nodes]), null);
  expect(sizes()).toEqual([20, 40, 40]);
});

test('between two nodes of a full group there is room for one more', () => {
  const { groups, shown, sizes } = open();
  const nodes = newNodes(BLOCK_SIZE + 5);
  groups.show(nodes, null);
  const more = nodes.toSpliced(7, 0, ...newNodes(2));
  groups.show(more, null);
  expect(shown()).toEqual(ids(more));
  expect(sizes()).toEqual([BLOCK_SIZE + 2, 5]);
});

test('in another order they are shown in that order', () => {
  const { groups, shown } = open();
  const nodes = newNodes(100);
  groups.show(nodes, null);
  const reversed = nodes.toReversed();
  groups.show(reversed, null);
  expect(shown()).toEqual(ids(reversed));
});

test('a group is taken to be as high as its nodes', () => {
  const { root, groups } = open();
  groups.show(newNodes(BLOCK_SIZE + 3), null);
  expect([...root.children].map((group) => group.getAttribute('style'))).toEqual([
    'contain-intrinsic-size: auto 960em;',
    'contain-intrinsic-size: auto 72em;',
  ]);
});
