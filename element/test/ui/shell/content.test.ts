// @vitest-environment happy-dom
// Text of people and models can neither hide content, nor act, nor break the chat.
import { afterEach, expect, test } from 'vitest';
import { assistant, done, FakeSession, type Fixture, user } from '../../../dev/fake-session.ts';
import { checkOptions } from '../../../src/api/options.ts';
import { type ChatView, defineChatView } from '../../../src/ui/shell/chat.ts';

defineChatView();

type Shown = { view: ChatView; session: FakeSession; find: (selector: string) => HTMLElement | null };

async function show(fixture: Fixture): Promise<Shown> {
  const view = document.createElement('turnstream-chat-view') as ChatView;
  const session = new FakeSession(fixture);
  view.options = { api: { url: '/chat' } };
  view.session = session;
  document.body.append(view);
  await view.updateComplete;
  await view.whenShown();
  await view.updateComplete;
  return { view, session, find: (selector) => view.renderRoot.querySelector<HTMLElement>(selector) };
}

afterEach(() => document.body.replaceChildren());

test('only paths of the own origin can be allowed for pictures', () => {
  const { options, problems } = checkOptions({
    api: { url: '/chat' },
    images: { allowedPaths: ['/pictures/', '/'] },
  });
  expect([options?.images?.allowedPaths, problems]).toEqual([['/pictures/', '/'], []]);
  for (const allowedPaths of [
    '/pictures',
    ['//evil.example/'],
    ['pictures/'],
    ['/\\evil.example/'],
    ['https://evil.example/'],
    ['/a?b'],
    [1],
  ]) {
    const checked = checkOptions({ api: { url: '/chat' }, images: { allowedPaths } });
    expect([checked.options?.images, checked.problems[0]?.message]).toEqual([
      {},
      expect.stringContaining('must be a list of paths such as "/pictures/".'),
    ]);
  }
});

test('titles, names and messages show the characters that nobody would see', async () => {
  const thread = { id: 't', created_at: '', title: 'a\u202eb' };
  const items = done(user('c\u200bd'), assistant('e\u202ef'));
  const shown = await show({ view: { thread, items } });
  expect(['.title', '.bubble', '.assistant p'].map((place) => shown.find(place)?.textContent)).toEqual([
    'a⟦U+202E⟧b',
    'c⟦U+200B⟧d',
    'e⟦U+202E⟧f',
  ]);
});

test('an item that cannot be drawn is shown as what it is made of, and takes no other with it', async () => {
  const broken = done({ ...assistant('x'), type: 'workflow', workflow: null } as never);
  const { find, view } = await show({
    view: { items: [...done(user('Before')), ...broken, ...done(assistant('After'))] },
  });
  expect([
    find('.bubble')?.textContent,
    find('.assistant.framed')?.textContent.includes('"workflow":null'),
  ]).toEqual(['Before', true]);
  expect([...view.renderRoot.querySelectorAll('.assistant p')].map(({ textContent }) => textContent)).toEqual(
    ['After'],
  );
});

test('a long message of a person is collapsed, and shown whole on demand', async () => {
  const { find } = await show({ view: { items: done(user(`${'word '.repeat(40_000)}end`)) } });
  expect(find('.bubble')?.textContent.length).toBeLessThan(21_000);
  expect(find('.bubble .show-all')?.textContent).toBe('Show all');
  find('.bubble .show-all')?.click();
  expect(find('.bubble')?.textContent.endsWith('word end')).toBe(true);
});
