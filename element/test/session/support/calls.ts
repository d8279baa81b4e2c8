// Threads with client tool calls that wait for the page.
import { vi } from 'vitest';
import type { ThreadItem } from '../../../src/protocol/wire.ts';
import { DurableServer, type Fault } from './durable_server.ts';
import { done, input } from './scripted.ts';
import { Tab } from './tab.ts';

export const tick = (ms = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
export const lost: Fault = () => Promise.reject(new TypeError('Failed to fetch'));
export const refused =
  (status: number, code: string): Fault =>
  () =>
    Response.json({ error: { code, message: 'No.' } }, { status });
export const responseEvents = ['response.start', 'response.end'];

export type Call = Extract<ThreadItem, { type: 'client_tool_call' }>;

/** Starts a turn that calls these tools and waits with its stream open. */
export async function asking(tab: Tab, server: DurableServer, ...names: string[]): Promise<Call[]> {
  const sending = tab.session.send(input('hello'));
  await tick();
  await sending;
  const calls = names.map((name) => server.call(name) as Call);
  server.emit(...calls.map(done));
  await tick();
  return calls;
}

export function pair(): { server: DurableServer; tab: Tab } {
  const server = new DurableServer();
  return { server, tab: new Tab(server) };
}

export const outputs = (server: DurableServer): unknown[] =>
  server.requests.filter(({ type }) => type === 'threads.add_client_tool_output').map(({ params }) => params);

/** A thread with a pending call, with or without a running turn. */
export function pendingCall(isRunning: boolean): { server: DurableServer; call: Call } {
  const server = new DurableServer();
  server.begin();
  const question = server.user('hello');
  const call = server.call() as Call;
  server.emit(done(question), done(call));
  server.isInline = isRunning;
  if (!isRunning) server.end();
  return { server, call };
}
