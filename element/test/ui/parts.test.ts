// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Parts } from '../../src/ui/parts.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.doUnmock('../../src/ui/thread/images.ts');
});

test('a part is loaded when it is first asked for, once, and brings its styles', async () => {
  const arrived = vi.fn();
  const parts = new Parts({ arrived, failed: vi.fn() });
  expect(parts.get('sources')).toBeNull();
  expect(parts.get('sources')).toBeNull();
  await parts.loaded();
  expect(parts.get('sources')?.sourcesTemplate).toBeTypeOf('function');
  expect(arrived).toHaveBeenCalledOnce();
  expect(arrived.mock.calls[0]?.[0]).toHaveLength(2);
  expect(parts.version).toBe(1);
});

test('a part that could not be loaded is reported, and asked for again after a while', async () => {
  vi.doMock('../../src/ui/thread/images.ts', () => {
    throw new Error('404');
  });
  const failed = vi.fn();
  const parts = new Parts({ arrived: vi.fn(), failed });
  parts.get('images');
  await parts.loaded();
  expect(failed).toHaveBeenCalledOnce();
  expect(failed.mock.calls[0]?.[0]).toBe('images');
  parts.get('images');
  await parts.loaded();
  expect(failed).toHaveBeenCalledOnce();
  vi.doUnmock('../../src/ui/thread/images.ts');
  vi.resetModules();
  vi.advanceTimersByTime(3000);
  parts.get('images');
  await parts.loaded();
  expect(parts.get('images')).not.toBeNull();
});

test('who shows nothing for want of a part is told when it may be asked for again', async () => {
  vi.doMock('../../src/ui/thread/images.ts', () => {
    throw new Error('404');
  });
  vi.resetModules();
  const arrived = vi.fn();
  const parts = new Parts({ arrived, failed: vi.fn() });
  parts.get('images');
  await parts.loaded();
  const { version } = parts;
  vi.advanceTimersByTime(2999);
  expect(arrived).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect([arrived.mock.calls, parts.version]).toEqual([[[]].map(() => [[]]), version + 1]);
  parts.get('images');
  await parts.loaded();
  vi.advanceTimersByTime(3000);
  expect(arrived).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(3000);
  expect(arrived).toHaveBeenCalledTimes(2);
});
