// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { throttledFrames } from '../../src/dom/scheduling.ts';

let callbacks: Map<number, (now: number) => void>;

function paint(now: number): void {
  const due = [...callbacks.values()];
  callbacks.clear();
  for (const callback of due) callback(now);
}

beforeEach(() => {
  callbacks = new Map();
  let last = 0;
  vi.stubGlobal(
    'requestAnimationFrame',
    (callback: (now: number) => void) => (callbacks.set(++last, callback), last),
  );
  vi.stubGlobal('cancelAnimationFrame', (frame: number) => callbacks.delete(frame));
});
afterEach(() => void vi.unstubAllGlobals());

test('the first frame is the next one, and the one after it waits for a rest', () => {
  const request = throttledFrames();
  const shown = vi.fn();
  request(shown);
  paint(0);
  expect(shown).toHaveBeenCalledTimes(1);
  request(shown);
  paint(16);
  expect(shown).toHaveBeenCalledTimes(1);
  paint(33);
  expect(shown).toHaveBeenCalledTimes(2);
});

test('after a rest nothing waits', () => {
  const request = throttledFrames();
  request(() => undefined);
  paint(0);
  const shown = vi.fn();
  request(shown);
  paint(500);
  expect(shown).toHaveBeenCalledOnce();
});

test('what is cancelled while it rests is not shown', () => {
  const request = throttledFrames();
  request(() => undefined);
  paint(0);
  const shown = vi.fn();
  const cancel = request(shown);
  paint(16);
  cancel();
  paint(40);
  expect(shown).not.toHaveBeenCalled();
});
