import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DurableServer, delta, type Fault } from '../support/durable_server.ts';
import { added, answer, created, done, input, LiveStream, Scripted } from '../support/scripted.ts';
import { Tab } from '../support/tab.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const tick = (ms = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
const responseEvents = ['response.start', 'response.end'];
const lost: Fault = () => Promise.reject(new TypeError('Failed to fetch'));
const silent: Fault = (_request, signal) =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
const status =
  (code: number, headers = {}): Fault =>
  () =>
    new Response('{}', { status: code, headers });

/** A turn that has started to answer: `a` is the growing message. */
async function begun(): Promise<{ server: DurableServer; tab: Tab; a: string }> {
  const server = new DurableServer();
  const tab = new Tab(server);
  const sending = tab.session.send(input('hello'));
  await tick();
  await sending;
  const message = server.message();
  server.emit(added(message), delta(message.id, 'One'));
  await tick();
  expect(tab.text).toBe('One');
  return { server, tab, a: message.id };
}

test('a turn is read to its end, with one key', async () => {
  const { server, tab, a } = await begun();
  server.emit(delta(a, ' two'), done({ ...server.message('One two'), id: a }));
  server.end();
  await tick();
  expect(tab.text).toBe('One two');
  expect(tab.names()).toEqual(['response.start', 'thread.change', 'response.end']);
  expect(server.types).toEqual(['threads.create']);
  expect(server.requests[0]).toMatchObject({ client: '1', key: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  expect(server.readerCount).toBe(0);
});

test.each([
  ['breaks', (server: DurableServer) => server.cut()],
  ['ends too early', (server: DurableServer) => server.hangUp()],
  [
    'is told to go elsewhere',
    (server: DurableServer) => server.say('data: {"type":"turnstream.reconnect"}\n\n'),
  ],
])('a stream that %s is attached again from the last position', async (_name, end) => {
  const { server, tab, a } = await begun();
  end(server);
  server.emit(delta(a, ' two'));
  await tick();
  expect(server.requests[1]).toMatchObject({
    type: 'turns.attach',
    params: { thread_id: 't1', after: 'e.5' },
  });
  expect(tab.text).toBe('One two');
  server.emit(delta(a, ' three'));
  server.end();
  await tick();
  expect(tab.text).toBe('One two three');
  expect(tab.names('response')).toEqual(responseEvents);
  expect(tab.errors()).toEqual([]);
});

test('retries wait a random time below a bound that doubles up to 15 s, for ever', async () => {
  const { server, tab, a } = await begun();
  tab.platform.randomValue = 0.999999;
  server.faults.push(...Array.from({ length: 12 }, () => lost));
  server.cut();
  const at: number[] = [];
  const start = Date.now();
  server.faults.forEach(
    (fault, index) => (server.faults[index] = (...args) => (at.push(Date.now() - start), fault(...args))),
  );
  await tick(200_000);
  const waits = at.map((time, index) => time - (at[index - 1] ?? 0));
  [250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000, 15_000, 15_000, 15_000].forEach(
    (bound, index) => {
      expect(waits[index]).toBeGreaterThan(bound * 0.99);
      expect(waits[index]).toBeLessThanOrEqual(bound);
    },
  );
  server.emit(delta(a, ' two'));
  await tick(16_000);
  expect(tab.text).toBe('One two');
});

test('progress since the last break, and a requested break, shorten the wait again', async () => {
  const { server, tab, a } = await begun();
  tab.platform.randomValue = 0.999;
  for (let at = 0; at < 6; at++) {
    const isAsked = at > 2;
    if (isAsked) server.say('data: {"type":"turnstream.reconnect"}\n\n');
    else server.cut();
    if (!isAsked) server.emit(delta(a, '.'));
    await tick(250);
    expect(server.requests.length).toBe(at + 2);
  }
});

test('a server with too many connections of a person is asked again when it says', async () => {
  const { server, tab, a } = await begun();
  server.say('data: {"type":"turnstream.reconnect","after_s":15}\n\n');
  server.emit(delta(a, ' two'));
  await tick(14_000);
  expect(server.requests.length).toBe(1);
  await tick(1_500);
  expect(server.requests.length).toBe(2);
  expect(tab.text).toBe('One two');
});

test('an attached stream without a turn, in which the end did not come, is no end by itself', async () => {
  const { server, tab } = await begun();
  server.faults.push(
    () => new Response('data: {"type":"turnstream.live"}\n\n', { headers: { 'turnstream-turn': '' } }),
  );
  server.cut();
  server.end();
  await tick(1);
  expect(server.types.slice(1)).toEqual(['turns.attach', 'threads.get_by_id']);
  expect(tab.view.phase).toBe('idle');
});

test('the end of another turn is not the end of this one', async () => {
  const { server, tab, a } = await begun();
  server.emit({ type: 'turnstream.turn_ended', turn_id: 'turn0', status: 'completed' }, delta(a, ' two'));
  await tick();
  expect(tab.view.phase).toBe('responding');
  expect(tab.text).toBe('One two');
});

test('a server that asks for more time gets it, within bounds', async () => {
  const { server, tab } = await begun();
  server.faults.push(status(503, { 'retry-after': '3' }), status(429, { 'retry-after': '9999' }));
  server.cut();
  await tick(2999);
  expect(server.requests.length).toBe(2);
  await tick(1);
  expect(server.requests.length).toBe(3);
  await tick(15_000);
  expect(server.requests.length).toBe(4);
  expect(tab.view.phase).toBe('responding');
});

test.each([400, 401, 403, 404])('a refusal with %i ends the turn', async (code) => {
  const { server, tab } = await begun();
  server.faults.push(status(code));
  server.cut();
  await tick(20_000);
  expect(server.requests.length).toBe(2);
  expect(tab.view).toMatchObject({ phase: 'idle', error: { code: `http_${code}` } });
  expect(tab.names('response')).toEqual(responseEvents);
});

test.each([
  [400, 'The server refused the request.'],
  [403, 'You are not allowed to do this.'],
  [404, 'This conversation was not found.'],
  [413, 'The message is too large.'],
  [422, 'The server refused the request.'],
])(
  'a message that is refused for good (%i) leaves the thread, and its writer is told why',
  async (code, message) => {
    const { server, tab } = await begun();
    server.end();
    await tick();
    const before = tab.ids;
    server.faults.push(() =>
      Response.json(
        {
          error: {
            code: code === 404 ? 'not_found' : 'invalid_request',
            message: 'thread thr_1 was not found',
          },
        },
        { status: code },
      ),
    );
    const refused = expect(tab.session.send(input('more'))).rejects.toMatchObject({
      status: code,
      message,
      allowRetry: false,
    });
    await tick();
    await refused;
    expect(tab.ids).toEqual(before);
    expect(tab.view).toMatchObject({ phase: 'idle', error: null });
    expect(tab.errors()).toMatchObject([{ status: code }]);
    expect(tab.names('response')).toEqual([...responseEvents, ...responseEvents]);
  },
);

test.each([
  ['a', 262_000],
  ['é', 131_000],
  ['漢', 87_300],
])('a message of %s that no server takes is not sent', async (letter, fitting) => {
  const { server, tab } = await begun();
  server.end();
  await tick();
  const requests = server.requests.length;
  await expect(tab.session.send(input(letter.repeat(fitting + 150)))).rejects.toMatchObject({
    code: 'too_large',
  });
  expect(server.requests.length).toBe(requests);
  void tab.session.send(input(letter.repeat(fitting - 250)));
  await tick();
  expect(server.requests.length).toBe(requests + 1);
});

test('45 s without a byte are the end of a connection; a comment counts', async () => {
  const { server } = await begun();
  await tick(40_000);
  server.say(': \n\n');
  await tick(44_999);
  expect(server.types).toEqual(['threads.create']);
  await tick(1);
  await tick(1);
  expect(server.types).toEqual(['threads.create', 'turns.attach']);
  server.faults.push(silent);
  server.cut();
  await tick(1);
  expect(server.requests.length).toBe(3);
  await tick(45_001);
  expect(server.requests.length).toBe(4);
});

test.each([
  ['online', 0, true],
  ['restored', 0, true],
  ['shown', 20_001, true],
  ['shown', 19_000, false],
  ['offline', 30_000, false],
] as const)('%s after %i ms of silence reconnects: %s', async (event, silence, isAgain) => {
  const { server, tab, a } = await begun();
  await tick(silence);
  tab.platform.randomValue = 0.9;
  tab.platform.say(event);
  await tick();
  expect(server.requests.length).toBe(isAgain ? 2 : 1);
  server.emit(delta(a, ' two'));
  await tick();
  expect(tab.text).toBe('One two');
});

test('after a sleep, in which timers stand still, a silent connection is replaced within 2 s', async () => {
  const { server, tab, a } = await begun();
  await tick(1000);
  vi.setSystemTime(Date.now() + 3_600_000);
  await tick(2000);
  expect(server.types).toEqual(['threads.create', 'turns.attach']);
  server.emit(delta(a, ' two'));
  await tick();
  expect(tab.text).toBe('One two');
});

test('coming back to the page ends a long wait', async () => {
  for (const event of ['online', 'restored', 'shown'] as const) {
    const { server, tab } = await begun();
    tab.platform.randomValue = 0.999;
    server.faults.push(...Array.from({ length: 8 }, () => lost));
    server.cut();
    await tick(31_000);
    const { length } = server.requests;
    tab.platform.say(event);
    await tick();
    expect(server.requests.length).toBe(length + 1);
    tab.session.close();
  }
});

test('entries that were read are not read twice; a gap and another epoch read the thread anew', async () => {
  for (const break_ of ['gap', 'epoch'] as const) {
    const { server, tab, a } = await begun();
    const repeated = server.log
      .map(({ seq, event }) => `id: e.${seq}\ndata: ${JSON.stringify(event)}\n\n`)
      .join('');
    server.say(repeated);
    server.emit(delta(a, ' two'));
    await tick();
    expect(tab.text).toBe('One two');
    server.cut();
    server.log.push({ seq: server.log.length + 1, event: delta(a, 'never sent') });
    server.emit(delta(a, ' three'));
    server.faults.push(() => {
      const seq = break_ === 'gap' ? server.log.length : 1;
      const text =
        `id: ${break_ === 'gap' ? 'e' : 'f'}.${seq}\n` + `data: ${JSON.stringify(delta(a, 'wrong'))}\n\n`;
      if (break_ === 'epoch') server.epoch = 'f';
      return new Response(text, { headers: { 'turnstream-turn': 'turn1' } });
    });
    await tick(1);
    expect(server.types.slice(1)).toEqual(['turns.attach', 'threads.get_by_id', 'turns.attach']);
    server.emit(delta(a, ' four'));
    server.end();
    await tick();
    expect(tab.text).toBe(server.text);
    expect(tab.view).toMatchObject({ phase: 'idle', error: null });
    expect(tab.names('response')).toEqual(responseEvents);
  }
});

test('after a reset the thread is read anew, and the turn followed from there', async () => {
  const { server, tab, a } = await begun();
  server.cut();
  server.emit(delta(a, ' two'), delta(a, ' three'));
  server.log.splice(0, server.log.length - 1);
  await tick(1);
  expect(server.types.slice(1)).toEqual(['turns.attach', 'threads.get_by_id', 'turns.attach']);
  expect(tab.text).toBe('One two three');
  expect(tab.ids).toEqual(['u1', a]);
  expect(tab.view).toMatchObject({
    phase: 'responding',
    items: [{ status: 'done' }, { status: 'streaming' }],
  });
  server.emit(delta(a, '.'));
  server.end();
  await tick();
  expect(tab.text).toBe('One two three.');
  expect(tab.names('response')).toEqual(responseEvents);
});

test('a reset after the end shows the end', async () => {
  const { server, tab, a } = await begun();
  server.cut();
  server.emit(done({ ...server.message('One two'), id: a }));
  server.end('interrupted');
  server.log.splice(0, server.log.length - 1);
  server.log[0] = { seq: 99, event: server.log[0]!.event };
  await tick(1);
  expect(tab.text).toBe('One two');
  expect(tab.view).toMatchObject({ phase: 'idle', error: { code: 'interrupted', allowRetry: true } });
  expect(tab.names('response')).toEqual(responseEvents);
});

test('an entry that cannot be read is passed by', async () => {
  const { server, tab, a } = await begun();
  server.say('id: e.6\ndata: oops\n\n');
  server.emit(delta(a, ' two'));
  await tick(1);
  expect(server.types.slice(1)).toEqual(['threads.get_by_id', 'turns.attach']);
  expect(tab.text).toBe('One two');
});

// Sending

async function known(server: DurableServer): Promise<Tab> {
  const tab = new Tab(server);
  await tab.session.openThread('t1');
  return tab;
}

test.each([
  ['the network fails', lost],
  ['a proxy says 502', status(502)],
  ['the server says 503', status(503, { 'retry-after': '1' })],
  ['a proxy says 504', status(504)],
])('a message that nobody answers because %s is sent again with the same key', async (_name, fault) => {
  const server = new DurableServer();
  const tab = await known(server);
  server.faults.push(fault, fault);
  const sending = tab.session.send(input('hello'));
  await tick(3000);
  await sending;
  const keys = server.requests.slice(1).map(({ key }) => key);
  expect(keys.length).toBe(3);
  expect(new Set(keys).size).toBe(1);
  expect(tab.ids).toEqual(['u1']);
  server.end();
  await tick();
  expect(tab.names('response')).toEqual(responseEvents);
});

test('a message whose answer was lost is not sent twice', async () => {
  const server = new DurableServer();
  const tab = await known(server);
  server.faults.push((request, signal) => {
    void server.answer(request, signal);
    return Promise.reject(new TypeError('Failed to fetch'));
  });
  const sending = tab.session.send(input('hello'));
  await tick(1);
  await sending;
  expect(server.log.filter(({ event }) => event.type === 'thread.item.done').length).toBe(1);
  expect(tab.ids).toEqual(['u1']);
});

test('a message is given up after about 30 s, kept, and sent again under the same key', async () => {
  const server = new DurableServer();
  const tab = await known(server);
  tab.platform.randomValue = 0.5;
  server.faults.push(...Array.from({ length: 100 }, () => lost));
  void tab.session.send(input('hello'));
  await tick(29_000);
  expect(tab.view).toMatchObject({ phase: 'responding', items: [{ status: 'sending' }] });
  await tick(16_000);
  expect(tab.view).toMatchObject({
    phase: 'idle',
    connection: 'live',
    error: { code: 'network', allowRetry: true },
    items: [{ status: 'failed' }],
  });
  expect(tab.names('response')).toEqual(responseEvents);
  server.faults.length = 0;
  const { key } = server.requests.at(-1)!;
  const retried = tab.session.retry(tab.ids[0]!);
  await tick();
  await retried;
  expect(server.requests.at(-1)!.key).toBe(key);
  expect(tab.ids).toEqual(['u1']);
});

test('a message that was given up and had arrived is not called unsent once that is seen', async () => {
  const server = new DurableServer();
  const tab = await known(server);
  tab.platform.randomValue = 0.5;
  const unheard: Fault = (request, signal) => (server.answer(request, signal), lost(request, signal));
  server.faults.push(unheard, ...Array.from({ length: 100 }, () => lost));
  void tab.session.send(input('hello'));
  await tick(45_000);
  expect(tab.view.items).toMatchObject([{ status: 'failed' }]);
  server.faults.length = 0;
  tab.platform.say('online');
  await tick();
  expect(tab.ids).toEqual(['u1']);
  expect(tab.view).toMatchObject({ phase: 'responding', error: null });
});

test('an answer that a retry took away is back when the server never heard of the retry', async () => {
  const { server, tab, a } = await begun();
  server.emit(done({ ...server.message('One two'), id: a }));
  server.end();
  await tick();
  tab.platform.randomValue = 0.5;
  server.faults.push(...Array.from({ length: 100 }, () => lost));
  void tab.session.retry('u1');
  await tick(45_000);
  expect(tab.view).toMatchObject({ phase: 'idle', error: { code: 'network' } });
  server.faults.length = 0;
  tab.platform.say('online');
  await tick();
  expect(tab.text).toBe('One two');
});

test('a server that says who it is by its refusal is asked again', async () => {
  const server = new DurableServer();
  const tab = new Tab(server);
  server.faults.push(() =>
    Response.json({ error: { code: 'shutting_down', message: 'Later.' } }, { status: 503 }),
  );
  const sending = tab.session.send(input('hello'));
  await tick(1);
  await sending;
  expect(tab.ids).toEqual(['u1']);
});

test('a server that is not known to be durable gets a message once', async () => {
  const server = new DurableServer();
  const tab = new Tab(server);
  server.faults.push(lost);
  await tab.session.send(input('hello'));
  await tick(60_000);
  expect(server.requests.length).toBe(1);
  expect(tab.view).toMatchObject({ phase: 'idle', error: { code: 'network' } });
});

test('a first stream that breaks before its first entry is asked for again', async () => {
  const server = new DurableServer();
  const tab = new Tab(server);
  server.faults.push((request, signal) => {
    void server.answer(request, signal);
    return new Response(': \n\n', { headers: { 'turnstream-turn': 'turn1' } });
  });
  const sending = tab.session.send(input('hello'));
  await tick(1);
  await sending;
  expect(server.types).toEqual(['threads.create', 'threads.create']);
  expect(tab.ids).toEqual(['u1']);
});

test('where a turn runs already, the message goes back and the turn is shown', async () => {
  const server = new DurableServer();
  const tab = await known(server);
  server.begin();
  server.emit(done(server.user('from elsewhere')));
  const sending = tab.session.send(input('mine'));
  const refused = expect(sending).rejects.toMatchObject({ code: 'busy' });
  await tick();
  await refused;
  expect(server.types.slice(1)).toEqual(['threads.add_user_message', 'threads.get_by_id', 'turns.attach']);
  expect(tab.ids).toEqual(['u1']);
  expect(tab.view).toMatchObject({ phase: 'responding', error: null });
  server.end();
  await tick();
  expect(tab.names('response')).toEqual([...responseEvents, ...responseEvents]);
});

test('a failed message that meets a running turn stays where it can be sent again', async () => {
  const server = new DurableServer();
  const tab = await known(server);
  server.faults.push(status(500));
  await tab.session.send(input('mine'));
  await tick();
  const [itemId] = tab.ids;
  server.begin();
  server.emit(done(server.user('from elsewhere')));
  const refused = expect(tab.session.retry(itemId!)).rejects.toMatchObject({ code: 'busy' });
  await tick();
  await refused;
  expect(tab.view.items.find(({ item }) => item.id === itemId)).toMatchObject({ status: 'failed' });
  server.end();
  await tick();
  void tab.session.retry(itemId!);
  await tick();
  expect(tab.ids).toEqual(['u1', 'u2']);
});

// Stopping

test('stop asks the server, and the stream tells how it ended', async () => {
  const { server, tab } = await begun();
  tab.session.stop();
  tab.session.stop();
  await tick();
  expect(server.requests.slice(1)).toMatchObject([
    { type: 'turns.cancel', params: { thread_id: 't1', turn_id: 'turn1' } },
  ]);
  expect(tab.view).toMatchObject({ phase: 'idle', stopped: true, error: null });
  expect(tab.text).toBe('One');
  expect(tab.names('response')).toEqual(responseEvents);
});

test('a turn that is over before the stop arrives was not stopped', async () => {
  const { server, tab } = await begun();
  tab.session.stop();
  server.end('completed');
  await tick();
  expect(tab.view).toMatchObject({ phase: 'idle', stopped: false });
  expect(tab.names('response')).toEqual(responseEvents);
});

test('a server that does not end the turn is not waited for, but still asked', async () => {
  const { server, tab } = await begun();
  server.faults.push(lost, lost);
  server.answer = () => Response.json({ status: 'cancelled' });
  tab.platform.randomValue = 0.9;
  tab.session.stop();
  await tick(2999);
  expect(tab.view.phase).toBe('responding');
  await tick(1);
  expect(tab.view).toMatchObject({ phase: 'idle', stopped: true });
  expect(tab.names('response')).toEqual(responseEvents);
  expect(server.types.slice(1)).toEqual(['turns.cancel', 'turns.cancel', 'turns.cancel']);
  expect(server.readerCount).toBe(0);
});

test('a turn that is stopped before it has a name is cancelled when it has one', async () => {
  const server = new DurableServer();
  const tab = await known(server);
  let release: () => void = () => undefined;
  server.faults.push(
    (request, signal) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
        release = () => resolve(server.answer(request, signal));
      }),
  );
  void tab.session.send(input('hello'));
  await tick();
  tab.session.stop();
  await tick(3000);
  expect(tab.view).toMatchObject({ phase: 'idle', stopped: true });
  const { view } = tab;
  release();
  await tick(1);
  expect(server.types.slice(1)).toEqual(['threads.add_user_message', 'turns.cancel']);
  expect(server.turn).toMatchObject({ status: 'cancelled' });
  expect(tab.view).toBe(view);
  expect(server.readerCount).toBe(0);
});

