import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { DurableState, ThreadItem } from '../../../src/protocol/wire.ts';
import { DurableServer, delta } from '../support/durable_server.ts';
import { added, answer, done, said } from '../support/scripted.ts';
import { Tab } from '../support/tab.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const tick = (ms = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

/** A server with a running turn that has started to answer, without readers. */
function busy(): { server: DurableServer; a: string } {
  const server = new DurableServer();
  server.begin();
  const question = server.user('hello');
  const message = server.message();
  server.emit(done(question), added(message), delta(message.id, 'One'));
  return { server, a: message.id };
}

async function open(server: DurableServer, tab = new Tab(server)): Promise<Tab> {
  const opening = tab.session.openThread('t1');
  await tick();
  await opening;
  return tab;
}

test('a thread whose turn runs goes on where it stands, and ends once', async () => {
  const { server, a } = busy();
  const tab = await open(server);
  expect(tab.view).toMatchObject({
    phase: 'responding',
    canStop: true,
    items: [{ status: 'done' }, { status: 'streaming' }],
  });
  expect(server.requests[1]).toMatchObject({ type: 'turns.attach', params: { after: 'e.3' } });
  server.emit(delta(a, ' two'));
  await tick();
  server.cut();
  server.emit(delta(a, ' three'), done({ ...server.message('One two three'), id: a }));
  server.end();
  await tick();
  expect(tab.text).toBe('One two three');
  expect(tab.ids).toEqual(['u1', a]);
  expect(tab.view).toMatchObject({ phase: 'idle', error: null });
  expect(tab.names()).toEqual([
    'thread.change',
    'thread.load.start',
    'thread.load.end',
    'response.start',
    'response.end',
  ]);
});

test('it can be stopped from here', async () => {
  const { server } = busy();
  const tab = await open(server);
  tab.session.stop();
  await tick();
  expect(server.turn).toMatchObject({ status: 'cancelled' });
  expect(tab.view).toMatchObject({ phase: 'idle', stopped: true });
});

test('entries between the snapshot and the attach are neither lost nor doubled', async () => {
  const { server, a } = busy();
  const tab = new Tab(server);
  server.faults.push((request, signal) => {
    const snapshot = server.answer(request, signal);
    server.emit(delta(a, ' two'));
    return snapshot;
  });
  await open(server, tab);
  expect(tab.text).toBe('One two');
});

test('a turn that ended meanwhile is read to its end, and what came after it is looked at', async () => {
  const { server } = busy();
  const tab = new Tab(server);
  server.faults.push((request, signal) => {
    const snapshot = server.answer(request, signal);
    server.end();
    server.begin();
    server.emit(done(server.user('next')));
    return snapshot;
  });
  await open(server, tab);
  await tick();
  expect(tab.ids).toEqual(['u1', 'a2', 'u3']);
  expect(tab.view.phase).toBe('responding');
  expect(tab.names('response')).toEqual(['response.start', 'response.end', 'response.start']);
});

test.each([
  ['interrupted', 'The answer was interrupted.'],
  ['failed', 'The answer could not be finished.'],
] as const)('a turn that was %s before says so, with a retry', async (status, message) => {
  const { server } = busy();
  server.end(status);
  const tab = await open(server);
  expect(tab.view).toMatchObject({ phase: 'idle', error: { code: status, message, allowRetry: true } });
  expect(tab.names('response')).toEqual([]);
  expect(tab.errors()).toEqual([]);
  void tab.session.retry('u1');
  await tick();
  expect(server.types.at(-1)).toBe('threads.retry_after_item');
  expect(tab.view.error).toBeNull();
});

test('a turn that is interrupted says what it would say after a reload', async () => {
  const { server } = busy();
  const tab = await open(server);
  server.end('interrupted');
  await tick();
  expect(tab.view).toMatchObject({
    phase: 'idle',
    error: { code: 'interrupted', message: 'The answer was interrupted.', allowRetry: true },
  });
});

test('a turn that was stopped before says that', async () => {
  const { server } = busy();
  server.end('cancelled');
  expect((await open(server)).view).toMatchObject({ phase: 'idle', stopped: true, error: null });
});

// Effects

