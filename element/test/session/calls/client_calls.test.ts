import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { ThreadItem } from '../../../src/protocol/wire.ts';
import { DurableServer, type Fault } from '../support/durable_server.ts';
import { FakeBrowser, FakePlatform } from '../support/fake_platform.ts';
import { added, answer, done, input } from '../support/scripted.ts';
import { Tab } from '../support/tab.ts';

// A part that is there already comes without any time to pass.
beforeAll(() => import('../../../src/session/calls/call_runner.ts'));
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const tick = (ms = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
const lost: Fault = () => Promise.reject(new TypeError('Failed to fetch'));
const refused =
  (status: number, code: string): Fault =>
  () =>
    Response.json({ error: { code, message: 'No.' } }, { status });
const responseEvents = ['response.start', 'response.end'];

type Call = Extract<ThreadItem, { type: 'client_tool_call' }>;

/** A turn that has just called these tools and waits with its stream open. */
async function asking(tab: Tab, server: DurableServer, ...names: string[]): Promise<Call[]> {
  const sending = tab.session.send(input('hello'));
  await tick();
  await sending;
  const calls = names.map((name) => server.call(name) as Call);
  server.emit(...calls.map(done));
  await tick();
  return calls;
}

function pair(): { server: DurableServer; tab: Tab } {
  const server = new DurableServer();
  return { server, tab: new Tab(server) };
}

const outputs = (server: DurableServer): unknown[] =>
  server.requests.filter(({ type }) => type === 'threads.add_client_tool_output').map(({ params }) => params);

test('a call is claimed, run, and answered by its id, while the stream stays open', async () => {
  const { server, tab } = pair();
  const order: string[] = [];
  tab.onClientTool = ({ name, params }) => (order.push(...server.types.slice(-1), name), { params });
  const [call] = await asking(tab, server, 'ask');
  expect(order).toEqual(['turns.claim_call', 'ask']);
  expect(outputs(server)).toEqual([
    { thread_id: 't1', call_id: call!.call_id, item_id: call!.id, result: { params: { n: 1 } } },
  ]);
  expect(tab.view.items.at(-1)?.item).toMatchObject({ status: 'completed' });
  expect(tab.view.phase).toBe('responding');
  server.emit(done(answer('end')));
  server.end();
  await tick();
  expect(tab.ids).toContain('end');
  expect(tab.names('response')).toEqual(responseEvents);
  expect(server.readerCount).toBe(0);
});

test('a model that numbers its calls anew in each turn is answered in each', async () => {
  const { server, tab } = pair();
  server.isInline = false;
  const ran: unknown[] = [];
  tab.onClientTool = ({ name }) => (ran.push(name), { name });
  const calls: Call[] = [];
  server.onTurn = () => {
    if (calls.length < 3)
      server.emit(
        done(calls[calls.push(server.call(`pick${calls.length}`, 'functions.pick:0') as Call) - 1]!),
      );
    server.end();
  };
  await tab.session.send(input('hello'));
  await tick();
  expect(ran).toEqual(['pick0', 'pick1', 'pick2']);
  expect(outputs(server)).toMatchObject(
    calls.map(({ id, name }) => ({ call_id: 'functions.pick:0', item_id: id, result: { name } })),
  );
  expect(tab.view.phase).toBe('idle');
});

test('a message is taken though its turn came as one piece and its tool takes long', async () => {
  const { server, tab } = pair();
  server.onTurn = () => (server.emit(done(server.call())), server.end());
  server.faults.push(async (request, signal) => {
    const { headers, body } = server.answer(request, signal);
    return new Response(await new Response(body).text(), { headers });
  });
  tab.onClientTool = () => new Promise(() => undefined);
  const accepted = vi.fn();
  void tab.session.send(input('hello')).then(accepted);
  await tick();
  expect(accepted).toHaveBeenCalledOnce();
  expect(tab.view.phase).toBe('responding');
});

test('several calls run side by side, each answered when it is ready', async () => {
  const { server, tab } = pair();
  const ready = new Map<string, (value: Record<string, unknown>) => void>();
  tab.onClientTool = ({ name }) => new Promise((resolve) => ready.set(name, resolve));
  await asking(tab, server, 'first', 'second', 'third');
  expect([...ready.keys()]).toEqual(['first', 'second', 'third']);
  ready.get('third')!({ n: 3 });
  ready.get('first')!({ n: 1 });
  await tick();
  expect(outputs(server)).toMatchObject([{ result: { n: 3 } }, { result: { n: 1 } }]);
  ready.get('second')!({ n: 2 });
  await tick();
  expect(server.answers.size).toBe(3);
});

test.each([
  ['throws', () => Promise.reject(new Error('no cat')), 'failed: no cat'],
  ['gives undefined', () => undefined as never, 'gave no result'],
  ['is missing', undefined, 'has no handler'],
])('a handler that %s tells the model and the page at once', async (_name, handler, problem) => {
  const { server, tab } = pair();
  tab.onClientTool = handler;
  await asking(tab, server, 'ask');
  expect(outputs(server)).toMatchObject([
    { error: { code: 'client_tool_error', message: expect.stringContaining(problem) } },
  ]);
  expect(outputs(server)[0]).not.toHaveProperty('result');
  expect(tab.errors()).toMatchObject([{ name: 'ClientToolError', toolName: 'ask' }]);
  expect(tab.view.error).toBeNull();
});

test('a call that is not granted does not run here', async () => {
  const { server, tab } = pair();
  tab.onClientTool = () => expect.fail('must not run');
  server.faults.push(
    () => undefined as never,
    () => Response.json({ granted: false, status: 'pending' }),
  );
  await asking(tab, server, 'ask');
  expect(outputs(server)).toEqual([]);
  server.end();
  await tick();
  expect(tab.view).toMatchObject({ phase: 'idle', error: null });
  expect(tab.errors()).toEqual([]);
});

test('a claim and an answer that nobody hears are sent again', async () => {
  const { server, tab } = pair();
  let runs = 0;
  tab.onClientTool = () => ({ run: ++runs });
  server.faults.push(
    () => undefined as never,
    lost,
    () => undefined as never,
    lost,
    lost,
  );
  await asking(tab, server, 'ask');
  await tick(5000);
  expect(runs).toBe(1);
  expect(outputs(server)).toHaveLength(3);
  expect(new Set(server.requests.slice(-3).map(({ key }) => key)).size).toBe(1);
  expect(server.answers.size).toBe(1);
});

test.each(['already_answered', 'expired', 'superseded'])(
  'an answer that comes too late (%s) is nobody’s problem',
  async (code) => {
    const { server, tab } = pair();
    tab.onClientTool = () => ({});
    server.faults.push(
      () => undefined as never,
      () => undefined as never,
      refused(409, code),
    );
    await asking(tab, server, 'ask');
    server.end();
    await tick();
    expect(outputs(server)).toHaveLength(1);
    expect(tab.errors()).toEqual([]);
    expect(tab.view).toMatchObject({ phase: 'idle', error: null });
  },
);

test('an answer that the server does not take becomes an error for the model', async () => {
  const { server, tab } = pair();
  tab.onClientTool = () => ({ large: 'x' });
  server.faults.push(
    () => undefined as never,
    () => undefined as never,
    refused(413, 'too_large'),
  );
  await asking(tab, server, 'ask');
  expect(outputs(server)[1]).toMatchObject({ error: { code: 'result_refused' } });
  expect(tab.errors()).toMatchObject([{ code: 'too_large' }]);
});

test('a call that ended elsewhere is over in the view', async () => {
  const { server, tab } = pair();
  tab.onClientTool = () => new Promise(() => undefined);
  const [call] = await asking(tab, server, 'ask');
  server.emit({
    type: 'turnstream.call_ended',
    item_id: call!.id,
    call_id: call!.call_id,
    status: 'expired',
  });
  server.end();
  await tick();
  expect(tab.view.items.at(-1)?.item).toMatchObject({ status: 'completed' });
});

test.each(['expired', 'superseded'] as const)(
  'a response does not wait for the handler of a call that is %s',
  async (status) => {
    const { server, tab } = pair();
    let finish: () => void = () => undefined;
    tab.onClientTool = () => new Promise((resolve) => (finish = () => resolve({ late: true })));
    const [call] = await asking(tab, server, 'ask');
    server.emit({ type: 'turnstream.call_ended', item_id: call!.id, call_id: call!.call_id, status });
    server.emit(done(answer('without it')));
    server.end();
    await tick();
    expect(tab.view).toMatchObject({ phase: 'idle', error: null });
    expect(tab.names('response')).toEqual(responseEvents);
    finish();
    await tick();
    expect(outputs(server)).toEqual([]);
    expect(tab.errors()).toEqual([]);
  },
);

test.each(['cancelled', 'interrupted', 'failed'] as const)(
  'a turn that is %s does not wait for its handlers',
  async (status) => {
    const { server, tab } = pair();
    tab.onClientTool = () => new Promise(() => undefined);
    await asking(tab, server, 'ask');
    server.end(status);
    await tick();
    expect(tab.view).toMatchObject({ phase: 'idle', stopped: status === 'cancelled' });
    expect(tab.names('response')).toEqual(responseEvents);
  },
);

test.each(['cancelled', 'interrupted', 'failed'] as const)(
  'a tool that outlives its turn, which was %s, neither holds up the next one nor begins one',
  async (status) => {
    const { server, tab } = pair();
    server.isInline = false;
    let finish: () => void = () => undefined;
    tab.onClientTool = () => new Promise((resolve) => (finish = () => resolve({ late: true })));
    await asking(tab, server, 'ask');
    server.end(status);
    await tick();
    void tab.session.sendCustomAction({ type: 'next' });
    await tick();
    server.end();
    await tick();
    expect(tab.view.phase).toBe('idle');
    expect(tab.names('response')).toEqual([...responseEvents, ...responseEvents]);
    finish();
    await tick();
    expect(outputs(server)).toEqual([]);
    expect(server.readerCount).toBe(0);
  },
);

test('a tool whose turn can no longer be read is still answered, and holds up nothing', async () => {
  const { server, tab } = pair();
  let finish: () => void = () => undefined;
  tab.onClientTool = () => new Promise((resolve) => (finish = () => resolve({ ok: true })));
  await asking(tab, server, 'ask');
  server.faults.push(refused(401, 'unauthorized'));
  server.cut();
  await tick(1);
  expect(tab.view).toMatchObject({ phase: 'idle', error: { code: 'unauthorized' } });
  finish();
  await tick();
  expect(outputs(server)).toMatchObject([{ result: { ok: true } }]);
});

test('a call that is over by the time the page has caught up is not claimed', async () => {
  const { server, call } = pendingCall(true);
  const chunks = [
    'x',
    `id: e.3\ndata: ` +
      `{"type":"turnstream.call_ended","item_id":"${call.id}","call_id":"${call.call_id}",` +
      '"status":"answered"}\n\n',
    'data: {"type":"turnstream.live"}\n\n',
  ];
  chunks[0] = `id: e.2\ndata: ${JSON.stringify(done(call))}\n\n`;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      const chunk = chunks.shift();
      if (chunk !== undefined) controller.enqueue(new TextEncoder().encode(chunk));
    },
  });
  server.faults.push(
    () =>
      Response.json({
        id: 't1',
        created_at: '',
        items: { data: [], has_more: false },
        turnstream: { position: 'e.1', turn: server.turn },
      }),
    () => new Response(body, { headers: { 'turnstream-turn': 'turn1' } }),
  );
  const tab = new Tab(server);
  await tab.session.openThread('t1');
  await tick();
  expect(tab.view.items).toMatchObject([{ item: { status: 'completed' } }]);
  expect(server.types).toEqual(['threads.get_by_id', 'turns.attach']);
});

