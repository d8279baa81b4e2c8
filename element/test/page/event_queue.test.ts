// @vitest-environment happy-dom
import fc from 'fast-check';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import type { ChatEvents } from '../../src/api/events.ts';
import { inTask } from '../../src/dom/scheduling.ts';
import { type Delivery, EventQueue, handlerName } from '../../src/page/event_queue.ts';

// The clock stands still unless a test moves it: on a busy machine, a slice of events could end after each.
beforeEach(() => void vi.spyOn(performance, 'now').mockReturnValue(0));
afterEach(() => void vi.restoreAllMocks());

const unwatched = (): void => undefined;
const undoWith = (): void => undefined;

function heardBy(target: EventTarget): string[] {
  const heard: string[] = [];
  for (const name of ['ready', 'log', 'effect'])
    target.addEventListener(`chatkit.${name}`, () => heard.push(name));
  return heard;
}

test('names the handler of an event', () => {
  expect([handlerName('ready'), handlerName('thread.load.start')]).toEqual(['onReady', 'onThreadLoadStart']);
});

test('sends at once when nothing holds it', () => {
  const target = new EventTarget();
  const heard = heardBy(target);
  new EventQueue(target, () => ({}), unwatched).emit('ready', undefined);
  expect(heard).toEqual(['ready']);
});

test('waits for every hold, and keeps the order, also of what a listener adds', async () => {
  const target = new EventTarget();
  const queue = new EventQueue(target, () => ({}), unwatched);
  const heard = heardBy(target);
  target.addEventListener('chatkit.ready', () => queue.emit('effect', { undoWith, name: 'e' }));
  let release: () => void = () => undefined;
  const slow = new Promise<void>((resolve) => (release = resolve));
  queue.hold(slow);
  queue.hold(Promise.resolve());
  queue.emit('ready', undefined);
  queue.emit('log', { name: 'l' });
  queue.do(() => heard.push('step'));
  await Promise.resolve();
  expect(heard).toEqual([]);
  release();
  await slow.then(() => undefined);
  expect(heard).toEqual(['ready', 'log', 'step']);
  await queue.delivered();
  expect(heard).toEqual(['ready', 'log', 'step', 'effect']);
});

test('an effect comes after the task that emits it, and what follows waits behind it', async () => {
  const target = new EventTarget();
  const queue = new EventQueue(target, () => ({}), unwatched);
  const heard = heardBy(target);
  queue.emit('ready', undefined);
  queue.emit('effect', { undoWith, name: 'e' });
  queue.emit('log', { name: 'l' });
  const delivered = queue.delivered().then(() => heard.push('delivered'));
  await Promise.resolve();
  expect(heard).toEqual(['ready']);
  await delivered;
  expect(heard).toEqual(['ready', 'effect', 'log', 'delivered']);
});

test('without effects, what is emitted is settled already', async () => {
  const queue = new EventQueue(new EventTarget(), () => ({}), unwatched);
  let isDelivered = false;
  void queue.delivered().then(() => (isDelivered = true));
  await Promise.resolve();
  expect(isDelivered).toBe(true);
});

test('a long burst gives the loop back in between', async () => {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  onTestFinished(() => void vi.restoreAllMocks());
  const target = new EventTarget();
  const heard: string[] = [];
  const queue = new EventQueue(target, () => ({}), unwatched);
  target.addEventListener('chatkit.effect', (event) => {
    const { name } = (event as CustomEvent<ChatEvents['effect']>).detail;
    heard.push(name);
    now += 5; // Two handlers exceed a slice.
    if (name === 'e0') inTask(() => heard.push('the page'));
  });
  for (const name of ['e0', 'e1', 'e2', 'e3', 'e4']) queue.emit('effect', { undoWith, name });
  await queue.delivered();
  expect(heard).toEqual(['e0', 'e1', 'the page', 'e2', 'e3', 'e4']);
});

