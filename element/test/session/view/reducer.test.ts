import { expect, test } from 'vitest';
import { CommandError } from '../../../src/protocol/errors.ts';
import type {
  ThreadItem,
  ThreadItemUpdate,
  ThreadStreamEvent,
  UserMessageItem,
} from '../../../src/protocol/wire.ts';
import { type LocalAction, reduce } from '../../../src/session/view/reducer.ts';
import { emptyView, type ThreadView } from '../../../src/session/view/view.ts';

const base = { thread_id: 't', created_at: '2025-01-01T00:00:00' };
const said = (id: string, text = id): UserMessageItem => ({
  ...base,
  id,
  type: 'user_message',
  content: [{ type: 'input_text', text }],
});
const answer = (id: string, text = id): ThreadItem => ({
  ...base,
  id,
  type: 'assistant_message',
  content: [{ type: 'output_text', text, annotations: [] }],
});
const added = (item: ThreadItem): ThreadStreamEvent => ({ type: 'thread.item.added', item });
const done = (item: ThreadItem): ThreadStreamEvent => ({ type: 'thread.item.done', item });
const updated = (item_id: string, update: ThreadItemUpdate): ThreadStreamEvent => ({
  type: 'thread.item.updated',
  item_id,
  update,
});
const delta = (item_id: string, text: string, content_index = 0): ThreadStreamEvent =>
  updated(item_id, { type: 'assistant_message.content_part.text_delta', content_index, delta: text });
const reduceAll = (...events: (ThreadStreamEvent | LocalAction)[]): ThreadView =>
  events.reduce(reduce, emptyView);
const ids = (view: ThreadView): string[] => view.items.map(({ item }) => item.id);
const sent: LocalAction = { type: 'local.sent', item: said('local-1') };

test('the sent message is shown at once and the server’s item takes its place', () => {
  const view = reduceAll(sent, { type: 'local.turn_started' }, done(said('u1')), added(answer('a1')));
  expect(ids(view)).toEqual(['u1', 'a1']);
  expect(reduceAll(sent).items[0]?.status).toBe('sending');
  expect(view.items[0]?.status).toBe('done');
});

test('a message that was read again before its confirmation is not shown twice', () => {
  const item = said('u1');
  const thread = { id: 't', created_at: '' };
  const refreshed: LocalAction = {
    type: 'local.refreshed',
    thread,
    items: [item],
    hasEarlier: false,
    known: [],
  };
  const view = reduceAll(sent, refreshed);
  expect(ids(view)).toEqual(['u1', 'local-1']);
  expect(ids(reduce(view, done(item)))).toEqual(['u1']);
});

test('a message that nobody confirmed has failed when the turn ends', () => {
  const view = reduceAll(
    sent,
    { type: 'local.turn_started' },
    { type: 'local.turn_ended', isStopped: false },
  );
  expect(view.items[0]?.status).toBe('failed');
  expect(
    reduceAll(sent, { type: 'local.turn_ended', isStopped: false }, done(said('u1'))).items.map(
      ({ status }) => status,
    ),
  ).toEqual(['failed', 'done']);
});

test('thread events merge and never wipe', () => {
  const thread = { id: 't', created_at: 'x', title: 'One', items: { data: [], has_more: false } };
  const view = reduceAll({ type: 'thread.created', thread }, done(answer('a1')), {
    type: 'thread.updated',
    thread: {
      id: 't',
      created_at: 'x',
      status: { type: 'locked', reason: 'r' },
      items: { data: [], has_more: false },
    },
  });
  expect(view.thread).toEqual({
    id: 't',
    created_at: 'x',
    title: 'One',
    status: { type: 'locked', reason: 'r' },
  });
  expect(ids(view)).toEqual(['a1']);
  expect(reduce(view, { type: 'thread.updated', thread: { id: 'other', created_at: '' } })).toBe(view);
});

test('a known id is replaced in place, an old item can be updated', () => {
  const view = reduceAll(done(answer('a1')), done(answer('a2')), done(answer('a1', 'new')), delta('a1', '!'));
  expect(ids(view)).toEqual(['a1', 'a2']);
  expect(view.items[0]).toMatchObject({ status: 'done', item: { content: [{ text: 'new!' }] } });
});