test('calls that come after a stop are nobody’s business', async () => {
  const { server, tab } = pair();
  tab.onClientTool = () => expect.fail('must not run');
  await asking(tab, server);
  server.faults.push(() => new Promise(() => undefined));
  tab.session.stop();
  server.emit(done(server.call()));
  await tick();
  server.emit(done(server.call()));
  server.end();
  await tick();
  expect(server.types).toEqual(['threads.create', 'turns.cancel']);
  expect(tab.view.phase).toBe('idle');
});

test.each([true, false])(
  'a turn that ended with a call before the stop arrived is stopped by it (the call came first: %s)',
  async (isFirst) => {
    const { server, tab } = pair();
    server.isInline = false;
    tab.onClientTool = () => (isFirst ? new Promise(() => undefined) : expect.fail('must not run'));
    await asking(tab, server, ...(isFirst ? ['ask'] : []));
    server.faults.push(() => new Promise(() => undefined));
    tab.session.stop();
    if (!isFirst) server.emit(done(server.call()));
    server.end('completed');
    await tick();
    expect(tab.view).toMatchObject({ phase: 'idle', stopped: true });
    await tab.session.refresh();
    await tick();
    expect(outputs(server)).toEqual([]);
    expect(tab.view).toMatchObject({ phase: 'idle', stopped: true });
    expect(tab.names('response')).toEqual(responseEvents);
  },
);