test('events come complete and in order, framed effects as the newest before what follows', async () => {
  const step = fc.oneof(
    fc.record({
      kind: fc.constant('effect'),
      name: fc.constantFrom('now', 'drawn', 'moved'),
      key: fc.constantFrom(undefined, 'k'),
    }),
    fc.record({ kind: fc.constant('event'), name: fc.constant('log'), key: fc.constant(undefined) }),
    fc.record({ kind: fc.constant('task'), name: fc.constant(''), key: fc.constant(undefined) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const target = new EventTarget();
      const effects = { now: { schedule: 'now' }, '*': { schedule: 'frame' } } as const;
      const queue = new EventQueue(target, () => ({ effects }), unwatched);
      const heard: number[] = [];
      for (const name of ['effect', 'log'])
        target.addEventListener(`chatkit.${name}`, (event) =>
          heard.push((event as CustomEvent).detail.data.at),
        );
      for (const [at, { kind, name, key }] of steps.entries()) {
        if (kind === 'task') await new Promise<void>((resolve) => inTask(resolve));
        else queue.emit(kind === 'effect' ? 'effect' : 'log', { undoWith, name, data: { at } }, key);
      }
      await queue.delivered();
      const isFramed = (at: number): boolean => steps[at]!.kind === 'effect' && steps[at]!.name !== 'now';
      expect(heard).toEqual(heard.toSorted((a, b) => a - b));
      const isReplaced = (at: number): boolean => {
        const next = steps.findIndex(
          (one, later) =>
            later > at &&
            one.kind !== 'task' &&
            (!isFramed(later) || (one.name === steps[at]!.name && one.key === steps[at]!.key)),
        );
        return next !== -1 && isFramed(next);
      };
      const owed = steps.flatMap(({ kind }, at) =>
        kind === 'task' || (isFramed(at) && isReplaced(at)) ? [] : [at],
      );
      expect(heard).toEqual(expect.arrayContaining(owed));
    }),
  );
});

test('for frames, one of a name and key comes per frame, with the newest data', async () => {
  const frames: FrameRequestCallback[] = [];
  vi.spyOn(globalThis, 'requestAnimationFrame').mockImplementation((callback) => frames.push(callback));
  onTestFinished(() => void vi.restoreAllMocks());
  const target = new EventTarget();
  const queue = new EventQueue(target, () => ({ effects: { move: { schedule: 'frame' } } }), unwatched);
  const heard: unknown[] = [];
  target.addEventListener('chatkit.effect', (event) =>
    heard.push((event as CustomEvent<ChatEvents['effect']>).detail.data),
  );
  const move = (data: Record<string, unknown>, key?: string): void =>
    queue.emit('effect', { undoWith, name: 'move', data }, key);
  const tasks = (): Promise<void> => new Promise((resolve) => inTask(() => inTask(resolve)));
  move({ x: 1 });
  move({ x: 2 }, 'other');
  move({ x: 3 });
  await tasks();
  expect([heard, frames.length]).toEqual([[], 1]);
  frames[0]!(0);
  expect(heard).toEqual([{ x: 2 }, { x: 3 }]);
  move({ x: 4 });
  await tasks();
  expect([heard.length, frames.length]).toEqual([2, 2]);
  queue.emit('effect', { undoWith, name: 'other', data: { x: 5 } });
  await queue.delivered();
  expect(heard.slice(2)).toEqual([{ x: 4 }, { x: 5 }]);
});

test('tells how the page took an event', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  onTestFinished(() => void vi.restoreAllMocks());
  const target = new EventTarget();
  const deliveries: [string, Pick<Delivery, 'isFailed' | 'isRead' | 'returned'>][] = [];
  const onEffect = ({ name }: ChatEvents['effect']): string => {
    if (name === 'bad') throw new Error('handler');
    return name;
  };
  const queue = new EventQueue(
    target,
    () => ({ onEffect }),
    (name, _detail, { isFailed, isRead, returned }) =>
      deliveries.push([name, { isFailed, isRead, returned }]),
  );
  target.addEventListener('chatkit.ready', () => undefined);
  target.addEventListener('chatkit.log', (event) => void (event as CustomEvent).detail);
  queue.emit('ready', undefined);
  queue.emit('log', { name: 'l' });
  queue.emit('effect', { undoWith, name: 'good' });
  queue.emit('effect', { undoWith, name: 'bad' });
  await queue.delivered();
  expect(deliveries).toEqual([
    ['ready', { isFailed: false, isRead: false, returned: undefined }],
    ['log', { isFailed: false, isRead: true, returned: undefined }],
    ['effect', { isFailed: false, isRead: false, returned: 'good' }],
    ['effect', { isFailed: true, isRead: false, returned: undefined }],
  ]);
});
