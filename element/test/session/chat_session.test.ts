import { expect, test } from 'vitest';
import type { ThreadItem } from '../../src/protocol/wire.ts';
import {
  added,
  answer,
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
} from './support/scripted.ts';

const page = (data: ThreadItem[], after: string | null = null): object => ({
  data,
  has_more: after !== null,
  after,
});
const thread = (items: object, id = 't1'): object => ({ id, created_at: '', title: 'Old', items });
const items = (from: number, to: number): ThreadItem[] =>
  Array.from({ length: to - from + 1 }, (_, index) => answer(`i${from + index}`));

test('an action that is answered at once changes its item, and only in its own thread', async () => {
  const changed = (id: string, threadId: string): ThreadItem => ({
    ...answer(id, 'new'),
    thread_id: threadId,
  });
  const chat = new Scripted(
    json(thread(page([answer('a1'), answer('a2')]))),
    json({ updated_item: changed('a1', 't1') }),
    json({ updated_item: changed('a2', 'another') }),
    json({ status: 'accepted' }),
  );
  await chat.session.openThread('t1');
  await chat.session.sendSyncAction({ type: 'switch' }, 'a1');
  await chat.session.sendSyncAction({ type: 'switch' }, 'a2');
  await chat.session.sendSyncAction({ type: 'seat' }, 'a1', true);
  expect(chat.view.items.map(({ item }) => item)).toMatchObject([
    { content: [{ text: 'new' }] },
    { content: [{ text: 'a2' }] },
  ]);
  expect(chat.types).toEqual([
    'threads.get_by_id',
    'threads.sync_custom_action',
    'threads.sync_custom_action',
    'threads.custom_action',
  ]);
});

test('a short thread opens with one request', async () => {
  const chat = new Scripted(json(thread(page([said('u1'), answer('a1')]))));
  const opening = chat.session.openThread('t1');
  expect(chat.view).toMatchObject({ phase: 'loading', thread: null });
  await opening;
  expect(chat.view).toMatchObject({ phase: 'idle', thread: { id: 't1', title: 'Old' }, hasEarlier: false });
  expect(chat.ids).toEqual(['u1', 'a1']);
  expect(chat.requests).toEqual([{ type: 'threads.get_by_id', params: { thread_id: 't1' } }]);
  expect(chat.emitted).toEqual([
    { name: 'thread.change', detail: { threadId: 't1' } },
    { name: 'thread.load.start', detail: { threadId: 't1' } },
    { name: 'thread.load.end', detail: { threadId: 't1' } },
  ]);
});

test('a long thread shows its newest end, and pages backwards', async () => {
  const chat = new Scripted(
    json(thread(page(items(1, 20), 'i20'))),
    json(page(items(41, 60).reverse(), 'i41')),
    json(page([], 'hidden')),
    json(page(items(21, 40).reverse(), 'i21')),
    json(page(items(1, 20).reverse())),
  );
  await chat.session.openThread('t1');
  expect(chat.ids).toEqual(items(41, 60).map(({ id }) => id));
  expect(chat.view.hasEarlier).toBe(true);
  await Promise.all([chat.session.loadEarlier(), chat.session.loadEarlier()]);
  expect(chat.ids).toEqual(items(21, 60).map(({ id }) => id));
  await chat.session.loadEarlier();
  expect(chat.ids).toEqual(items(1, 60).map(({ id }) => id));
  expect(chat.view.hasEarlier).toBe(false);
  await chat.session.loadEarlier();
  expect(chat.requests.slice(1).map(({ params }) => params['after'])).toEqual([
    undefined,
    'i41',
    'hidden',
    'i21',
  ]);
  expect(chat.requests[1]).toEqual({
    type: 'items.list',
    params: { thread_id: 't1', limit: 20, order: 'desc' },
  });
});

