// Which changes are undone and redone: last in, first out, even if messages are answered again in between.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  bounded,
  cleared,
  EMPTY,
  type Entry,
  forgetUndone,
  markRedone,
  markUndone,
  nextRedo,
  nextUndo,
  record,
  type UndoHistory,
} from '../../../src/page/undo/undo_history.ts';

let position = 0;
function entry(itemId: string, name: string, more: Partial<Entry> = {}): Entry {
  return { id: `e.${++position}`, itemId, effect: { name }, inverse: { name: `un${name}` }, ...more };
}
function written(...entries: Entry[]): UndoHistory {
  return bounded(entries.reduce(record, EMPTY));
}
const shown = (...ids: string[]): Set<string> => new Set(ids);
const names = (plan: ReturnType<typeof nextUndo>): string[] => plan?.effects.map(({ name }) => name) ?? [];

test('the newest turn is undone first, its changes in reverse order, and made again in order', () => {
  const history = written(entry('u1', 'a'), entry('u2', 'b'), entry('u2', 'c'));
  const all = shown('u1', 'u2');
  expect(nextUndo(history, all)).toMatchObject({ item_id: 'u2', is_undone: true });
  expect(names(nextUndo(history, all))).toEqual(['unc', 'unb']);
  const once = markUndone(history, 'u2', all, true);
  expect(names(nextUndo(once, all))).toEqual(['una']);
  expect(nextRedo(once)).toMatchObject({ item_id: 'u2', is_undone: false });
  expect(names(nextRedo(once))).toEqual(['b', 'c']);
  const twice = markUndone(once, 'u1', all, true);
  expect(nextUndo(twice, all)).toBeNull();
  expect(names(nextRedo(twice))).toEqual(['a']);
  expect(markRedone(markRedone(twice, 'u1'), 'u2')).toEqual(history);
});

test('an inverse takes the place, the key and the replay of its effect', () => {
  const history = written(
    entry('u1', 'set', {
      effect: { name: 'set', data: { n: 2 }, replay: 'latest', key: 'k' },
      inverse: { data: { n: 1 } },
    }),
    entry('u1', 'add', { effect: { name: 'add', replay: 'all' }, inverse: { name: 'remove' } }),
  );
  expect(nextUndo(history, shown('u1'))!.effects).toEqual([
    { name: 'remove', replay: 'all', of: 'add' },
    { name: 'set', data: { n: 1 }, replay: 'latest', key: 'k' },
  ]);
  expect(nextRedo(markUndone(history, 'u1', shown('u1'), true))!.effects).toEqual([
    { name: 'set', data: { n: 2 }, replay: 'latest', key: 'k' },
    { name: 'add', replay: 'all' },
  ]);
});

test('something new that is made ends what could be made again', () => {
  const history = markUndone(written(entry('u1', 'a')), 'u1', shown('u1'), true);
  expect(nextRedo(record(history, entry('u2', 'b')))).toBeNull();
});

test('where a message is answered again, what came after it goes with it, newest first', () => {
  const history = written(entry('u1', 'a'), entry('u2', 'b'), entry('u1', 'c'));
  expect(names(nextUndo(history, shown('u1')))).toEqual(['unc', 'unb', 'una']);
  expect(nextUndo(markUndone(history, 'u1', shown('u1'), true), shown('u1'))).toBeNull();
});

test('a message further back than what is on the screen cannot be undone from here', () => {
  const history = written(entry('u1', 'a'), entry('u5', 'b'));
  const after = markUndone(history, 'u5', shown('u5'), true);
  expect(nextUndo(after, shown('u5'))).toBeNull();
  expect(names(nextUndo(after, shown('u1', 'u5')))).toEqual(['una']);
});

test('other tabs write down the same effects, once', () => {
  const [a, b] = [entry('u1', 'a'), entry('u1', 'b')];
  const history = written(a, b, { ...a }, { ...b });
  expect(history.made.length).toBe(2);
  const undone = markUndone(history, 'u1', shown('u1'), true);
  expect(record(undone, { ...b })).toBe(undone);
  const local = written(entry('u1', 'a', { id: 'local:1' }), entry('u1', 'a', { id: 'local:1' }));
  expect(local.made.length).toBe(1);
});

test('an inverse that is said late has the place of its effect', () => {
  const [a, b, c, d] = [entry('u1', 'a'), entry('u1', 'b'), entry('u2', 'c'), entry('u2', 'd')] as const;
  const all = shown('u1', 'u2');
  const history = written(d, b, c, a);
  expect(names(nextUndo(history, all))).toEqual(['und', 'unc']);
  expect(names(nextUndo(markUndone(history, 'u2', all, true), all))).toEqual(['unb', 'una']);
  const late = record(markUndone(written(b, d), 'u2', all, true), a);
  expect(names(nextRedo(late))).toEqual(['d']);
  expect(names(nextUndo(late, all))).toEqual(['unb', 'una']);
});

test('changes before a clear are neither undone nor redone, later ones are', () => {
  const [a, b, c] = [entry('u1', 'a'), entry('u2', 'b'), entry('u2', 'c')] as const;
  const all = shown('u1', 'u2', 'u3');
  const clear = cleared(markUndone(written(a, b), 'u2', all, true), [c]);
  expect([nextUndo(clear, all), nextRedo(clear)]).toEqual([null, null]);
  expect([b, c].reduce(record, clear)).toEqual(clear);
  expect(names(nextUndo(record(clear, entry('u3', 'd')), all))).toEqual(['und']);
  expect(cleared(EMPTY, [])).toBe(EMPTY);
});

