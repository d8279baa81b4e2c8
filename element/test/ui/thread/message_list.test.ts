// @vitest-environment happy-dom
import fc from 'fast-check';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { assistant, exchange, user } from '../../../dev/fake-session.ts';
import { NOTHING_SLOTTED } from '../../../src/api/slots.ts';
import type { ThreadItem } from '../../../src/protocol/wire.ts';
import { emptyView, type ItemView, type ThreadView } from '../../../src/session/view/view.ts';
import { ExtrasLoader } from '../../../src/ui/extras_loader.ts';
import { english } from '../../../src/ui/i18n/strings.ts';
import type { GroupContext } from '../../../src/ui/thread/message_group.ts';
import { MessageList } from '../../../src/ui/thread/message_list.ts';

const extras = new ExtrasLoader(
  () => undefined,
  (error) => expect.fail(String(error)),
);

const chat = {} as GroupContext['chat'];

function contextOf(more: Partial<GroupContext> = {}): GroupContext {
  return {
    chat,
    strings: english,
    locale: 'en',
    markdown: {},
    slotted: NOTHING_SLOTTED,
    renderItem: null,
    extras,
    resend: null,
    retry: null,
    copyMessage: () => undefined,
    decide: () => undefined,
    offersFeedback: true,
    offersRetry: true,
    copy: () => undefined,
    feedback: () => undefined,
    ...more,
  };
}

const groupsIn = (node: HTMLElement): Element[] => [...node.querySelectorAll('.turn')];
const text = (node: HTMLElement): string =>
  groupsIn(node)
    .map((turn) => turn.textContent?.replace(/\s+/g, ' ').trim())
    .join(' | ');
const live = (node: HTMLElement): string =>
  groupsIn(node)
    .map((turn) => (turn.classList.contains('live') ? 'live' : '-'))
    .join(' ');

type Step = (view: ThreadView) => ThreadView;

const steps = fc.oneof(
  fc.nat(9).map(
    (n): Step =>
      (view) => ({
        ...view,
        items: [...view.items, { item: user(`question ${n}`), status: 'sending' }],
        phase: 'responding',
      }),
  ),
  fc.nat(9).map(
    (n): Step =>
      (view) => ({ ...view, items: [...view.items, { item: assistant(`answer ${n}`), status: 'done' }] }),
  ),
  fc.nat(9).map(
    (n): Step =>
      (view) => ({ ...view, items: [...exchange(`earlier ${n}`), ...view.items] }),
  ),
  fc.nat().map(
    (n): Step =>
      (view) => ({ ...view, items: view.items.slice(0, n % (view.items.length + 1)) }),
  ),
  fc.nat().map(
    (n): Step =>
      (view) => ({ ...view, items: view.items.toSpliced(n % (view.items.length + 1), 1) }),
  ),
  fc.nat().map(
    (n): Step =>
      (view) => ({
        ...view,
        items: view.items.map((one, at) => (at === n % view.items.length ? changed(one) : one)),
      }),
  ),
  fc.constantFrom<Step>(
    (view) => ({ ...view, phase: 'idle', stopped: true }),
    (view) => ({ ...view, error: { code: 'x', message: 'It broke.', allowRetry: false } }),
    (view) => ({ ...view, progress: { icon: null, text: 'Searching' } }),
  ),
);

function changed({ item }: ItemView): ItemView {
  const more: ThreadItem =
    item.type === 'assistant_message'
      ? { ...item, content: [{ type: 'output_text', text: 'changed' }] }
      : { ...item };
  return { item: more, status: 'done' };
}

test('whatever happens, it shows what a new list would show', () => {
  const context = contextOf();
  fc.assert(
    fc.property(fc.array(steps, { maxLength: 12 }), (changes) => {
      const list = new MessageList();
      let view: ThreadView = emptyView;
      for (const change of changes) {
        view = change(view);
        list.update(view, context);
        const fresh = new MessageList();
        fresh.update(view, context);
        expect([text(list.node), live(list.node)]).toEqual([text(fresh.node), live(fresh.node)]);
      }
    }),
    { numRuns: 100 },
  );
});

describe('in a long thread', () => {
  const items = Array.from({ length: 200 }, (_, at) => exchange(`Message ${at}`)).flat();
  const renderItem = vi.fn(() => null);
  beforeEach(() => renderItem.mockClear());
  const begun = (): { list: MessageList; context: GroupContext; view: ThreadView } => {
    const context = contextOf({ renderItem });
    const list = new MessageList();
    const view: ThreadView = {
      ...emptyView,
      items: [...items.slice(0, -1), { item: assistant('so', { id: 'now' }), status: 'streaming' }],
      phase: 'responding',
    };
    list.update(view, context);
    renderItem.mockClear();
    return { list, context, view };
  };

  test('a token renders the last turn only', async () => {
    const { list, context, view } = begun();
    list.update(
      {
        ...view,
        items: [
          ...view.items.slice(0, -1),
          { item: assistant('so far', { id: 'now' }), status: 'streaming' },
        ],
      },
      context,
    );
    expect(renderItem).toHaveBeenCalledTimes(2); // its question and its answer
    await vi.waitFor(() => expect(list.node.lastElementChild?.textContent).toContain('so far'), 60_000);
  });

  test('nothing is rendered for a view that is shown already', () => {
    const { list, context, view } = begun();
    list.update(view, context);
    list.update(view, context);
    expect(renderItem).not.toHaveBeenCalled();
  });

  test('feedback renders its own turn, wherever it is', () => {
    const { list, context, view } = begun();
    list.giveFeedback(items[20]?.item.id ?? '', 'positive');
    list.update(view, context);
    expect(groupsIn(list.node)[10]?.querySelector('[aria-pressed=true]')?.getAttribute('aria-label')).toBe(
      'Good answer',
    );
    expect(renderItem).toHaveBeenCalledTimes(2);
  });
});

test('when a part arrives, the turns that wait for it are rendered, and no other', async () => {
  const renderItem = vi.fn(() => null);
  const fresh = new ExtrasLoader(
    () => undefined,
    () => undefined,
  );
  const context = contextOf({ renderItem, extras: fresh });
  const task: ItemView = {
    item: {
      type: 'task',
      id: 'k',
      thread_id: 't',
      created_at: '',
      task: { type: 'custom', title: 'Comparing' },
    },
    status: 'done',
  };
  const view: ThreadView = {
    ...emptyView,
    items: [...exchange('a'), ...exchange('b'), task, ...exchange('c')],
  };
  const list = new MessageList();
  list.update(view, context);
  expect(list.node.textContent).not.toContain('Comparing');
  renderItem.mockClear();
  await fresh.loaded();
  list.update(view, context);
  expect(groupsIn(list.node)[1]?.textContent).toContain('Comparing');
  expect(renderItem).toHaveBeenCalledTimes(3);
  list.update({ ...view }, context);
  expect(renderItem).toHaveBeenCalledTimes(3);
});