test('a thread a little longer than one page is complete after two requests', async () => {
  const chat = new Scripted(
    json(thread(page(items(1, 20), 'i20'))),
    json(page(items(6, 25).reverse(), 'i6')),
  );
  await chat.session.openThread('t1');
  expect(chat.ids).toEqual(items(1, 25).map(({ id }) => id));
  expect(chat.view.hasEarlier).toBe(false);
});

test('a thread that cannot be loaded says so, and loads when it is opened again', async () => {
  const chat = new Scripted(lost, json(thread(page([said('u1')]))));
  await chat.session.openThread('t1');
  expect(chat.view).toMatchObject({
    phase: 'idle',
    thread: null,
    error: { code: 'network', allowRetry: true },
  });
  expect(chat.names()).toEqual(['thread.change', 'thread.load.start', 'error', 'thread.load.end']);
  await expect(chat.session.send(input('x'))).rejects.toMatchObject({ code: 'not_loaded' });
  expect(chat.session.threadId).toBe('t1');
  await chat.session.openThread('t1');
  expect(chat.view).toMatchObject({ error: null, thread: { id: 't1' } });
  expect(chat.names('thread.change')).toEqual(['thread.change']);
});

test('opening the open thread does nothing, not even during its first response', async () => {
  const live = new LiveStream();
  const chat = new Scripted(live.answer);
  await chat.session.openThread(null);
  chat.onEmit = (event) => {
    if (event.name === 'thread.change') void chat.session.openThread(event.detail.threadId);
  };
  live.send(created, done(said('u1')));
  await chat.session.send(input('x'));
  await chat.session.openThread('t1');
  expect(chat.view.phase).toBe('responding');
  live.send(done(answer('a1')));
  live.end();
  await chat.session.whenIdle();
  expect(chat.ids).toEqual(['u1', 'a1']);
  expect(chat.names('thread')).toEqual(['thread.change']);
});

test('leaving a thread aborts its response, and ends it once', async () => {
  const live = new LiveStream();
  const chat = new Scripted(live.answer, json(thread(page([said('other')]), 't2')));
  live.send(created, done(said('u1')), added(answer('a1')));
  await chat.session.send(input('x'));
  await chat.session.openThread('t2');
  expect(await live.closed).toBe('cancelled');
  expect(chat.ids).toEqual(['other']);
  expect(chat.view).toMatchObject({ phase: 'idle', stopped: false, error: null });
  expect(chat.names()).toEqual([
    'response.start',
    'thread.change',
    'response.end',
    'thread.change',
    'thread.load.start',
    'thread.load.end',
  ]);
});

test('the start screen is clean', async () => {
  const chat = new Scripted(
    stream(created, done(said('u1')), { type: 'notice', level: 'info', message: 'm' }, { type: 'error' }),
  );
  await chat.session.send(input('x'));
  await chat.session.whenIdle();
  await chat.session.openThread(null);
  expect(chat.view).toMatchObject({ thread: null, items: [], notices: [], error: null });
  expect(chat.emitted.at(-1)).toEqual({ name: 'thread.change', detail: { threadId: null } });
});

test('of two threads opened in a row the second shows', async () => {
  const chat = new Scripted(silent, json(thread(page([said('b1')]), 't2')));
  const first = chat.session.openThread('t1');
  await chat.session.openThread('t2');
  await first;
  expect(chat.ids).toEqual(['b1']);
  expect(chat.errors()).toEqual([]);
  expect(chat.names('thread.load').sort()).toEqual([
    'thread.load.end',
    'thread.load.end',
    'thread.load.start',
    'thread.load.start',
  ]);
});

test('a message waits for its loading thread, and is refused if that was left', async () => {
  const chat = new Scripted(json(thread(page([]))), stream(done(said('u1')), options), silent);
  void chat.session.openThread('t1');
  await chat.session.send(input('x'));
  await chat.session.whenIdle();
  expect(chat.requests[1]).toMatchObject({ type: 'threads.add_user_message', params: { thread_id: 't1' } });
  void chat.session.openThread('t2');
  const sending = chat.session.send(input('y'));
  void chat.session.openThread(null);
  await expect(sending).rejects.toThrow('left');
});