test.each<ThreadStreamEvent>([
  delta('nobody', 'x'),
  { type: 'thread.item.removed', item_id: 'nobody' },
  { type: 'thread.item.replaced', item: answer('nobody') },
  delta('u1', 'x'),
  updated('a1', { type: 'widget.root.updated', widget: { type: 'Card' } }),
  updated('a1', { type: 'workflow.task.added', task_index: 0, task: { type: 'image' } }),
  updated('a1', { type: 'generated_image.updated', image: { id: 'i', url: 'u' } }),
  delta('a1', 'x', -1),
  delta('a1', 'x', 1e9),
  { type: 'client_effect', name: 'x' },
  { type: 'from.the.future' } as never,
  updated('a1', { type: 'from.the.future' } as never),
])('an event that fits nothing changes nothing: %j', (event) => {
  const view = reduceAll(done(said('u1')), done(answer('a1')));
  expect(reduce(view, event)).toBe(view);
});

test('missing content parts are padded', () => {
  const view = reduceAll(
    added({ ...base, id: 'a', type: 'assistant_message', content: [] }),
    delta('a', 'x', 2),
    delta('a', 'y', 2),
  );
  expect(view.items[0]?.item).toMatchObject({ content: [{ text: '' }, { text: '' }, { text: 'xy' }] });
});

test.each([undefined, []])('a finished part with the annotations %j keeps the known ones', (annotations) => {
  const annotation = {
    type: 'annotation' as const,
    source: { type: 'file' as const, title: 'f', filename: 'f' },
    index: 1,
  };
  const content = { type: 'output_text' as const, text: 'final', ...(annotations && { annotations }) };
  const view = reduceAll(
    added(answer('a')),
    updated('a', {
      type: 'assistant_message.content_part.annotation_added',
      content_index: 0,
      annotation_index: 9,
      annotation,
    }),
    updated('a', { type: 'assistant_message.content_part.done', content_index: 0, content }),
  );
  expect(view.items[0]?.item).toMatchObject({ content: [{ text: 'final', annotations: [annotation] }] });
});

test('unchanged items keep their identity', () => {
  const before = reduceAll(done(said('u1')), done(answer('a1')), added(answer('a2')));
  const after = reduce(before, delta('a2', 'x'));
  expect(after.items[0]).toBe(before.items[0]);
  expect(after.items[1]).toBe(before.items[1]);
  expect(after.items[2]).not.toBe(before.items[2]);
  expect(before.items[2]?.item).toMatchObject({ content: [{ text: 'a2' }] });
});

test('a progress line is replaced by the next and gone at the first output', () => {
  const first = reduceAll(done(said('u')), { type: 'progress_update', text: 'one', icon: 'bolt' });
  const second = reduce(first, { type: 'progress_update', message: 'two' });
  expect(first.progress).toEqual({ icon: 'bolt', text: 'one' });
  expect(second.progress).toEqual({ icon: null, text: 'two' });
  expect(reduce(second, done(said('u'))).progress).toBe(second.progress);
  expect(reduce(second, done(answer('a'))).progress).toBeNull();
});

test('widget updates copy the path to the component and nothing else', () => {
  const widget = {
    type: 'Card',
    children: [
      { type: 'Row', children: [{ type: 'Text', id: 'x', value: 'a' }] },
      { type: 'Image', id: 'y' },
    ],
  };
  const before = reduceAll(done({ ...base, id: 'w', type: 'widget', widget }));
  const streamed = reduce(
    before,
    updated('w', { type: 'widget.streaming_text.value_delta', component_id: 'x', delta: 'b', done: false }),
  );
  const swapped = reduce(
    streamed,
    updated('w', {
      type: 'widget.component.updated',
      component_id: 'y',
      component: { type: 'Image', id: 'y', src: '/1' },
    }),
  );
  expect(swapped.items[0]?.item).toMatchObject({
    widget: { children: [{ children: [{ value: 'ab', streaming: true }] }, { src: '/1' }] },
  });
  expect(widget.children[0]).toEqual({ type: 'Row', children: [{ type: 'Text', id: 'x', value: 'a' }] });
  const unknown = updated('w', {
    type: 'widget.component.updated',
    component_id: 'z',
    component: { type: 'Text' },
  });
  expect(reduce(swapped, unknown)).toBe(swapped);
  const root = { type: 'Card', id: 'root' };
  expect(
    reduce(swapped, updated('w', { type: 'widget.root.updated', widget: root })).items[0]?.item,
  ).toMatchObject({ widget: root });
});

test('a single child and the root are found too', () => {
  const widget = { type: 'Basic', id: 'r', children: { type: 'Text', id: 'x', value: '' } };
  const view = reduceAll(
    done({ ...base, id: 'w', type: 'widget', widget }),
    updated('w', { type: 'widget.streaming_text.value_delta', component_id: 'x', delta: 'b', done: true }),
  );
  expect(view.items[0]?.item).toMatchObject({ widget: { children: { value: 'b', streaming: false } } });
});