test('effects are replayed once while a thread is open, in order, and say so', async () => {
  const { server } = busy();
  server.emit(
    { type: 'client_effect', name: 'skipped' },
    { type: 'client_effect', name: 'a', data: { x: 1 }, replay: 'all' },
    { type: 'client_effect', name: 'b', replay: 'latest', key: 'k' },
  );
  const tab = await open(server);
  const replayed = [
    { name: 'a', data: { x: 1 }, id: 'e.5', replayed: true },
    { name: 'b', id: 'e.6', replayed: true },
  ];
  expect(tab.details('effect')).toEqual(replayed);
  server.emit({ type: 'client_effect', name: 'live', replay: 'all' });
  await tick();
  server.end();
  await tick();
  await tab.session.refresh();
  expect(tab.details('effect')).toEqual([...replayed, { name: 'live', id: 'e.7' }]);
});

test('who comes back to a thread finds what its effects made of the page', async () => {
  const { server } = busy();
  server.emit(
    { type: 'client_effect', name: 'skipped' },
    { type: 'client_effect', name: 'kept', replay: 'latest' },
  );
  const tab = await open(server);
  server.end();
  await tick();
  tab.emitted.length = 0;
  await tab.session.openThread(null);
  await open(server, tab);
  expect(tab.names('thread')).toEqual([
    'thread.change',
    'thread.change',
    'thread.load.start',
    'thread.load.end',
  ]);
  expect(tab.emitted.at(-1)).toEqual({ name: 'effect', detail: { name: 'kept', id: 'e.5', replayed: true } });
});

test('effects come before the response is said to go on', async () => {
  const { server } = busy();
  server.emit({ type: 'client_effect', name: 'a', replay: 'all' });
  const tab = await open(server);
  expect(tab.names().slice(-3)).toEqual(['thread.load.end', 'effect', 'response.start']);
});

test('whoever hears of a replayed effect may leave the thread', async () => {
  const { server } = busy();
  server.emit({ type: 'client_effect', name: 'leave', replay: 'all' });
  const tab = new Tab(server);
  tab.onEmit = ({ name }) => name === 'effect' && void tab.session.openThread(null);
  await open(server, tab);
  expect(tab.view).toMatchObject({ phase: 'idle', items: [] });
  expect(tab.names('response')).toEqual([]);
  expect(server.types).toEqual(['threads.get_by_id']);
});

// Long threads

const page = (items: ThreadItem[], hasMore = false): object => ({
  data: items,
  has_more: hasMore,
  ...(hasMore && { after: 'x' }),
});
const thread = (turnstream: DurableState, hasMore = true): Response =>
  Response.json({ id: 't1', created_at: '', items: page([said('old')], hasMore), turnstream });

test('in a thread with more pages the position is read after the pages', async () => {
  const { server, a } = busy();
  const state = (position: string, id: string, text: string): DurableState => ({
    position,
    turn: { id, status: 'running' },
    items: [{ ...answer(a, text) }],
    effects: [],
  });
  server.faults.push(
    () => thread(state('e.1', 'turn0', '')),
    () => Response.json(page([said('u1')], true)),
    () => thread(state('e.2', 'turn1', '')),
    () => Response.json(page([said('u1')], true)),
    () => thread(state('e.3', 'turn1', 'One')),
  );
  const tab = await open(server);
  expect(server.types).toEqual([
    'threads.get_by_id',
    'items.list',
    'threads.get_by_id',
    'items.list',
    'threads.get_by_id',
    'turns.attach',
  ]);
  expect(server.requests.at(-1)?.params).toEqual({ thread_id: 't1', after: 'e.3' });
  server.emit(delta(a, ' two'));
  await tick();
  expect(tab.ids).toEqual(['u1', a]);
  expect(tab.text).toBe('One two');
});

test('a reset in a long thread leaves no hole between the pages', async () => {
  const server = new DurableServer();
  const items = (...ids: string[]): ThreadItem[] => ids.map((id) => answer(id));
  const running = { position: 'e.1', turn: { id: 'turn1', status: 'running' as const } };
  const reset = (): Response =>
    new Response('data: {"type":"turnstream.reset"}\n\n', { headers: { 'turnstream-turn': 'turn1' } });
  const pages = (data: ThreadItem[], after: string): (() => Response)[] => [
    () => thread(running),
    () => Response.json({ data: data.toReversed(), has_more: true, after }),
    () => thread(running),
  ];
  server.faults.push(
    ...pages(items('i1', 'i2'), 'i1'),
    reset,
    ...pages(items('i8', 'i9'), 'i8'),
    () => new Promise(() => undefined),
  );
  const tab = await open(server);
  await tick(1);
  expect(tab.ids).toEqual(['i8', 'i9']);
  server.faults.push(() => Response.json(page(items('i3'), true)));
  await tab.session.loadEarlier();
  expect(server.requests.at(-1)).toMatchObject({ type: 'items.list', params: { after: 'i8' } });
  tab.session.close();
});

