// @vitest-environment happy-dom
// Whatever chats and page do: what a running response locks is inert, and when all is over the page is as it
// wants to be.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LocksOption } from '../../../src/api/options.ts';
import { Chat, observed, part } from './page.ts';

const IDS = ['a', 'b', 'c', 'd'];
const SETS: readonly (readonly string[])[] = [['a'], ['b', 'c'], ['a', 'b', 'c', 'd'], ['d'], []];

type Step =
  | { at: number; do: 'start' | 'end' | 'fail' | 'remove' | 'attach' | 'leave' | 'move' }
  | { at: number; do: 'options'; set: number }
  | { at: number; do: 'lock'; names: readonly string[] | null }
  | { do: 'pagehide' }
  | { do: 'ticks' }
  | { do: 'replace' | 'inert' | 'free'; id: string };

const at = fc.nat(2);
const id = fc.constantFrom(...IDS);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ at, do: fc.constantFrom('start' as const, 'end' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      at,
      do: fc.constantFrom(
        'fail' as const,
        'remove' as const,
        'attach' as const,
        'leave' as const,
        'move' as const,
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ at, do: fc.constant('options' as const), set: fc.nat(SETS.length - 1) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ at, do: fc.constant('lock' as const), names: fc.option(fc.subarray(IDS)) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom('replace' as const, 'inert' as const, 'free' as const), id }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('pagehide' as const, 'ticks' as const) }) },
);

function optionOf(ids: readonly string[]): LocksOption {
  return { regions: Object.fromEntries(ids.map((one) => [one, `#${one}`])) };
}

/** `b` lies within `a`, so that regions are nested too. */
class World {
  readonly chats: Chat[];
  readonly sets: (readonly string[])[];
  /** The elements that the page itself makes inert. */
  readonly wanted = new Set<string>();
  isGone = false;

  constructor(sets: readonly number[], inert: readonly string[]) {
    document.body.replaceChildren();
    part('<div id="a"><div id="b"></div></div>');
    part('<div id="c"></div>');
    part('<div id="d"></div>');
    for (const one of inert) this.#want(one);
    this.sets = sets.map((set) => SETS[set]!);
    this.chats = this.sets.map((set) => new Chat(optionOf(set)));
  }

  do(step: Step): void {
    if (step.do === 'ticks') return;
    if (step.do === 'pagehide') return this.#leavePage();
    if ('id' in step) return this.#change(step.do, step.id);
    const chat = this.chats[step.at]!;
    if (step.do === 'start' && chat.isAttached && !this.isGone) chat.start();
    else if (step.do === 'end' || step.do === 'fail' || step.do === 'leave') chat.end();
    else if (step.do === 'remove') chat.remove();
    else if (step.do === 'attach' && !chat.isAttached) chat.attach();
    else if (step.do === 'move' && chat.isAttached) document.body.append(chat.element);
    else if (step.do === 'lock' && chat.view.phase === 'responding') chat.show({ lock: step.names });
    else if (step.do === 'options') chat.use(optionOf((this.sets[step.at] = SETS[step.set]!)));
  }

  get locked(): Set<string> {
    if (this.isGone) return new Set();
    return new Set(
      this.chats.flatMap(({ view, isAttached }, index) =>
        view.phase === 'responding' && isAttached
          ? this.sets[index]!.filter((one) => view.lock?.includes(one) ?? true)
          : [],
      ),
    );
  }

  check(): void {
    const marks = IDS.map((one) => [
      one,
      document.getElementById(one)!.hasAttribute('inert'),
      document.getElementById(one)!.hasAttribute('data-turnstream-locked'),
    ]);
    expect(marks).toEqual(
      IDS.map((one) => [one, this.locked.has(one) || this.wanted.has(one), this.locked.has(one)]),
    );
  }

  #leavePage(): void {
    this.isGone = true;
    dispatchEvent(Object.assign(new Event('pagehide'), { persisted: false }));
  }

  #change(how: 'replace' | 'inert' | 'free', one: string): void {
    const element = document.getElementById(one)!;
    if (how === 'inert') return this.#want(one);
    if (how === 'free') {
      this.wanted.delete(one);
      return element.removeAttribute('inert');
    }
    const fresh = document.createElement('div');
    fresh.id = one;
    fresh.append(...element.childNodes);
    this.wanted.delete(one);
    element.replaceWith(fresh);
  }

  #want(one: string): void {
    this.wanted.add(one);
    document.getElementById(one)!.setAttribute('inert', '');
  }
}

test('no region is free while a response runs that locks it, and none is left behind', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(SETS.length - 1), { minLength: 3, maxLength: 3 }),
      fc.subarray(IDS),
      fc.array(step, { maxLength: 40 }),
      async (sets, inert, plan) => {
        const world = new World(sets, inert);
        world.check();
        for (const one of plan) {
          world.do(one);
          await observed();
          world.check();
        }
        for (const chat of world.chats) chat.end();
        await observed();
        world.check();
        expect(IDS.filter((one) => document.getElementById(one)!.hasAttribute('inert')).sort()).toEqual(
          [...world.wanted].sort(),
        );
        expect(document.querySelectorAll('[aria-busy], [data-turnstream-locked]').length).toBe(0);
        for (const chat of world.chats) chat.remove();
      },
    ),
    { numRuns: 200 },
  );
});
