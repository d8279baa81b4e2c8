import { expect, test } from 'vitest';
import { reduce } from '../../../src/session/view/reducer.ts';
import { emptyView, type ThreadView } from '../../../src/session/view/view.ts';
import { goldenEvents } from '../support/golden.ts';

const responding = reduce(emptyView, { type: 'local.turn_started' });
const ended = (view: ThreadView): ThreadView => reduce(view, { type: 'local.turn_ended', isStopped: false });
const ids = (view: ThreadView): string[] => view.items.map(({ item }) => item.id);

test('a text turn', () => {
  const view = ended(goldenEvents('text_turn').reduce(reduce, responding));
  expect(view).toMatchObject({
    phase: 'idle',
    thread: { id: 'thr_7f3a', title: 'Tide in Penzance' },
    error: null,
  });
  expect(view.thread).not.toHaveProperty('items');
  expect(view.items.map(({ status }) => status)).toEqual(['done', 'done']);
  expect(view.items[1]?.item).toMatchObject({
    content: [{ text: 'High water is at **14:32** 🌊,\u2028 then it ebbs.', annotations: [{ index: 26 }] }],
  });
});

test('the deltas of a text turn add up to its final text, annotations included', () => {
  const events = goldenEvents('text_turn');
  const done = events.findIndex((event) => event.type === 'thread.item.done' && event.item.id === 'msg_a1');
  const before = events.slice(0, done).reduce(reduce, responding);
  const after = reduce(before, events[done]!);
  expect(before.items[1]?.item).toEqual(after.items[1]?.item);
});

test('a turn with a client tool keeps its last progress line until the first output', () => {
  const events = goldenEvents('client_tool_turn');
  const firstOutput = events.findIndex((event) => event.type === 'thread.item.added');
  const beforeOutput = events.slice(0, firstOutput).reduce(reduce, responding);
  expect(beforeOutput).toMatchObject({
    phase: 'responding',
    progress: { icon: 'search', text: 'Looking at the cat...' },
  });
  expect(reduce(beforeOutput, events[firstOutput]!).progress).toBeNull();
});

test('a turn with a client tool, a workflow and a streamed widget', () => {
  const events = goldenEvents('client_tool_turn');
  const view = ended(events.reduce(reduce, responding));
  expect(ids(view)).toEqual(['msg_u2', 'ctc_1', 'wf_1', 'wid_1', 'msg_a2', 'eot_1']);
  const done = events.findIndex((event) => event.type === 'thread.item.done' && event.item.id === 'wid_1');
  expect(events.slice(0, done).reduce(reduce, responding).items.at(-1)?.item).toEqual(view.items[3]?.item);
});

test('an error keeps the partial text and offers a retry', () => {
  const view = ended(goldenEvents('error_after_partial').reduce(reduce, responding));
  expect(view).toMatchObject({
    phase: 'idle',
    progress: null,
    error: { code: 'stream.error', message: 'Something went wrong while answering.', allowRetry: true },
    notices: [{ level: 'warning', title: 'Almost there' }],
  });
  expect(view.items[1]).toMatchObject({
    status: 'done',
    item: { content: [{ text: '' }, { text: 'The coast is' }] },
  });
});

test('a stopped turn keeps its text and says that it was stopped', () => {
  const running = goldenEvents('stopped_turn').reduce(reduce, responding);
  expect(running).toMatchObject({ phase: 'responding', canStop: true, items: [{}, { status: 'streaming' }] });
  const view = reduce(running, { type: 'local.turn_ended', isStopped: true });
  expect(view).toMatchObject({ phase: 'idle', canStop: false, stopped: true, error: null });
  expect(view.items[1]).toMatchObject({ status: 'done', item: { content: [{ text: 'One, two, three' }] } });
});
