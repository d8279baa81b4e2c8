import { expect, test, vi } from 'vitest';
import { Listeners } from '../../src/session/listeners.ts';

function manualFrames(): {
  request: (callback: () => void) => () => void;
  run: () => void;
  asked: () => number;
} {
  const due = new Set<() => void>();
  let asked = 0;
  return {
    request: (callback) => (asked++, due.add(callback), () => void due.delete(callback)),
    run: () => due.forEach((callback) => (due.delete(callback), callback())),
    asked: () => asked,
  };
}

test('many changes in one frame are one call', () => {
  const frames = manualFrames();
  const listeners = new Listeners(frames.request);
  const listener = vi.fn();
  listeners.add(listener);
  for (let count = 0; count < 100; count++) listeners.notifyInFrame();
  expect(listener).not.toHaveBeenCalled();
  frames.run();
  expect([listener.mock.calls.length, frames.asked()]).toEqual([1, 1]);
  listeners.notifyInFrame();
  frames.run();
  expect(listener).toHaveBeenCalledTimes(2);
});

test('a change that is told at once makes the waiting frame needless', () => {
  const frames = manualFrames();
  const listeners = new Listeners(frames.request);
  const listener = vi.fn();
  listeners.add(listener);
  listeners.notifyInFrame();
  listeners.notify();
  frames.run();
  expect(listener).toHaveBeenCalledTimes(1);
});

test('a listener that throws is reported and does not keep the others waiting', () => {
  const report = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const listeners = new Listeners(() => () => undefined);
  const second = vi.fn();
  listeners.add(() => {
    throw new Error('broken');
  });
  listeners.add(second);
  listeners.notify();
  expect(second).toHaveBeenCalledTimes(1);
  expect(report).toHaveBeenCalledWith(new Error('broken'));
  report.mockRestore();
});

test('unsubscribing works for one of two equal listeners, and from inside a call', () => {
  const listeners = new Listeners(() => () => undefined);
  const listener = vi.fn(() => unsubscribe());
  const unsubscribe = listeners.add(listener);
  listeners.add(listener);
  listeners.notify();
  listeners.notify();
  expect(listener).toHaveBeenCalledTimes(3);
});