test('a generated image reports its progress until it is done', () => {
  const item: ThreadItem = { ...base, id: 'g', type: 'generated_image' };
  const image = { id: 'i', url: '/i.png' };
  const half = reduceAll(
    added(item),
    updated('g', { type: 'generated_image.updated', image, progress: 0.5 }),
  );
  expect(half.items[0]).toEqual({ status: 'streaming', progress: 0.5, item: { ...item, image } });
  expect(reduce(half, done({ ...item, image })).items[0]).toEqual({
    status: 'done',
    item: { ...item, image },
  });
});

test('a retry drops the later items', () => {
  const view = reduceAll(done(said('u1')), done(answer('a1')), done(said('u2')), {
    type: 'local.retried',
    itemId: 'u1',
  });
  expect(ids(view)).toEqual(['u1']);
  expect(reduce(view, { type: 'local.retried', itemId: 'nobody' })).toBe(view);
});

test('a new turn clears the error; stop options count only while it runs', () => {
  const failed = reduceAll({ type: 'local.failed', error: new CommandError('busy', 'Busy.') });
  expect(failed.error).toEqual({ code: 'busy', message: 'Busy.', allowRetry: false });
  const running = reduce(failed, { type: 'local.turn_started' });
  expect(running).toMatchObject({ phase: 'responding', error: null, canStop: true });
  const locked = reduce(running, { type: 'stream_options', stream_options: { allow_cancel: false } });
  expect(locked.canStop).toBe(false);
  expect(reduce(locked, { type: 'local.tool_started' }).canStop).toBe(true);
  expect(reduceAll({ type: 'stream_options', stream_options: { allow_cancel: true } }).canStop).toBe(false);
});

test('an error without words still has a message', () => {
  expect(reduceAll({ type: 'error' }).error).toEqual({
    code: 'custom',
    message: 'The answer could not be finished.',
    allowRetry: false,
  });
  expect(reduceAll({ type: 'error', code: 'x.y', message: 'No.' }).error).toMatchObject({
    code: 'x.y',
    message: 'No.',
  });
});

test('notices have ids of their own and can be dismissed', () => {
  const notice: ThreadStreamEvent = { type: 'notice', level: 'info', message: 'm' };
  const view = reduceAll(notice, notice, { type: 'local.notice_dismissed', id: 'notice-1' }, notice);
  expect(view.notices.map(({ id }) => id)).toEqual(['notice-2', 'notice-3']);
});

test('earlier items come before the known ones, once', () => {
  const view = reduceAll(done(answer('a3')), {
    type: 'local.earlier_loaded',
    items: [answer('a1'), answer('a2'), answer('a3')],
    hasEarlier: true,
  });
  expect(ids(view)).toEqual(['a1', 'a2', 'a3']);
  expect(view.hasEarlier).toBe(true);
});

test('reading a thread again keeps what is equal and what is newer here', () => {
  const asked = reduceAll(done(said('u1')), done(answer('gone')), done(answer('old')), added(answer('live')));
  const since = reduceAll(done(answer('later')));
  const now: ThreadView = { ...asked, items: [...asked.items, ...since.items] };
  const items = [said('u1'), answer('old', 'edited'), answer('live', 'partial'), answer('new')];
  const view = reduce(now, {
    type: 'local.refreshed',
    thread: { id: 't', created_at: '' },
    items,
    hasEarlier: false,
    known: asked.items,
  });
  expect(ids(view)).toEqual(['u1', 'old', 'live', 'new', 'later']);
  expect(view.items[0]).toBe(asked.items[0]);
  expect(view.items[1]?.item).toMatchObject({ content: [{ text: 'edited' }] });
  expect(view.items[2]).toBe(asked.items[3]);
});

test('an earlier page that came while the thread was read again stays in front', () => {
  const asked = reduceAll(done(answer('b')), done(answer('c')));
  const now = reduce(asked, { type: 'local.earlier_loaded', items: [answer('a')], hasEarlier: true });
  const items = [answer('b'), answer('c')];
  const view = reduce(now, {
    type: 'local.refreshed',
    thread: { id: 't', created_at: '' },
    items,
    hasEarlier: true,
    known: asked.items,
  });
  expect(ids(view)).toEqual(['a', 'b', 'c']);
});

