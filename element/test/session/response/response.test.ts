import { expect, test } from 'vitest';
import {
  added,
  answer,
  call,
  created,
  done,
  input,
  json,
  LiveStream,
  lost,
  options,
  Scripted,
  said,
  silent,
  stream,
} from '../support/scripted.ts';

const responseEvents = ['response.start', 'response.end'];

test('the first message makes a thread, the next is added to it', async () => {
  const chat = new Scripted(
    stream(created, done(said('u1')), options, done(answer('a1'))),
    stream(done(said('u2')), options, done(answer('a2'))),
  );
  await chat.session.send(input('one'));
  await chat.session.whenIdle();
  await chat.session.send(input('two'));
  await chat.session.whenIdle();
  expect(chat.requests).toEqual([
    { type: 'threads.create', params: { input: input('one') } },
    { type: 'threads.add_user_message', params: { thread_id: 't1', input: input('two') } },
  ]);
  expect(chat.ids).toEqual(['u1', 'a1', 'u2', 'a2']);
  expect(chat.names()).toEqual(['response.start', 'thread.change', 'response.end', ...responseEvents]);
  expect(chat.session.threadId).toBe('t1');
});

test('the message shows before the server answers', async () => {
  const live = new LiveStream();
  const chat = new Scripted(live.answer);
  const sending = chat.session.send(input('hello'));
  await chat.until((view) => view.phase === 'responding');
  expect(chat.view.items).toMatchObject([{ status: 'sending', item: { content: [{ text: 'hello' }] } }]);
  live.send(created, done(said('u1')));
  await sending;
  await chat.until((view) => view.items[0]?.status === 'done');
  expect(chat.ids).toEqual(['u1']);
  live.end();
  await chat.session.whenIdle();
});

test('streamed events reach listeners in frames only, the start and the end at once', async () => {
  const chat = new Scripted(stream(created, done(said('u1')), added(answer('a1')), done(answer('a1'))));
  chat.requestFrame = () => () => undefined;
  const seen: string[] = [];
  chat.session.subscribe(() => seen.push(`${chat.view.phase} ${chat.view.items.length}`));
  await chat.session.send(input('x'));
  await chat.session.whenIdle();
  expect(seen).toEqual(['idle 1', 'responding 1', 'idle 2']);
});

test('a client tool runs, its result is posted, and it is all one response', async () => {
  const chat = new Scripted(
    stream(created, done(said('u1')), options, { type: 'progress_update', text: 'Looking...' }, call('c1')),
    stream(options, call('c2')),
    stream(options, done(answer('a1'))),
  );
  const seen: unknown[] = [];
  chat.onClientTool = (toolCall) => {
    seen.push({ ...toolCall, phase: chat.view.phase, progress: chat.view.progress?.text });
    return { ok: seen.length };
  };
  await chat.session.send(input('x'));
  await chat.session.whenIdle();
  const expected = { name: 'ask', params: { n: 1 }, phase: 'responding', progress: 'Looking...' };
  expect(seen).toEqual([expected, expected]);
  expect(chat.requests.slice(1)).toEqual([
    { type: 'threads.add_client_tool_output', params: { thread_id: 't1', result: { ok: 1 } } },
    { type: 'threads.add_client_tool_output', params: { thread_id: 't1', result: { ok: 2 } } },
  ]);
  expect(chat.view.items[1]?.item).toMatchObject({ status: 'completed', output: { ok: 1 } });
  expect(chat.names('response')).toEqual(responseEvents);
});

const circular: Record<string, unknown> = {};
circular['self'] = circular;

test.each([
  ['throws', () => Promise.reject(new Error('no cat')), 'failed: no cat'],
  ['throws what is no error', () => Promise.reject('oops'), 'failed: oops'],
  ['gives undefined', () => undefined as never, 'gave no result'],
  ['gives a circle', () => circular, 'failed: '],
  ['gives a function', () => (() => 1) as never, 'is not JSON'],
  ['is missing', undefined, 'has no handler'],
])('a client tool that %s still answers the model, and the page is told', async (_name, handler, problem) => {
  const chat = new Scripted(
    stream(created, done(said('u1')), call('c1')),
    stream(options, done(answer('a1'))),
  );
  chat.onClientTool = handler;
  await chat.session.send(input('x'));
  await chat.session.whenIdle();
  expect(chat.requests[1]?.params['result']).toEqual({ error: expect.stringContaining(problem) });
  expect(chat.errors()).toMatchObject([{ name: 'ClientToolError', toolName: 'ask' }]);
  expect(chat.view).toMatchObject({ phase: 'idle', error: null });
  expect(chat.names('response')).toEqual(responseEvents);
});