test('what is not kept any more is not written down again by another tab', () => {
  const [a, b, c] = [entry('u1', 'a'), entry('u1', 'b'), entry('u2', 'c')] as const;
  const all = shown('u1', 'u2');
  const undone = markUndone(written(a, b), 'u1', all, true);
  for (const history of [record(undone, c), record(forgetUndone(undone, 'u1'), c)]) {
    expect(names(nextUndo([a, b, c].reduce(record, history), all))).toEqual(['unc']);
  }
  const other = entry('u3', 'd', { id: 'other.1' });
  expect(names(nextUndo(record(record(undone, c), other), shown('u3')))).toEqual(['und']);
});

test('an older word of the server does not undo what was made since', () => {
  const history = record(
    markUndone(written(entry('u1', 'a')), 'u1', shown('u1'), true),
    entry('u1', 'b', { isAgain: true }),
  );
  expect(markUndone(history, 'u1', shown('u1'), false)).toBe(history);
  expect(markUndone(history, 'u1', shown('u1'), true).made).toEqual([]);
});

test('what does not fit goes turn by turn, the oldest first; half a turn is never kept', () => {
  const big = { data: { text: 'x'.repeat(70_000) } };
  const history = written(
    entry('u1', 'a', { inverse: big }),
    entry('u2', 'b', { inverse: big }),
    entry('u3', 'c', { inverse: big }),
  );
  expect(history.made.map(({ itemId }) => itemId)).toEqual(['u2', 'u3']);
  const whole = written(...[1, 2, 3, 4].map((at) => entry('u1', `e${at}`, { inverse: big })));
  expect(whole.made).toEqual([]);
  expect(names(nextUndo(record(whole, entry('u2', 'z')), shown('u1', 'u2')))).toEqual(['unz']);
});

test('a server takes what is kept of a turn, to undo it and to make it again: all of it or nothing', () => {
  const bytes = (plan: unknown): number => new TextEncoder().encode(JSON.stringify(plan)).length;
  const many = (count: number, more: Partial<Entry> = {}): Entry[] =>
    Array.from({ length: count }, () => entry('u1', 'a', more));
  const text = { data: { text: '漢'.repeat(800) } };
  expect(nextUndo(written(...many(1000)), shown('u1'))!.effects.length).toBe(1000);
  for (const turn of [
    many(1001),
    many(80, { inverse: text }),
    many(80, { effect: { name: 'a', ...text } }),
  ]) {
    expect(nextUndo(written(...turn), shown('u1'))).toBeNull();
    expect(names(nextUndo(written(...turn, entry('u2', 'z')), shown('u1', 'u2')))).toEqual(['unz']);
  }
  const history = written(...many(70, { inverse: text }));
  for (const plan of [nextUndo(history, shown('u1')), nextRedo(markUndone(history, 'u1', shown('u1'), true))])
    expect(bytes(plan)).toBeLessThan(180_000);
});

test('turns that are undone together fit together, and one that goes on after it was let go stays so', () => {
  const [one, two] = ['u1', 'u2'].map((itemId) => Array.from({ length: 600 }, () => entry(itemId, 'a'))) as [
    Entry[],
    Entry[],
  ];
  expect(nextUndo(written(...one, ...two), shown('u1', 'u2'))!.effects.length).toBe(600);
  expect(nextUndo(written(...one, ...two), shown('u1'))).toBeNull();
  const again = written(...one, entry('u2', 'b'), ...Array.from({ length: 600 }, () => entry('u1', 'c')));
  expect(nextUndo(record(again, entry('u1', 'd')), shown('u1'))).toBeNull();
});

/** A page with a list of numbers; each effect sets one, and its inverse restores the old one. */
test('undoing and making again walks back and forth through what the page looked like', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          fc.record({
            do: fc.constant('turn' as const),
            sets: fc.array(fc.tuple(fc.nat(3), fc.nat(9)), { minLength: 1, maxLength: 4 }),
          }),
          fc.record({ do: fc.constantFrom('undo' as const, 'redo' as const) }),
        ),
        { maxLength: 30 },
      ),
      (steps) => {
        let history: UndoHistory = EMPTY;
        let turns = 0;
        const page = [0, 0, 0, 0];
        const past: string[] = [];
        const future: string[] = [];
        const all = new Set(Array.from({ length: 40 }, (_none, at) => `u${at}`));
        const look = (): string => page.join();
        const apply = (plan: ReturnType<typeof nextUndo>): void =>
          plan?.effects.forEach(({ data }) => (page[data!['at'] as number] = data!['to'] as number));
        for (const step of steps) {
          const before = look();
          if (step.do === 'turn') {
            const itemId = `u${++turns}`;
            for (const [at, to] of step.sets) {
              history = record(history, {
                ...entry(itemId, 'set'),
                effect: { name: 'set', data: { at, to } },
                inverse: { data: { at, to: page[at]! } },
              });
              page[at] = to;
            }
            past.push(before);
            future.length = 0;
            continue;
          }
          const plan = step.do === 'undo' ? nextUndo(history, all) : nextRedo(history);
          const wanted = step.do === 'undo' ? past.pop() : future.pop();
          expect(plan === null).toBe(wanted === undefined);
          if (plan === null) continue;
          apply(plan);
          (step.do === 'undo' ? future : past).push(before);
          history =
            step.do === 'undo'
              ? markUndone(history, plan.item_id, all, true)
              : markRedone(history, plan.item_id);
          expect(look()).toBe(wanted);
        }
      },
    ),
    { numRuns: 500 },
  );
});
