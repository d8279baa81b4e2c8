// A client tool starts only after the page has handled all earlier events.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ChatSession } from '../../../src/session/chat_session.ts';
import { DurableServer } from '../support/durable_server.ts';
import { call, created, done, input, options, Scripted, stream } from '../support/scripted.ts';
import { Tab } from '../support/tab.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const tick = (ms = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

type Scene = {
  readonly session: ChatSession;
  readonly calls: unknown[];
  readonly finish: () => Promise<unknown>;
};

async function official(): Promise<Scene> {
  const chat = new Scripted(stream(created, call('c1')), stream(options));
  return wait(chat);
}

async function durable(): Promise<Scene> {
  const server = new DurableServer();
  const scene = await wait(new Tab(server));
  server.emit(done(server.call('ask')));
  // Waits for the code that runs calls.
  await import('../../../src/session/calls/call_runner.ts');
  await tick();
  expect(server.claimed.size).toBe(1);
  return scene;
}

async function wait(chat: Scripted | Tab): Promise<Scene> {
  const calls: unknown[] = [];
  let finish: () => void = () => undefined;
  const finished = new Promise<void>((resolve) => (finish = resolve));
  chat.delivered = () => finished;
  chat.onClientTool = (one) => (calls.push(one), {});
  void chat.session.send(input('x'));
  await tick();
  return { session: chat.session, calls, finish: () => (finish(), tick()) };
}

test.each([
  ['an official', official],
  ['a durable', durable],
])('on %s server', async (_kind, begin) => {
  const { calls, finish } = await begin();
  expect(calls).toEqual([]);
  await finish();
  expect(calls).toHaveLength(1);
});

test.each([
  ['an official', official],
  ['a durable', durable],
])('one that is stopped meanwhile does not begin, on %s server', async (_kind, begin) => {
  const { session, calls, finish } = await begin();
  session.stop();
  await finish();
  expect(calls).toEqual([]);
});