test('a circle of client tools comes to an end', async () => {
  const streams = Array.from({ length: 200 }, (_, index) => stream(options, call(`c${index}`)));
  const chat = new Scripted(...streams);
  chat.onClientTool = () => ({});
  await chat.session.send(input('x'));
  await chat.session.whenIdle();
  expect(chat.requests.length).toBeLessThan(150);
  expect(chat.view.error).toMatchObject({ code: 'client_tool_loop' });
  expect(chat.names('response')).toEqual(responseEvents);
});

test('stop while a client tool waits ends the turn, and the late result is dropped', async () => {
  const chat = new Scripted(
    stream(created, { type: 'stream_options', stream_options: { allow_cancel: false } }, call('c1')),
    json({ data: [], has_more: false }),
  );
  let reject: (error: Error) => void = () => undefined;
  const toolStarted = new Promise<void>((started) => {
    chat.onClientTool = () => new Promise((_resolve, rejectTool) => (started(), (reject = rejectTool)));
  });
  await chat.session.send(input('x'));
  await toolStarted;
  chat.session.stop();
  expect(chat.view).toMatchObject({ phase: 'idle', stopped: true });
  const { view } = chat;
  reject(new Error('too late'));
  await chat.session.listThreads();
  expect(chat.view).toBe(view);
  expect(chat.errors()).toEqual([]);
  expect(chat.types).toEqual(['threads.create', 'threads.list']);
  expect(chat.names('response')).toEqual(responseEvents);
});

test('stop ends the turn at once, keeps the text and closes the connection', async () => {
  const live = new LiveStream();
  const chat = new Scripted(live.answer, stream(done(said('u2')), done(answer('a2'))));
  live.send(created, done(said('u1')), options, added(answer('a1', 'partial')));
  await chat.session.send(input('x'));
  await chat.until((view) => view.items.length === 2);
  chat.session.stop();
  expect(chat.view).toMatchObject({
    phase: 'idle',
    stopped: true,
    error: null,
    items: [{}, { status: 'done' }],
  });
  expect(chat.names('response')).toEqual(responseEvents);
  expect(await live.closed).toBe('cancelled');
  chat.session.stop();
  await chat.session.send(input('again'));
  await chat.session.whenIdle();
  expect(chat.view.stopped).toBe(false);
  expect(chat.errors()).toEqual([]);
  expect(chat.names('response')).toEqual([...responseEvents, ...responseEvents]);
});

test('stop is refused while the server forbids it', async () => {
  const live = new LiveStream();
  const chat = new Scripted(live.answer);
  live.send(created, { type: 'stream_options', stream_options: { allow_cancel: false } });
  await chat.session.send(input('x'));
  await chat.until((view) => !view.canStop);
  chat.session.stop();
  expect(chat.view.phase).toBe('responding');
  live.end();
  await chat.session.whenIdle();
});

test('a server that never answers can be stopped', async () => {
  const chat = new Scripted(silent);
  const sending = chat.session.send(input('x'));
  await chat.until((view) => view.phase === 'responding');
  chat.session.stop();
  await sending;
  expect(chat.view).toMatchObject({ phase: 'idle', stopped: true, items: [{ status: 'failed' }] });
  expect(chat.names('response')).toEqual(responseEvents);
});

test('an event’s listener may stop the turn: later events of the same chunk are not shown', async () => {
  const chat = new Scripted(stream(created, { type: 'client_effect', name: 'halt' }, done(answer('a1'))));
  chat.onEmit = ({ name }) => name === 'effect' && chat.session.stop();
  await chat.session.send(input('x'));
  await chat.session.whenIdle();
  expect(chat.ids).not.toContain('a1');
  expect(chat.names('response')).toEqual(responseEvents);
});

test('effects go to the page in order, with their data', async () => {
  const chat = new Scripted(
    stream(
      created,
      { type: 'client_effect', name: 'a', data: { x: 1 } },
      { type: 'client_effect', name: 'b' },
    ),
  );
  await chat.session.send(input('x'));
  await chat.session.whenIdle();
  expect(chat.emitted.filter(({ name }) => name === 'effect').map(({ detail }) => detail)).toEqual([
    { name: 'a', data: { x: 1 } },
    { name: 'b' },
  ]);
});

test.each([
  [
    'an error event',
    stream(created, done(said('u1')), { type: 'error', code: 'custom', message: 'No.', allow_retry: true }),
    'custom',
  ],
  ['a cut stream', stream(created, done(said('u1')), added(answer('a1'))), 'stream_cut'],
  ['an empty stream', stream(), 'stream_empty'],
  ['an error status', json({ error: { code: 'overloaded', message: 'Later.' } }, 503), 'overloaded'],
  ['a lost network', lost, 'network'],
  ['an event that is broken', stream(created, { type: 'thread.item.done' } as never), 'internal'],
])('%s ends the turn once, with words and a retry', async (_name, first, code) => {
  const chat = new Scripted(first);
  await chat.session.send(input('x'));
  await chat.session.whenIdle();
  expect(chat.view).toMatchObject({
    phase: 'idle',
    error: { code, allowRetry: true, message: expect.stringMatching(/\.$/) },
  });
  expect(chat.errors()).toMatchObject([{ code }]);
  expect(chat.names('response')).toEqual(responseEvents);
});