test('so is the first one, to an unknown server; an official server is left once known', async () => {
  const server = new DurableServer();
  const tab = new Tab(server);
  let release: () => void = () => undefined;
  const slow: Fault = (request, signal) =>
    new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
      release = () => resolve(server.answer(request, signal));
    });
  server.faults.push(slow);
  void tab.session.send(input('hello'));
  await tick();
  tab.session.stop();
  expect(tab.view).toMatchObject({ phase: 'idle', stopped: true });
  release();
  await tick(1);
  expect(server.types).toEqual(['threads.create', 'turns.cancel']);
  expect(server.turn).toMatchObject({ status: 'cancelled' });
  expect(server.readerCount).toBe(0);

  const live = new LiveStream();
  const chat = new Scripted(
    (request, signal) => new Promise((resolve) => (release = () => resolve(live.answer(request, signal)))),
  );
  void chat.session.send(input('hello'));
  await tick();
  chat.session.stop();
  expect(chat.view).toMatchObject({ phase: 'idle', stopped: true });
  release();
  await tick();
  live.send(created);
  expect(await live.closed).toBe('cancelled');
  expect(chat.types).toEqual(['threads.create']);
  expect(tab.names('response')).toEqual(responseEvents);
});

test('a server that does not say who it is within 3 s of a stop is hung up on', async () => {
  let isOpen = true;
  const server = new DurableServer();
  const tab = new Tab(server);
  server.faults.push(
    (_request, signal) =>
      new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => ((isOpen = false), reject(signal.reason))),
      ),
  );
  void tab.session.send(input('hello'));
  await tick();
  tab.session.stop();
  await tick(2999);
  expect(isOpen).toBe(true);
  await tick(1);
  expect(isOpen).toBe(false);
  expect(server.types).toEqual(['threads.create']);
});