test('a turn that was cancelled waits for nothing', async () => {
  const { server, tab } = pair();
  tab.onClientTool = () => expect.fail('must not run');
  server.onTurn = () => {
    server.emit(done(server.call()));
    server.end('cancelled');
  };
  const sending = tab.session.send(input('hello'));
  await tick();
  await sending;
  expect(server.types).toEqual(['threads.create']);
});

test('a claim that failed for good is tried when the thread is looked at again', async () => {
  const { server, tab } = pair();
  tab.onClientTool = () => ({ ok: true });
  tab.platform.randomValue = 0.999;
  server.faults.push(() => undefined as never, ...Array.from({ length: 9 }, () => lost));
  await asking(tab, server, 'ask');
  await tick(60_000);
  server.faults.length = 0;
  expect(tab.errors()).toMatchObject([{ code: 'network' }]);
  await tab.session.openThread(null);
  await tab.session.openThread('t1');
  await tick();
  expect(outputs(server)).toMatchObject([{ result: { ok: true } }]);
});

test.each([408, 429, 500, 507])(
  'a claim and an answer that are refused for now (%i) are sent again',
  async (status) => {
    const { server, tab } = pair();
    let runs = 0;
    tab.onClientTool = () => ({ run: ++runs });
    server.faults.push(
      () => undefined as never,
      refused(status, 'later'),
      () => undefined as never,
      refused(status, 'later'),
    );
    await asking(tab, server, 'ask');
    await tick(1000);
    expect(runs).toBe(1);
    expect(server.answers.size).toBe(1);
    expect(tab.errors()).toEqual([]);
  },
);

