import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Lazy } from '../../../src/markdown/heavy/lazy.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a part is fetched once', async () => {
  const load = vi.fn(() => Promise.resolve('part'));
  const lazy = new Lazy(load);
  expect(lazy.value).toBeNull();
  expect(await Promise.all([lazy.request(), lazy.request()])).toEqual(['part', 'part']);
  expect(lazy.value).toBe('part');
  expect(load).toHaveBeenCalledOnce();
});

test('a part that cannot be fetched is asked for again, but not at once', async () => {
  const load = vi.fn(() => Promise.reject(new Error('offline')));
  const lazy = new Lazy<string>(load);
  expect(await lazy.request()).toBeNull();
  expect(await lazy.request()).toBeNull();
  expect(load).toHaveBeenCalledOnce();
  vi.advanceTimersByTime(10_000);
  load.mockResolvedValueOnce('part' as never);
  expect(await lazy.request()).toBe('part');
});