test('turns that follow each other faster than the pages are not read for ever', async () => {
  const server = new DurableServer();
  let turns = 0;
  server.answer = ({ type }) =>
    type === 'items.list'
      ? Response.json(page([said('u1')], true))
      : type === 'threads.get_by_id'
        ? thread({ position: 'e.1', turn: { id: `turn${++turns}`, status: 'running' } })
        : new Response(null, { status: 404 });
  await open(server);
  expect(server.types.filter((type) => type === 'threads.get_by_id').length).toBeLessThan(8);
});

test('a thread of an official server is loaded as ever', async () => {
  const server = new DurableServer();
  server.faults.push(() => Response.json({ id: 't1', created_at: '', items: page([said('u1')]) }));
  const tab = await open(server);
  tab.platform.say('hidden');
  tab.platform.say('shown');
  tab.platform.say('online');
  await tick(60_000);
  expect(server.types).toEqual(['threads.get_by_id']);
});

// Checks for news

test.each(['shown', 'online', 'restored'] as const)(
  'an idle page looks at its thread when it is %s, and follows what runs',
  async (event) => {
    const server = new DurableServer();
    const tab = await open(server);
    const { view } = tab;
    tab.platform.say(event);
    await tick();
    expect(tab.view).toBe(view);
    expect(server.types).toEqual(['threads.get_by_id', 'threads.get_by_id']);
    server.begin();
    server.emit(done(server.user('elsewhere')));
    tab.platform.say(event);
    await tick();
    expect(tab.ids).toEqual(['u1']);
    expect(tab.view.phase).toBe('responding');
    server.end();
    await tick();
    expect(server.readerCount).toBe(0);
    expect(tab.names('response')).toEqual(['response.start', 'response.end']);
  },
);

test('reading again on request follows what runs', async () => {
  const server = new DurableServer();
  const tab = await open(server);
  server.begin();
  const message = server.message();
  server.emit(done(server.user('elsewhere')), added(message), delta(message.id, 'One'));
  await tab.session.refresh();
  await tick();
  server.emit(delta(message.id, ' two'));
  await tick();
  expect(tab.text).toBe('One two');
});

test.each(['online', 'shown', 'restored'] as const)(
  'a thread that could not be loaded is loaded by itself when the page is %s',
  async (event) => {
    const { server, a } = busy();
    const tab = new Tab(server);
    server.faults.push(() => Promise.reject(new TypeError('Failed to fetch')));
    await tab.session.openThread('t1');
    expect(tab.view).toMatchObject({ phase: 'idle', error: { code: 'network' } });
    tab.platform.say('offline');
    await tick();
    expect(server.requests.length).toBe(1);
    tab.platform.say(event);
    await tick();
    server.emit(delta(a, ' two'));
    await tick();
    expect(tab.text).toBe('One two');
    expect(tab.view).toMatchObject({ phase: 'responding', error: null });
  },
);

test('a thread that is not there is not asked for again', async () => {
  const server = new DurableServer();
  const tab = new Tab(server);
  server.faults.push(() => new Response('{}', { status: 404 }));
  await tab.session.openThread('t1');
  tab.platform.say('shown');
  await tick();
  expect(server.requests.length).toBe(1);
});

test('a look that fails is silent', async () => {
  const server = new DurableServer();
  const tab = await open(server);
  server.faults.push(() => Promise.reject(new TypeError('Failed to fetch')));
  tab.platform.say('shown');
  await tick();
  expect(tab.errors()).toEqual([]);
});

test('an element that comes back follows the turn again', async () => {
  const { server, a } = busy();
  const tab = await open(server);
  tab.session.close();
  server.emit(delta(a, ' two'));
  tab.session.connect();
  await tab.session.refresh();
  await tick();
  server.emit(delta(a, ' three'));
  await tick();
  expect(tab.text).toBe('One two three');
  expect(tab.names('response')).toEqual(['response.start', 'response.end', 'response.start']);
});