test('a claim that dies in silence is made again when the network is back', async () => {
  const { server, tab } = pair();
  tab.onClientTool = () => ({ ok: true });
  const silent: Fault = (_request, signal) =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  server.faults.push(() => undefined as never, silent);
  await asking(tab, server, 'ask');
  await tick(50_000);
  server.cut();
  await tick(1);
  expect(outputs(server)).toMatchObject([{ result: { ok: true } }]);
});

test.each([true, false])(
  'a claim that failed for good is made again when the network is back (in a running turn: %s)',
  async (isRunning) => {
    const { server } = pendingCall(isRunning);
    let isCut = false;
    const tab = new Tab({
      fetch: (url, init) =>
        isCut ? Promise.reject(new TypeError('Failed to fetch')) : server.fetch(url, init),
    });
    tab.onClientTool = () => ({ ok: true });
    tab.platform.randomValue = 0.999;
    server.faults.push(
      () => undefined as never,
      ...(isRunning ? [() => undefined as never] : []),
      (request, signal) => ((isCut = true), lost(request, signal)),
    );
    await tab.session.openThread('t1');
    await tick();
    if (isRunning) server.cut();
    await tick(60_000);
    expect(tab.errors()).toMatchObject([{ code: 'network' }]);
    isCut = false;
    tab.platform.say('online');
    await tick(16_000);
    expect(outputs(server)).toMatchObject([{ result: { ok: true } }]);
  },
);

test('a claim that is granted after the thread was left runs without a response', async () => {
  const { server, tab } = pair();
  tab.onClientTool = () => ({ ok: true });
  let release: () => void = () => undefined;
  server.faults.push(
    () => undefined as never,
    (request, signal) => new Promise((resolve) => (release = () => resolve(server.answer(request, signal)))),
  );
  await asking(tab, server, 'ask');
  await tab.session.openThread(null);
  release();
  await tick();
  expect(outputs(server)).toMatchObject([{ result: { ok: true } }]);
  expect(tab.names('response')).toEqual(responseEvents);
});

