// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { assistant, done, FakeSession, user } from '../../../dev/fake-session.ts';
import type { ChatOptions } from '../../../src/api/options.ts';
import { passEmpty, slottedIn } from '../../../src/api/slots.ts';
import { type ChatView, defineChatView } from '../../../src/ui/shell/chat.ts';

defineChatView();

const items = done(user('hi'), assistant('one', { id: 'a1' }), assistant('two', { id: 'a2' }));

async function show(
  host: string,
  options: Partial<ChatOptions> = {},
  view: object = { items },
): Promise<ChatView> {
  const element = document.createElement('div');
  element.innerHTML = host;
  const chat = document.createElement('turnstream-chat-view') as ChatView;
  chat.slotted = slottedIn(element);
  passEmpty(chat, chat.slotted.hasEmpty);
  chat.options = { api: { url: '/chat' }, ...options };
  chat.session = new FakeSession({ view });
  document.body.append(chat);
  await chat.updateComplete;
  return chat;
}

const all = (chat: ChatView, selector: string): HTMLElement[] => [
  ...chat.renderRoot.querySelectorAll<HTMLElement>(selector),
];

beforeEach(() => vi.stubGlobal('navigator', { ...navigator, language: 'en' }));
afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

test('an avatar is copied to the start of each answer, once a turn', async () => {
  const chat = await show(
    '<img slot="avatar" alt="" src="data:," class="mine">',
    {},
    { items: [...items, ...done(user('more'), assistant('three'))] },
  );
  const avatars = all(chat, '.avatar img');
  expect(avatars).toHaveLength(2);
  expect([avatars[0]?.className, avatars[0]?.hasAttribute('slot')]).toEqual(['mine', false]);
});

test('a footer with its item id is copied under each complete assistant message', async () => {
  const chat = await show('<template slot="message-footer"><b>Checked</b></template>');
  expect(
    all(chat, '.message-footer').map(({ dataset, textContent }) => [dataset['itemId'], textContent]),
  ).toEqual([
    ['a1', 'Checked'],
    ['a2', 'Checked'],
  ]);
  (chat.session as FakeSession).change({
    items: [...items, { item: assistant('thr', { id: 'a3' }), status: 'streaming' }],
  });
  await chat.updateComplete;
  expect(all(chat, '.message-footer')).toHaveLength(2);
});

test('the empty state of the page replaces the greeting, which returns without it', async () => {
  const chat = await show('<p slot="empty">Ask about your order</p>', {}, {});
  expect(chat.querySelector('slot')?.name).toBe('empty');
  expect(all(chat, 'slot[name=empty] .greeting')).toHaveLength(1);
  passEmpty(chat, false);
  expect(chat.querySelector('slot')).toBeNull();
});

test('the page may show items itself, and leave others to the chat', async () => {
  const node = document.createElement('my-card');
  const renderItem = vi.fn((item: { id: string }) => (item.id === 'a1' ? node : null));
  const chat = await show('', { renderItem });
  expect(all(chat, '.item')[0]?.firstElementChild).toBe(node);
  expect(all(chat, '.assistant').map(({ textContent }) => textContent?.trim())).toEqual(['two']);
  expect(renderItem.mock.calls[0]).toEqual([items[0]?.item, { isStreaming: false }]);
});

test('a renderer that throws is reported, and the chat shows the item', async () => {
  const heard: string[] = [];
  const chat = document.createElement('turnstream-chat-view') as ChatView;
  chat.addEventListener('page-error', (event) =>
    heard.push((event as CustomEvent<{ error: Error }>).detail.error.message),
  );
  chat.options = {
    api: { url: '/chat' },
    renderItem: () => {
      throw new Error('no card');
    },
  };
  chat.session = new FakeSession({ view: { items: items.slice(1, 2) } });
  document.body.append(chat);
  await chat.updateComplete;
  expect(all(chat, '.assistant')).toHaveLength(1);
  expect(heard).toEqual(['no card']);
});
