// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ExtrasLoader } from '../../src/ui/extras_loader.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.doUnmock('../../src/extras.ts');
});

function failing(): void {
  vi.doMock('../../src/extras.ts', () => {
    throw new Error('404');
  });
  vi.resetModules();
}

test('the extras are loaded when they are first asked for, once, and bring their styles', async () => {
  const arrived = vi.fn();
  const extras = new ExtrasLoader(arrived, vi.fn());
  await extras.loaded();
  expect(arrived).not.toHaveBeenCalled();
  expect(extras.get()).toBeNull();
  expect(extras.get()).toBeNull();
  await extras.loaded();
  expect(extras.get()?.sourcesTemplate).toBeTypeOf('function');
  expect(arrived).toHaveBeenCalledOnce();
  expect(arrived.mock.calls[0]?.[0]).toContain((await extras.when())?.styles[0]);
  expect([extras.version, extras.missed]).toEqual([1, 2]);
});

test('extras that could not be loaded are reported, and asked for again after a while', async () => {
  failing();
  const failed = vi.fn();
  const extras = new ExtrasLoader(vi.fn(), failed);
  expect(await extras.when()).toBeNull();
  expect(failed).toHaveBeenCalledOnce();
  expect(extras.isAwaited).toBe(false);
  expect(await extras.when()).toBeNull();
  expect(failed).toHaveBeenCalledOnce();
  vi.doUnmock('../../src/extras.ts');
  vi.resetModules();
  vi.advanceTimersByTime(3000);
  expect(extras.isAwaited).toBe(true);
  expect(await extras.when()).not.toBeNull();
});

test('who shows nothing for want of the extras is told when they may be asked for again', async () => {
  failing();
  const arrived = vi.fn();
  const extras = new ExtrasLoader(arrived, vi.fn());
  await extras.when();
  const { version } = extras;
  vi.advanceTimersByTime(2999);
  expect(arrived).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect([arrived.mock.calls, extras.version]).toEqual([[[[]]], version + 1]);
  await extras.when();
  vi.advanceTimersByTime(3000);
  expect(arrived).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(3000);
  expect(arrived).toHaveBeenCalledTimes(2);
});