test('ids that are names of the language are ids like others', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
  const view = reduceAll(
    ...names.flatMap((name) => [added(answer(name, '')), delta(name, 'x'), done(answer(name, 'y'))]),
  );
  expect(ids(view)).toEqual(names);
  const widget = JSON.parse(
    '{"type":"Card","children":[{"type":"Text","id":"__proto__","value":"","__proto__":{"polluted":1}}]}',
  ) as { type: string };
  const streamed = reduceAll(
    done({ ...base, id: 'w', type: 'widget', widget }),
    updated('w', {
      type: 'widget.streaming_text.value_delta',
      component_id: '__proto__',
      delta: 'x',
      done: true,
    }),
  );
  expect(streamed.items[0]?.item).toMatchObject({ widget: { children: [{ value: 'x' }] } });
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

test('a delta touches its own item, and shares all others with the view before', () => {
  const thread = Array.from({ length: 2_000 }, (_, index) => done(answer(`a${index}`)));
  const before = reduceAll(...thread, added(answer('live', '')));
  const after = reduce(before, delta('live', 'word '));
  expect(after.items.slice(0, -1).every((item, at) => item === before.items[at])).toBe(true);
  expect(after.items.at(-1)).not.toBe(before.items.at(-1));
});

test('a thread that is read anew keeps earlier pages and messages that were never taken', () => {
  const item = (id: string, text = id): ThreadItem => answer(id, text);
  const view: ThreadView = {
    ...emptyView,
    phase: 'responding',
    hasEarlier: false,
    items: [
      { item: item('old'), status: 'done' },
      { item: item('same'), status: 'done' },
      { item: item('gone'), status: 'done' },
      { item: said('mine'), status: 'failed' },
      { item: said('sent'), status: 'sending' },
      { item: item('half', 'ha'), status: 'streaming' },
    ],
  };
  const fresh = {
    thread: { id: 't1', created_at: '' },
    items: [item('same'), item('half', 'whole')],
    hasEarlier: true,
  };
  const next = reduce(view, { type: 'local.resynced', ...fresh });
  expect(next.items.map((one) => [one.item.id, one.status])).toEqual([
    ['old', 'done'],
    ['same', 'done'],
    ['half', 'done'],
    ['mine', 'failed'],
  ]);
  expect(next.items[1]).toBe(view.items[1]);
  expect(next.hasEarlier).toBe(false);
  expect(next.phase).toBe('responding');
});

test('the items of a running turn take the place of the stored ones; text still comes in at the last', () => {
  const view: ThreadView = {
    ...emptyView,
    items: [
      { item: said('u1'), status: 'done' },
      { item: answer('half', 'h'), status: 'done' },
    ],
  };
  const restored = reduce(view, {
    type: 'local.restored',
    items: [said('u1'), answer('new', 'n'), answer('half', 'half')],
  });
  expect(restored.items.map((one) => [one.item.id, one.status])).toEqual([
    ['u1', 'done'],
    ['half', 'streaming'],
    ['new', 'streaming'],
  ]);
  expect(restored.items[1]?.item).toMatchObject({ content: [{ text: 'half' }] });
});

test('what was stopped or failed is said with its message, until that is answered again', () => {
  const sent = (id: string): ThreadStreamEvent => done(said(id));
  const first = [
    sent('m1'),
    { type: 'local.turn_ended', isStopped: true },
    { type: 'local.turn_started' },
    sent('m2'),
  ] as const;
  const failing = [
    { type: 'error', message: 'Busy.', allow_retry: true },
    { type: 'local.turn_started' },
    sent('m3'),
  ] as const;
  const view = [...first, ...failing].reduce<ThreadView>((before, event) => reduce(before, event), emptyView);
  const error = { code: 'custom', message: 'Busy.', allowRetry: true };
  expect(view.unfinished).toEqual([
    { item_id: 'm1', isStopped: true, error: null },
    { item_id: 'm2', isStopped: false, error },
  ]);
  const reported = reduce(view, {
    type: 'local.durable_state',
    lock: null,
    undone: [],
    unfinished: [
      { item_id: 'm1', status: 'cancelled' },
      { item_id: 'm2', status: 'interrupted' },
    ],
  });
  expect(reported.unfinished.map((one) => one.error?.message ?? one.isStopped)).toEqual([
    true,
    'The answer was interrupted.',
  ]);
  expect(
    reduce(reported, { type: 'turnstream.answer_ended', item_id: 'm1', status: 'retried' }).unfinished,
  ).toHaveLength(1);
  expect(reduce(reported, { type: 'local.retried', itemId: 'm2' }).unfinished).toHaveLength(1);
});

test('an event about a call that waits changes nothing', () => {
  const view = reduceAll(done(said('u1')));
  expect(reduce(view, { type: 'turnstream.call_waiting', item_id: 'c1', call_id: 'call_1' })).toBe(view);
});