test.each([
  ['locked', null, 'This conversation is locked.'],
  ['closed', null, 'This conversation is closed.'],
  ['closed', 'Solved', 'Solved'],
])('a message sent while its thread loads is refused when that is %s (%s)', async (type, reason, message) => {
  const chat = new Scripted(json({ ...thread(page([said('u1')])), status: { type, reason } }));
  void chat.session.openThread('t1');
  await expect(chat.session.send(input('x'))).rejects.toMatchObject({ code: type, message });
});

test('reading again shows what changed and leaves the rest alone', async () => {
  const chat = new Scripted(
    json(thread(page([said('u1'), answer('a1'), answer('gone')]))),
    json({ ...thread(page([said('u1'), answer('a1', 'edited'), answer('new')])), title: 'Renamed' }),
  );
  await chat.session.openThread('t1');
  const [first] = chat.view.items;
  const phases = new Set<string>();
  chat.session.subscribe(() => phases.add(chat.view.phase));
  await chat.session.refresh();
  expect(chat.ids).toEqual(['u1', 'a1', 'new']);
  expect(chat.view.items[0]).toBe(first);
  expect(chat.view.thread?.title).toBe('Renamed');
  expect([...phases]).toEqual(['idle']);
  expect(chat.names('thread.load').length).toBe(2);
});

test('reading again during a response keeps what streams', async () => {
  const live = new LiveStream();
  const chat = new Scripted(live.answer, json(thread(page([said('u1')]))));
  live.send(created, done(said('u1')), added(answer('a1', 'partial')));
  await chat.session.send(input('x'));
  await chat.until((view) => view.items.length === 2);
  await chat.session.refresh();
  expect(chat.ids).toEqual(['u1', 'a1']);
  expect(chat.view.phase).toBe('responding');
  live.send(done(answer('a1')));
  live.end();
  await chat.session.whenIdle();
});

test('reading again covers the earlier pages that are shown', async () => {
  const chat = new Scripted(
    json(thread(page(items(1, 20), 'i20'))),
    json(page(items(61, 80).reverse(), 'i61')),
    json(page(items(41, 60).reverse(), 'i41')),
    json(thread(page(items(1, 20), 'i20'))),
    json(page(items(62, 81).reverse(), 'i62')),
    json(page(items(42, 61).reverse(), 'i42')),
  );
  await chat.session.openThread('t1');
  await chat.session.loadEarlier();
  await chat.session.refresh();
  expect(chat.ids).toEqual(items(42, 81).map(({ id }) => id));
  expect(chat.view.hasEarlier).toBe(true);
});

test('reading again that fails changes nothing and rejects', async () => {
  const chat = new Scripted(
    json(thread(page([said('u1')]))),
    json({ error: { code: 'x', message: 'No.' } }, 500),
  );
  await chat.session.refresh();
  await chat.session.openThread('t1');
  await expect(chat.session.refresh()).rejects.toThrow('No.');
  expect(chat.view.error).toBeNull();
  expect(chat.ids).toEqual(['u1']);
  expect(chat.errors()).toMatchObject([{ code: 'x' }]);
});

test('threads are listed, renamed and deleted', async () => {
  const meta = { id: 't1', created_at: '' };
  const chat = new Scripted(
    json({ data: [meta], has_more: true, after: 'next' }),
    json({ data: [], has_more: false }),
    json(thread(page([said('u1')]))),
    json({ ...meta, title: 'New' }),
    json({}),
  );
  expect(await chat.session.listThreads()).toEqual({ threads: [meta], after: 'next' });
  expect(await chat.session.listThreads('next')).toEqual({ threads: [], after: null });
  await chat.session.openThread('t1');
  await chat.session.renameThread('t1', 'New');
  expect(chat.view.thread?.title).toBe('New');
  await chat.session.deleteThread('t1');
  expect(chat.view).toMatchObject({ thread: null, items: [] });
  expect(chat.requests.map(({ params }) => params)).toEqual([
    { limit: 20, order: 'desc' },
    { limit: 20, order: 'desc', after: 'next' },
    { thread_id: 't1' },
    { thread_id: 't1', title: 'New' },
    { thread_id: 't1' },
  ]);
});

