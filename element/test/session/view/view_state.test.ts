import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AssistantMessageItem, ThreadStreamEvent } from '../../../src/protocol/wire.ts';
import { reduce } from '../../../src/session/view/reducer.ts';
import { emptyView, type ThreadView } from '../../../src/session/view/view.ts';
import { ViewState } from '../../../src/session/view/view_state.ts';

const of = (id: string, text: string): AssistantMessageItem => ({
  type: 'assistant_message',
  id,
  thread_id: 't',
  created_at: '2026-11-25T00:00:00Z',
  content: [{ type: 'output_text', text, annotations: [] }],
});

const ids = fc.constantFrom('a', 'b', 'unknown');

const events: fc.Arbitrary<ThreadStreamEvent> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.tuple(ids, fc.nat(1), fc.string({ maxLength: 3 })).map(
      ([item_id, content_index, delta]): ThreadStreamEvent => ({
        type: 'thread.item.updated',
        item_id,
        update: { type: 'assistant_message.content_part.text_delta', content_index, delta },
      }),
    ),
  },
  fc.constantFrom('a', 'b').map((id): ThreadStreamEvent => ({ type: 'thread.item.added', item: of(id, '') })),
  fc
    .constantFrom('a', 'b')
    .map((id): ThreadStreamEvent => ({ type: 'thread.item.done', item: of(id, 'all') })),
  fc.constantFrom('a', 'b').map((item_id): ThreadStreamEvent => ({ type: 'thread.item.removed', item_id })),
);

test('whenever somebody looks, the view is that of the events one by one', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(events, fc.boolean(), fc.boolean())), (steps) => {
      const state = new ViewState(() => () => undefined);
      let expected: ThreadView = emptyView;
      for (const [event, isApplied, isLookedAt] of steps) {
        if (isApplied) state.apply(event);
        else state.stream(event);
        expected = reduce(expected, event);
        if (isLookedAt) expect(state.view).toEqual(expected);
      }
      expect(state.view).toEqual(expected);
    }),
  );
});

test('the view stays the same object until something comes', () => {
  const state = new ViewState(() => () => undefined);
  state.apply({ type: 'thread.item.added', item: of('a', '') });
  state.stream({
    type: 'thread.item.updated',
    item_id: 'a',
    update: { type: 'assistant_message.content_part.text_delta', content_index: 0, delta: 'so' },
  });
  const { view } = state;
  expect(state.view).toBe(view);
  expect(view.items[0]?.item).toMatchObject({ content: [{ text: 'so' }] });
});
