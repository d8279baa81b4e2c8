import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DurableServer } from '../support/durable_server.ts';
import { done, input } from '../support/scripted.ts';
import { Tab } from '../support/tab.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const tick = (ms = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

test('a call whose code could not be loaded is said, and runs when the network is back', async () => {
  vi.doMock('../../../src/session/calls/call_runner.ts', () => {
    throw new TypeError('Failed to fetch dynamically imported module');
  });
  const server = new DurableServer();
  const tab = new Tab(server);
  tab.onClientTool = () => ({ ok: true });
  const sending = tab.session.send(input('hello'));
  await tick();
  await sending;
  server.emit(done(server.call('ask')));
  await tick();
  await vi.waitFor(() => expect(tab.errors()).toHaveLength(1), 60_000);
  expect(server.types).not.toContain('turns.claim_call');
  vi.doUnmock('../../../src/session/calls/call_runner.ts');
  vi.resetModules();
  await import('../../../src/session/calls/call_runner.ts');
  server.cut();
  await tick(20_000);
  await vi.waitFor(() => expect(server.answers.size).toBe(1), 60_000);
});
