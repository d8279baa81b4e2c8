import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  asking,
  type Call,
  lost,
  outputs,
  pair,
  pendingCall,
  refused,
  responseEvents,
  tick,
} from '../support/calls.ts';
import type { Fault } from '../support/durable_server.ts';
import { answer, done, input } from '../support/scripted.ts';
import { Tab } from '../support/tab.ts';

// A module that is loaded already arrives without a timer.
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

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