test('leaving the thread and closing the chat stop the reading only', async () => {
  for (const leave of [(tab: Tab) => tab.session.openThread(null), (tab: Tab) => tab.session.close()]) {
    const { server, tab } = await begun();
    void leave(tab);
    await tick();
    expect(server.turn).toMatchObject({ status: 'running' });
    expect(server.readerCount).toBe(0);
    expect(server.types).toEqual(['threads.create']);
    expect(tab.names('response')).toEqual(responseEvents);
  }
});

// Connection status

test('a break is told after 1.5 s, with the reason, until bytes come again', async () => {
  const { server, tab } = await begun();
  tab.platform.randomValue = 0.999;
  server.faults.push(...Array.from({ length: 5 }, () => lost));
  server.cut();
  await tick(1499);
  expect(tab.view.connection).toBe('live');
  await tick(1);
  expect(tab.view.connection).toBe('reconnecting');
  tab.platform.say('offline');
  expect(tab.view.connection).toBe('offline');
  server.faults.length = 0;
  tab.platform.say('online');
  await tick();
  expect(tab.view.connection).toBe('live');
  server.end();
  await tick();
  expect(tab.platform.listenerCount).toBe(1);
});

test('a break is not told after the thread was left', async () => {
  const { server, tab } = await begun();
  server.faults.push(lost);
  server.cut();
  await tick();
  void tab.session.openThread(null);
  await tick(5000);
  expect(tab.view.connection).toBe('live');
});

test('the stream of an official server is left alone when the network comes back', async () => {
  const live = new LiveStream();
  const chat = new Scripted(live.answer);
  live.send(created);
  await chat.session.send(input('x'));
  chat.platform.say('online');
  chat.platform.say('restored');
  live.send(done(answer('a1')));
  live.end();
  await tick(60_000);
  expect(chat.ids).toContain('a1');
  expect(chat.types).toEqual(['threads.create']);
  expect(chat.view).toMatchObject({ phase: 'idle', error: null });
});

test('a break that is soon over is not told', async () => {
  const { server, tab } = await begun();
  const statuses = new Set<string>();
  tab.session.subscribe(() => statuses.add(tab.view.connection));
  server.cut();
  await tick(5000);
  expect([...statuses]).toEqual([]);
});

test('a turn that was interrupted says so once', async () => {
  const { server, tab } = await begun();
  server.end('interrupted');
  await tick();
  expect(tab.view).toMatchObject({ phase: 'idle', error: { code: 'interrupted', allowRetry: true } });
  expect(tab.errors().length).toBe(1);
});