test('a new title shows at once, and the old one again when it is refused', async () => {
  const chat = new Scripted(json(thread(page([]))), json({}, 500), silent);
  await chat.session.openThread('t1');
  const renaming = chat.session.renameThread('t1', 'New');
  expect(chat.view.thread?.title).toBe('New');
  await expect(renaming).rejects.toMatchObject({ code: 'http_500' });
  expect(chat.view.thread?.title).toBe('Old');
  void chat.session.renameThread('t2', 'Other');
  expect(chat.view.thread?.title).toBe('Old');
});

test('feedback names the items and its kind; a failure goes to the caller and the page', async () => {
  const chat = new Scripted(json(thread(page([answer('a1')]))), json({}), lost);
  await chat.session.openThread('t1');
  await chat.session.feedback(['a1'], 'negative');
  expect(chat.requests[1]).toEqual({
    type: 'items.feedback',
    params: { thread_id: 't1', item_ids: ['a1'], kind: 'negative' },
  });
  await expect(chat.session.feedback(['a1'], 'positive')).rejects.toMatchObject({ code: 'network' });
  expect(chat.errors()).toMatchObject([{ code: 'network' }]);
});

test('a pending client tool in a thread that is opened does not run', async () => {
  const pending = {
    ...answer('c1'),
    type: 'client_tool_call',
    status: 'pending',
    call_id: 'c',
    name: 'ask',
    arguments: {},
  };
  const chat = new Scripted(json(thread(page([said('u1'), pending as ThreadItem]))));
  chat.onClientTool = () => expect.fail('must not run');
  await chat.session.openThread('t1');
  expect(chat.types).toEqual(['threads.get_by_id']);
  expect(chat.view.phase).toBe('idle');
});

test('a thread that was left while it loaded is loaded by reading it again', async () => {
  const chat = new Scripted(silent, json(thread(page([said('u1')]))));
  const opening = chat.session.openThread('t1');
  chat.session.leave();
  await opening;
  await chat.session.refresh();
  expect(chat.ids).toEqual(['u1']);
});

test('a structured input is answered by its ids, and its item replaced', async () => {
  const pending = {
    type: 'structured_input',
    id: 'si',
    thread_id: 't1',
    created_at: '',
    status: 'pending',
    inputs: [],
  } as const;
  const replaced = { ...pending, status: 'answered' } as const;
  const scripted = new Scripted(
    stream(created, done(said('u1')), { type: 'thread.item.done', item: { ...pending, inputs: [] } }),
    stream(options, { type: 'thread.item.replaced', item: { ...replaced, inputs: [] } }),
  );
  const { session } = scripted;
  const submission = { status: 'answered', answers: { q: { values: ['Monday'], skipped: false } } } as const;
  await expect(session.answerInput('si', { ...submission, answers: {} })).rejects.toMatchObject({
    code: 'no_thread',
  });
  await session.send(input('hi'));
  await session.whenIdle();
  await session.answerInput('si', {
    status: 'answered',
    answers: { q: { values: ['Monday'], skipped: false } },
  });
  await session.whenIdle();
  expect(scripted.requests.at(-1)).toMatchObject({
    type: 'threads.add_structured_input',
    params: { item_id: 'si', input: submission },
  });
  expect(scripted.view.items.at(-1)?.item).toMatchObject({ id: 'si', status: 'answered' });
});