test('a call that a later message has passed over is not run', async () => {
  const { server } = pendingCall(true);
  server.emit(done(server.user('never mind')));
  const tab = new Tab(server);
  tab.onClientTool = () => expect.fail('must not run');
  await tab.session.openThread('t1');
  await tick();
  expect(server.types).toEqual(['threads.get_by_id', 'turns.attach']);
});

// Turns that end with a call and begin again with its answer

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

// Pages that come and go

/** A thread that waits for a call, with or without a running turn. */
function pendingCall(isRunning: boolean): { server: DurableServer; call: Call } {
  const server = new DurableServer();
  server.begin();
  const question = server.user('hello');
  const call = server.call() as Call;
  server.emit(done(question), done(call));
  server.isInline = isRunning;
  if (!isRunning) server.end();
  return { server, call };
}

test.each([true, false])(
  'a call that waits in a freshly loaded thread is run (its turn runs: %s)',
  async (isRunning) => {
    const { server, call } = pendingCall(isRunning);
    const tab = new Tab(server);
    tab.onClientTool = () => ({ ok: true });
    await tab.session.openThread('t1');
    await tick();
    expect(outputs(server)).toEqual([
      { thread_id: 't1', call_id: call.call_id, item_id: call.id, result: { ok: true } },
    ]);
    server.emit(done(answer('more')));
    server.end();
    await tick();
    expect(tab.ids.at(-1)).toBe('more');
    expect(tab.names('response')).toEqual(responseEvents);
  },
);

test('a call that waits for somebody else does not make a response here', async () => {
  const { server, call } = pendingCall(false);
  server.claimed.set(call.id, 'of another tab');
  const tab = new Tab(server);
  await tab.session.openThread('t1');
  await tick();
  expect(tab.names('response')).toEqual([]);
});

/** A page that shows what `before` showed, in the same tab. */
function reload(before: Tab, server: DurableServer): Tab {
  const platform = new FakePlatform();
  for (const [name, value] of before.platform.stored) platform.stored.set(name, value);
  return new Tab(server, platform);
}

const storedClaims = ({ platform }: Tab): unknown => JSON.parse(platform.stored.get('calls')!);

test.each([true, false])(
  'a call whose handler ran when the page was loaded again is answered, not run (in a running turn: %s)',
  async (isRunning) => {
    const { server, call } = pendingCall(isRunning);
    const before = new Tab(server);
    before.onClientTool = () => new Promise(() => undefined);
    await before.session.openThread('t1');
    await tick();
    expect(storedClaims(before)).toEqual({
      [call.id]: { claimId: server.claimed.get(call.id), state: 'running' },
    });
    const after = reload(before, server);
    after.onClientTool = () => expect.fail('must not run');
    await after.session.openThread('t1');
    await tick();
    expect(outputs(server)).toMatchObject([{ call_id: call.call_id, error: { code: 'page_gone' } }]);
    expect(storedClaims(after)).toEqual({});
    server.end();
    await tick();
    expect(after.names('response')).toEqual(responseEvents);
  },
);

test.each([false, true])(
  'a stop while a tool runs holds over a reload (in a running turn: %s)',
  async (isRunning) => {
    const { server } = pendingCall(isRunning);
    const before = new Tab(server);
    before.onClientTool = () => new Promise(() => undefined);
    await before.session.openThread('t1');
    await tick();
    before.session.stop();
    await tick();
    const after = reload(before, server);
    after.onClientTool = () => expect.fail('must not run');
    await after.session.openThread('t1');
    await tick();
    expect(outputs(server)).toEqual([]);
    expect(after.names('response')).toEqual([]);
  },
);

test.each(['cancelled', 'interrupted', 'failed'] as const)(
  'a call of a turn that was %s is not run by a page that comes later',
  async (status) => {
    const { server } = pendingCall(true);
    server.isInline = false;
    server.end(status);
    const tab = new Tab(server);
    tab.onClientTool = () => expect.fail('must not run');
    await tab.session.openThread('t1');
    await tick();
    expect(server.types).toEqual(['threads.get_by_id']);
  },
);

