// @vitest-environment happy-dom
// The time limits of the guards. tests/browser/test_guards.py makes the mistakes in Chromium.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ChatEvents } from '../../src/api/events.ts';
import type { ChatOptions } from '../../src/api/options.ts';
import { findings } from '../../src/diagnostics/diagnostic_messages.ts';
import { Guards } from '../../src/diagnostics/guards.ts';
import type { Delivery } from '../../src/page/event_queue.ts';
import { ClientToolError, ConnectionError } from '../../src/protocol/errors.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const sound = { onResponseStart: () => undefined, onError: () => undefined, persist: true } as const;

class Watched {
  readonly logged: ChatEvents['log'][] = [];
  readonly guards: Guards;

  constructor(options: Partial<ChatOptions>) {
    this.guards = new Guards(
      false,
      () => options,
      (detail) => this.logged.push(detail),
    );
  }
  effect(name: string, delivery: Partial<Delivery> = {}, more: Partial<ChatEvents['effect']> = {}): void {
    this.guards.watch(
      'effect',
      { name, undoWith: () => undefined, ...more },
      { ms: 0, isFailed: false, isRead: false, returned: undefined, ...delivery },
    );
  }
  event(name: 'response.start' | 'response.end'): void {
    this.guards.watch(name, undefined, { ms: 0, isFailed: false, isRead: false, returned: undefined });
  }
  get codes(): string[] {
    return findings(this.guards)
      .filter(({ count }) => count > 0)
      .map(({ code, subject }) => `${code} ${subject ?? ''}`.trim());
  }
}

test.each([
  [50, []],
  [51, ['effect_slow e']],
  [1000, ['effect_slow e']],
  [1001, ['effect_blocked e']],
])('an effect that takes %i ms', (ms, codes) => {
  const watched = new Watched(sound);
  watched.effect('e', { ms });
  expect(watched.codes).toEqual(codes);
});

test('a promise of the handler may take five seconds', async () => {
  const watched = new Watched(sound);
  watched.effect('late', { returned: new Promise((resolve) => setTimeout(resolve, 5001)) });
  watched.effect('in time', { returned: new Promise((resolve) => setTimeout(resolve, 4999)) });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(watched.codes).toEqual(['effect_blocked late']);
});

test('a client tool may take ten seconds, and its answer is passed on', async () => {
  const watched = new Watched(sound);
  const answer = (ms: number): Promise<unknown> => {
    const handler = watched.guards.watchTool(
      ({ name }) => new Promise((resolve) => setTimeout(resolve, ms, { name })),
    );
    return Promise.resolve(handler!({ name: `after ${ms}`, params: {} }));
  };
  const answers = [answer(9999), answer(10_001)];
  await vi.advanceTimersByTimeAsync(20_000);
  expect(await Promise.all(answers)).toEqual([{ name: 'after 9999' }, { name: 'after 10001' }]);
  expect(watched.codes).toEqual(['tool_slow after 10001']);
});

test('what a client tool throws is passed on, and no handler stays none', async () => {
  const { guards } = new Watched(sound);
  expect(guards.watchTool(undefined)).toBeUndefined();
  await expect(
    guards.watchTool(() => {
      throw new Error('no');
    })!({ name: 'n', params: {} }),
  ).rejects.toThrow('no');
});

test('only what comes within a response needs a lock, and not what is run again', () => {
  const watched = new Watched({ ...sound, onResponseStart: undefined } as never);
  watched.effect('before', {}, { replayed: true });
  watched.event('response.start');
  watched.effect('again', {}, { replayed: true });
  expect(watched.codes).toEqual([]);
  watched.effect('live');
  expect(watched.codes).toEqual(['not_locked']);
  const later = new Watched({ ...sound, onResponseStart: undefined } as never);
  later.event('response.start');
  later.event('response.end');
  later.effect('after');
  expect(later.codes).toEqual([]);
});

test.each([
  [undefined, ['not_locked']],
  [null, ['not_locked']],
  [[], []],
  ['#map', []],
])('an effect in a response of a page with the locks %j is %j', (locks, codes) => {
  const watched = new Watched({ ...sound, onResponseStart: undefined, locks } as never);
  watched.event('response.start');
  watched.effect('e');
  expect(watched.codes).toEqual(codes);
});

test('a tool without a handler is named, and another error is not taken for one', () => {
  const watched = new Watched(sound);
  const delivery = { ms: 0, isFailed: false, isRead: true, returned: undefined };
  watched.guards.watch('error', { error: new Error('other') }, delivery);
  watched.guards.watch('error', { error: new ClientToolError('paint', 'has no handler') }, delivery);
  expect(watched.codes).toEqual(['unknown_tool paint']);
});

test('a server of another origin that cannot be reached may refuse this one', () => {
  const delivery = { ms: 0, isFailed: false, isRead: true, returned: undefined };
  const lost = new ConnectionError('network', 'The server cannot be reached.');
  const near = new Watched(sound);
  near.guards.watch('error', { error: lost }, delivery);
  const far = new Watched({ ...sound, api: { url: 'https://chat.example/chatkit' } });
  far.guards.watch('error', { error: new ConnectionError('stream_cut', 'Cut.') }, delivery);
  expect(far.codes).toEqual([]);
  far.guards.watch('error', { error: lost }, delivery);
  expect([near.codes, far.codes]).toEqual([[], ['origin_refused']]);
});

test('each is logged once in a page, whichever chat has seen it', async () => {
  const [one, other] = [new Watched(sound), new Watched(sound)];
  for (const watched of [one, one, other]) watched.effect('twice', { isFailed: true });
  await vi.dynamicImportSettled();
  expect([one.logged, other.logged]).toEqual([
    [{ name: 'guard.effect_failed', data: { message: expect.stringContaining('"twice"'), effect: 'twice' } }],
    [],
  ]);
  expect(findings(one.guards)[0]).toMatchObject({ code: 'effect_failed', subject: 'twice', count: 2 });
});
