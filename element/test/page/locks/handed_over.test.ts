// @vitest-environment happy-dom
// Effects reach the page in tasks of their own: until it has had them, it is locked as the server meant when
// it sent them.
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { EventQueue } from '../../../src/page/event_queue.ts';
import { Locks } from '../../../src/page/locks/locks.ts';
import { english } from '../../../src/ui/i18n/strings.ts';
import { DurableServer } from '../../session/support/durable_server.ts';
import { input } from '../../session/support/scripted.ts';
import { Tab } from '../../session/support/tab.ts';
import { inert, observed, part } from './page.ts';

const ALL = ['map', 'bar'];

class World {
  readonly server = new DurableServer();
  readonly tab = new Tab(this.server);
  readonly wrong: string[] = [];
  readonly heard: string[] = [];
  readonly #target = new EventTarget();
  readonly #events = new EventQueue(
    this.#target,
    () => ({ effects: { move: { schedule: 'frame' } } }),
    () => undefined,
  );
  readonly #chat = document.createElement('div');
  readonly #locks: Locks;
  /** The regions that the server locks now, and those that it locked with each effect. */
  #lock: readonly string[] = ALL;
  readonly #due: (readonly string[])[] = [];
  #isLeft = false;
  now = 0;

  constructor() {
    document.body.replaceChildren(this.#chat);
    for (const id of ALL) part(`<div id="${id}"></div>`);
    const root = this.#chat.attachShadow({ mode: 'open' });
    const options = { api: { url: '/' }, locks: { regions: { map: '#map', bar: '#bar' } } };
    this.#locks = new Locks({
      strings: english,
      options,
      session: this.tab.session,
      root: () => root,
      announce: () => undefined,
      changed: () => undefined,
      pageFailed: (error) => void this.wrong.push(String(error)),
    });
    this.#locks.follow();
    this.tab.onEmit = ({ name, detail }) => this.#events.emit(name, detail as never);
    this.tab.enqueue = (run) => this.#events.do(run);
    vi.spyOn(performance, 'now').mockImplementation(() => this.now);
    this.#listen();
  }

  lock(regions: readonly string[] | null): void {
    if (!this.#isRunning) return;
    this.#lock = regions ?? ALL;
    this.server.emit({ type: 'turnstream.lock', ...(regions !== null && { regions: [...regions] }) });
  }
  effect(name: string): void {
    if (!this.#isRunning) return;
    const at = this.#due.push(this.#lock) - 1;
    this.server.emit({ type: 'client_effect', name, data: { at } });
  }
  async send(): Promise<void> {
    if (this.#isRunning || this.tab.view.phase !== 'idle') return;
    this.#lock = ALL;
    const sending = this.tab.session.send(input('x'));
    await Promise.resolve();
    this.#expect('at once', ALL);
    await sending;
  }
  async leave(): Promise<void> {
    this.#isLeft = true;
    const left = this.tab.session.openThread(null);
    if (inert().length > 0) this.wrong.push('left, and locked');
    this.server.end();
    await left;
    await this.#events.delivered();
    this.#isLeft = false;
  }
  /** Resolves when the page has handled everything that was sent. */
  async ticks(): Promise<void> {
    for (let at = 0; at < 5; at++) await observed();
    await this.#events.delivered();
    await observed();
    const locked = this.tab.view.phase === 'responding' ? this.#lock : [];
    expect(inert()).toEqual(ALL.filter((one) => locked.includes(one)));
  }
  async end(): Promise<void> {
    this.server.end();
    await this.tab.session.whenIdle();
    await this.ticks();
    this.#locks.leave();
  }

  get #isRunning(): boolean {
    return this.server.turn?.status === 'running';
  }

  #expect(when: string, due: readonly string[]): void {
    this.heard.push(`${when}: ${inert().join()}`);
    if (!this.#isLeft && !due.every((one) => inert().includes(one)))
      this.wrong.push(`${when}: ${inert().join()} of ${due.join()}`);
  }

  #listen(): void {
    this.#target.addEventListener('chatkit.effect', (event) => {
      this.now += 5; // Two handlers exceed a slice.
      const { name, data } = (event as CustomEvent<{ name: string; data: { at: number } }>).detail;
      this.#expect(name, this.#due[data.at]!);
    });
    this.#target.addEventListener('chatkit.response.start', () => this.#expect('start', ALL));
    this.#target.addEventListener('chatkit.response.end', () => {
      this.#expect('end', []);
      if (this.tab.view.phase === 'idle' && inert().length > 0) this.wrong.push('ended, and locked');
    });
  }
}

beforeEach(() => document.body.replaceChildren());
afterEach(() => void vi.restoreAllMocks());

test('the page is locked until it has had the last effect, and free before it hears of the end', async () => {
  const world = new World();
  await world.send();
  for (const name of ['a', 'b', 'move', 'c']) world.effect(name);
  world.lock(['bar']);
  world.effect('d');
  world.lock(null);
  world.effect('move');
  await world.end();
  expect(world.wrong).toEqual([]);
  expect(world.heard).toEqual([
    'start: map,bar',
    'at once: map,bar',
    'a: map,bar',
    'b: map,bar',
    'move: map,bar',
    'c: map,bar',
    'd: bar',
    'move: map,bar',
    'end: ',
  ]);
});

test('a region is freed after the effects before it, and locked again at once', async () => {
  const world = new World();
  await world.send();
  world.lock([]);
  await world.ticks();
  world.effect('a');
  world.effect('b');
  world.effect('c');
  world.lock(['map']);
  await vi.waitFor(() => expect(world.tab.view.lock).toEqual(['map']), 60_000);
  expect(inert()).toEqual(['map']);
  await world.ticks();
  await world.end();
  expect(world.wrong).toEqual([]);
});

type Step =
  | { do: 'effect'; name: string }
  | { do: 'lock'; names: readonly string[] | null }
  | { do: 'send' | 'end' | 'leave' | 'task' | 'ticks' };
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('effect' as const), name: fc.constantFrom('draw', 'move') }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('lock' as const), names: fc.option(fc.subarray(ALL)) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('send' as const, 'end' as const, 'task' as const, 'task' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('leave' as const, 'ticks' as const) }) },
);

test('no effect reaches a page without the locks under which it was sent', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (plan) => {
      const world = new World();
      await world.send();
      for (const one of plan) {
        if (one.do === 'effect') world.effect(one.name);
        else if (one.do === 'lock') world.lock(one.names);
        else if (one.do === 'end') world.server.end();
        else if (one.do === 'task') await observed();
        else await world[one.do]();
      }
      await world.end();
      expect(world.wrong).toEqual([]);
    }),
    { numRuns: 150 },
  );
});
