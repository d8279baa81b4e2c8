// Turns that end with a call, and the turns that its answer starts.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { asking, lost, outputs, pair, refused, responseEvents, tick } from '../support/calls.ts';
import { DurableServer } from '../support/durable_server.ts';
import { FakeBrowser, FakePlatform } from '../support/fake_platform.ts';
import { added, answer, done, input } from '../support/scripted.ts';
import { Tab } from '../support/tab.ts';

// A module that is loaded already arrives without a timer.
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('the turn that an answer begins belongs to the same response', async () => {
  const { server, tab } = pair();
  server.isInline = false;
  const ready: (() => void)[] = [];
  tab.onClientTool = () => new Promise((resolve) => ready.push(() => resolve({})));
  await asking(tab, server, 'first', 'second');
  server.end();
  await tick();
  expect(tab.view).toMatchObject({ phase: 'responding' });
  ready[0]!();
  await tick();
  expect(server.turn).toMatchObject({ id: 'turn1' });
  ready[1]!();
  await tick();
  expect(server.turn).toMatchObject({ id: 'turn2', status: 'running' });
  expect(server.readerCount).toBe(1);
  server.emit(added(answer('more')));
  server.cut();
  await tick(1);
  server.emit(done(answer('more')));
  server.end();
  await tick();
  expect(tab.ids.at(-1)).toBe('more');
  expect(tab.view.phase).toBe('idle');
  expect(tab.names('response')).toEqual(responseEvents);
  expect(server.types.filter((type) => type === 'turns.attach')).toHaveLength(1);
});

test('an early answer waits for the end of its turn; leaving then stops reading the next', async () => {
  const { server, tab } = pair();
  server.isInline = false;
  tab.platform.randomValue = 0.5;
  tab.onClientTool = () => ({});
  await asking(tab, server, 'ask');
  server.end();
  await tick(1000);
  expect(tab.errors()).toEqual([]);
  expect(server.readerCount).toBe(1);
  await tab.session.openThread(null);
  await tick();
  expect(server.readerCount).toBe(0);
});

test('a whole turn that came in one piece with its call goes on as well', async () => {
  const { server, tab } = pair();
  server.isInline = false;
  tab.onClientTool = () => ({});
  server.onTurn = ({ type }) => {
    if (type === 'threads.create') server.emit(done(server.call()));
    else server.emit(done(answer('more')));
    server.end();
  };
  const sending = tab.session.send(input('hello'));
  await tick();
  await sending;
  await tick();
  expect(tab.ids.at(-1)).toBe('more');
  expect(tab.names('response')).toEqual(responseEvents);
});

test('a message from another tab passes over a tool that still runs, and its turn is shown', async () => {
  const server = new DurableServer();
  server.isInline = false;
  const browser = new FakeBrowser();
  const tab = new Tab(server, new FakePlatform(browser));
  let finish: () => void = () => undefined;
  tab.onClientTool = () => new Promise((resolve) => (finish = () => resolve({})));
  await asking(tab, server, 'ask');
  server.end();
  const other = new Tab(server, new FakePlatform(browser));
  await other.session.openThread('t1');
  await tick();
  expect(other.view.phase).toBe('idle');
  void other.session.send(input('never mind'));
  await tick();
  server.emit(added(answer('more')));
  await tick();
  expect(tab.ids.at(-1)).toBe('more');
  expect(tab.names('response')).toEqual([...responseEvents, 'response.start']);
  server.faults.push(refused(409, 'superseded'));
  finish();
  await tick();
  server.end();
  await tick();
  expect(tab.view.phase).toBe('idle');
  expect(tab.errors()).toEqual([]);
  expect(tab.names('response')).toEqual([...responseEvents, ...responseEvents]);
  expect(server.readerCount).toBe(0);
});

test('what the server forbids to stop can be stopped when only a tool still runs', async () => {
  const { server, tab } = pair();
  server.isInline = false;
  server.onTurn = () => server.emit({ type: 'stream_options', stream_options: { allow_cancel: false } });
  tab.onClientTool = () => new Promise(() => undefined);
  await asking(tab, server, 'ask');
  expect(tab.view.canStop).toBe(false);
  server.end();
  await tick();
  tab.session.stop();
  expect(tab.view).toMatchObject({ phase: 'idle', stopped: true });
});

test.each(['expired', 'superseded'])(
  'a handler that never returns does not hold a response for ever: its call is %s',
  async (status) => {
    const { server, tab } = pair();
    server.isInline = false;
    tab.onClientTool = ({ name }) => (name === 'slow' ? new Promise(() => undefined) : {});
    await asking(tab, server, 'slow', 'quick');
    server.end();
    await tick(60_000);
    expect(tab.view.phase).toBe('responding');
    server.faults.push(lost);
    await tick(60_000);
    expect(tab.view.phase).toBe('responding');
    server.faults.push(() => Response.json({ granted: false, status }));
    await tick(60_000);
    expect(tab.view).toMatchObject({ phase: 'idle', error: null });
    expect(tab.names('response')).toEqual(responseEvents);
    const { length } = server.requests;
    await tick(300_000);
    expect(server.requests.length).toBe(length);
    expect(vi.getTimerCount()).toBe(0);
  },
);

test.each([
  ['stopped', (tab: Tab) => tab.session.stop()],
  ['left', (tab: Tab) => void tab.session.openThread(null)],
])('nobody asks for the calls of a response that was %s', async (_name, end) => {
  const { server, tab } = pair();
  server.isInline = false;
  tab.onClientTool = () => new Promise(() => undefined);
  await asking(tab, server, 'ask');
  server.end();
  await tick();
  end(tab);
  await tick();
  expect(vi.getTimerCount()).toBe(0);
});

test('stop while a tool runs drops its answer', async () => {
  const { server, tab } = pair();
  server.isInline = false;
  let finish: () => void = () => undefined;
  tab.onClientTool = () => new Promise((resolve) => (finish = () => resolve({})));
  await asking(tab, server, 'ask');
  server.end();
  await tick();
  tab.session.stop();
  expect(tab.view).toMatchObject({ phase: 'idle', stopped: true });
  finish();
  await tick();
  expect(outputs(server)).toEqual([]);
  expect(tab.names('response')).toEqual(responseEvents);
});

test('leaving the thread while a tool runs still answers', async () => {
  const { server, tab } = pair();
  let finish: () => void = () => undefined;
  tab.onClientTool = () => new Promise((resolve) => (finish = () => resolve({ ok: true })));
  await asking(tab, server, 'ask');
  await tab.session.openThread(null);
  finish();
  await tick();
  expect(outputs(server)).toMatchObject([{ result: { ok: true } }]);
  expect(tab.view).toMatchObject({ phase: 'idle', items: [] });
});

test('a thread that is opened again does not run its tool twice, and follows the result', async () => {
  const { server, tab } = pair();
  server.isInline = false;
  let runs = 0;
  let finish: () => void = () => undefined;
  tab.onClientTool = () => new Promise((resolve) => (runs++, (finish = () => resolve({}))));
  await asking(tab, server, 'ask');
  server.end();
  await tab.session.openThread(null);
  await tab.session.openThread('t1');
  await tick();
  finish();
  await tick();
  expect(runs).toBe(1);
  expect(server.turn).toMatchObject({ id: 'turn2' });
  expect(tab.view.phase).toBe('responding');
  server.emit(done(answer('more')));
  server.end();
  await tick();
  expect(tab.ids.at(-1)).toBe('more');
});
