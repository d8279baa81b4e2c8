// @vitest-environment happy-dom
import { expect, test } from 'vitest';
import { handlerName, Outbox } from '../src/outbox.ts';

function heardBy(target: EventTarget): string[] {
  const heard: string[] = [];
  for (const name of ['ready', 'log', 'effect']) target.addEventListener(`chatkit.${name}`, () => heard.push(name));
  return heard;
}

test('names the handler of an event', () => {
  expect([handlerName('ready'), handlerName('thread.load.start')]).toEqual(['onReady', 'onThreadLoadStart']);
});

test('sends at once when nothing holds it', () => {
  const target = new EventTarget();
  const heard = heardBy(target);
  new Outbox(target, () => ({})).emit('ready', undefined);
  expect(heard).toEqual(['ready']);
});

test('waits for every hold, and keeps the order, also of what a listener adds', async () => {
  const target = new EventTarget();
  const outbox = new Outbox(target, () => ({}));
  const heard = heardBy(target);
  target.addEventListener('chatkit.ready', () => outbox.emit('effect', { name: 'e' }));
  let release: () => void = () => undefined;
  const slow = new Promise<void>((resolve) => (release = resolve));
  outbox.hold(slow);
  outbox.hold(Promise.resolve());
  outbox.emit('ready', undefined);
  outbox.emit('log', { name: 'l' });
  outbox.do(() => heard.push('step'));
  await Promise.resolve();
  expect(heard).toEqual([]);
  release();
  await slow.then(() => undefined);
  expect(heard).toEqual(['ready', 'log', 'step', 'effect']);
});