test('a call whose claim was granted while the page was loaded again runs in the new page', async () => {
  const { server, call } = pendingCall(true);
  const before = new Tab(server);
  before.onClientTool = () => expect.fail('must not run');
  const unheard: Fault = (request, signal) => (server.answer(request, signal), new Promise(() => undefined));
  server.faults.push(
    () => undefined as never,
    () => undefined as never,
    unheard,
  );
  await before.session.openThread('t1');
  await tick();
  const claimId = server.claimed.get(call.id);
  expect(claimId).toBeTypeOf('string');
  expect(storedClaims(before)).toEqual({ [call.id]: { claimId, state: 'claiming' } });
  const after = reload(before, server);
  after.onClientTool = () => ({ ok: true });
  await after.session.openThread('t1');
  await tick();
  expect(outputs(server)).toMatchObject([{ call_id: call.call_id, result: { ok: true } }]);
  expect(storedClaims(after)).toEqual({});
});

test.each(['claiming', 'running'])(
  'what was %s before a reload and is not granted again is left alone',
  async (state) => {
    const { server, call } = pendingCall(true);
    server.claimed.set(call.id, 'of another tab');
    const platform = new FakePlatform();
    platform.stored.set('calls', JSON.stringify({ [call.id]: { claimId: 'mine', state } }));
    const tab = new Tab(server, platform);
    tab.onClientTool = () => expect.fail('must not run');
    await tab.session.openThread('t1');
    await tick();
    expect(outputs(server)).toEqual([]);
    expect(storedClaims(tab)).toEqual({});
  },
);

test('a claim whose answer is lost is asked for again under the same id', async () => {
  const { server, tab } = pair();
  let runs = 0;
  tab.onClientTool = () => ({ run: ++runs });
  const lostGrant: Fault = (request, signal) => (server.answer(request, signal), lost(request, signal));
  server.faults.push(() => undefined as never, lostGrant);
  await asking(tab, server, 'ask');
  await tick(1000);
  expect(server.types.filter((type) => type === 'turns.claim_call')).toHaveLength(2);
  expect(outputs(server)).toMatchObject([{ result: { run: 1 } }]);
});

test('a claim that is granted after a stop runs nothing', async () => {
  const { server, tab } = pair();
  tab.onClientTool = () => expect.fail('must not run');
  let release: () => void = () => undefined;
  server.faults.push(
    () => undefined as never,
    (request, signal) => new Promise((resolve) => (release = () => resolve(server.answer(request, signal)))),
  );
  await asking(tab, server, 'ask');
  tab.session.stop();
  release();
  await tick();
  expect(outputs(server)).toEqual([]);
});

test('what was claimed in another thread stays remembered', async () => {
  const { server } = pendingCall(true);
  const platform = new FakePlatform();
  const elsewhere = { elsewhere: { claimId: 'c', state: 'running' } };
  platform.stored.set('calls', JSON.stringify(elsewhere));
  const tab = new Tab(server, platform);
  tab.onClientTool = () => ({});
  await tab.session.openThread('t1');
  await tick();
  expect(storedClaims(tab)).toEqual(elsewhere);
});

test('an answered call is not remembered', async () => {
  const { server, tab } = pair();
  tab.onClientTool = () => ({});
  await asking(tab, server, 'ask');
  expect(storedClaims(tab)).toEqual({});
});

test('what is remembered may be anything', async () => {
  for (const text of ['oops', '{"a":1}', '[1,null]', 'null', '{"call-c2":{"claimId":1,"state":"running"}}']) {
    const { server } = pendingCall(true);
    const platform = new FakePlatform();
    platform.stored.set('calls', text);
    const tab = new Tab(server, platform);
    tab.onClientTool = () => ({ ok: true });
    await tab.session.openThread('t1');
    await tick();
    expect(outputs(server)).toMatchObject([{ result: { ok: true } }]);
  }
});

test('two tabs of one browser do not both claim', async () => {
  const { server } = pendingCall(true);
  const browser = new FakeBrowser();
  let runs = 0;
  let finish: () => void = () => undefined;
  const tabs = [0, 1].map(() => new Tab(server, new FakePlatform(browser)));
  for (const tab of tabs) {
    tab.onClientTool = () => new Promise((resolve) => (runs++, (finish = () => resolve({}))));
    void tab.session.openThread('t1');
  }
  await tick();
  expect(server.types.filter((type) => type === 'turns.claim_call')).toHaveLength(1);
  finish();
  await tick();
  expect(runs).toBe(1);
  expect(tabs.map(({ view }) => view.items.at(-1)?.item)).toMatchObject([
    { status: 'completed' },
    { status: 'completed' },
  ]);
});