test('an error event in the same stream keeps the client tool from running', async () => {
  const chat = new Scripted(stream(created, call('c1'), { type: 'error' }));
  chat.onClientTool = () => expect.fail('must not run');
  await chat.session.send(input('x'));
  await chat.session.whenIdle();
  expect(chat.types).toEqual(['threads.create']);
});

test('a retry drops the later items and runs from the user’s message', async () => {
  const chat = new Scripted(
    stream(created, done(said('u1')), done(answer('a1')), { type: 'error', allow_retry: true }),
    stream(options, done(answer('a2'))),
  );
  await chat.session.send(input('x'));
  await chat.session.whenIdle();
  const retried = chat.session.retry('u1');
  expect(chat.ids).toEqual(['u1']);
  expect(chat.view.error).toBeNull();
  await retried;
  await chat.session.whenIdle();
  expect(chat.requests[1]).toEqual({
    type: 'threads.retry_after_item',
    params: { thread_id: 't1', item_id: 'u1' },
  });
  expect(chat.ids).toEqual(['u1', 'a2']);
});

test('a message that never reached the server is sent again by a retry, once', async () => {
  const chat = new Scripted(lost, stream(created, done(said('u1')), done(answer('a1'))));
  await chat.session.send(input('hello'));
  await chat.session.whenIdle();
  expect(chat.view.items).toMatchObject([{ status: 'failed' }]);
  await chat.session.retry(chat.ids[0]!);
  await chat.session.whenIdle();
  expect(chat.requests).toEqual([
    chat.requests[0],
    { type: 'threads.create', params: { input: input('hello') } },
  ]);
  expect(chat.ids).toEqual(['u1', 'a1']);
});

test('what cannot be sent is refused in words', async () => {
  const live = new LiveStream();
  const locked = { id: 't1', created_at: '', status: { type: 'locked' as const, reason: 'Under review.' } };
  const chat = new Scripted(live.answer);
  await expect(chat.session.send(input('  \n'))).rejects.toThrow('nothing to send');
  await expect(chat.session.retry('u1')).rejects.toThrow('no conversation');
  await expect(chat.session.feedback(['a1'], 'positive')).rejects.toThrow('no conversation');
  live.send(created, done(said('u1')));
  await chat.session.send(input('x'));
  await expect(chat.session.send(input('y'))).rejects.toMatchObject({ code: 'busy' });
  await expect(chat.session.retry('u1')).rejects.toMatchObject({ code: 'busy' });
  live.send({ type: 'thread.updated', thread: locked });
  live.end();
  await chat.session.whenIdle();
  await expect(chat.session.send(input('y'))).rejects.toMatchObject({
    code: 'locked',
    message: 'Under review.',
  });
  expect(chat.requests.length).toBe(1);
});

test('attachments alone are enough to send, and show at once', async () => {
  const chat = new Scripted(silent);
  const attachment = { type: 'file' as const, id: 'f1', name: 'map.pdf', mime_type: 'application/pdf' };
  void chat.session.send({ ...input(''), attachments: ['f1'], quoted_text: 'q' }, [attachment]);
  await chat.until((view) => view.phase === 'responding');
  expect(chat.view.items[0]?.item).toMatchObject({ attachments: [attachment], quoted_text: 'q' });
  chat.session.stop();
});

test('actions wait for the running response, and run one after the other', async () => {
  const live = new LiveStream();
  const chat = new Scripted(live.answer, stream(options), stream(options));
  await expect(chat.session.sendCustomAction({ type: 'early' })).rejects.toMatchObject({ code: 'no_thread' });
  live.send(created, done(said('u1')));
  await chat.session.send(input('x'));
  const first = chat.session.sendCustomAction({ type: 'pick', payload: { id: 1 } }, 'w1');
  const second = chat.session.sendCustomAction({ type: 'pick' });
  expect(chat.types).toEqual(['threads.create']);
  live.end();
  await Promise.all([first, second]);
  await chat.session.whenIdle();
  expect(chat.requests.slice(1)).toEqual([
    {
      type: 'threads.custom_action',
      params: { thread_id: 't1', item_id: 'w1', action: { type: 'pick', payload: { id: 1 } } },
    },
    { type: 'threads.custom_action', params: { thread_id: 't1', action: { type: 'pick' } } },
  ]);
  expect(chat.names('response')).toEqual([...responseEvents, ...responseEvents, ...responseEvents]);
});
