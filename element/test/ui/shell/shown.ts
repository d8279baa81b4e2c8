// A chat in the page, with a session that the test plays.
import { FakeSession, type Fixture } from '../../../dev/fake-session.ts';
import type { ChatOptions } from '../../../src/api/options.ts';
import { type ChatView, defineChatView } from '../../../src/ui/shell/chat.ts';

defineChatView();
defineChatView();

export type Shown = {
  view: ChatView;
  session: FakeSession;
  find: (selector: string) => HTMLElement | null;
  field: () => HTMLTextAreaElement;
};

export async function show(fixture: Fixture = {}, options: Partial<ChatOptions> = {}): Promise<Shown> {
  const view = document.createElement('turnstream-chat-view') as ChatView;
  const session = new FakeSession(fixture);
  view.options = { api: { url: '/chat' }, ...options };
  view.session = session;
  document.body.append(view);
  await ticks({ view });
  const find = (selector: string): HTMLElement | null => view.renderRoot.querySelector<HTMLElement>(selector);
  return { view, session, find, field: () => find('textarea') as HTMLTextAreaElement };
}

export async function type({ view, field }: Shown, text: string): Promise<void> {
  field().value = text;
  field().dispatchEvent(new Event('input'));
  await view.updateComplete;
}

export function key(target: HTMLElement, name: string, more: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent('keydown', {
    key: name,
    bubbles: true,
    cancelable: true,
    composed: true,
    ...more,
  });
  target.dispatchEvent(event);
  return event;
}

/** Waits until all changes are rendered, including those that need the extras. */
export const ticks = async ({ view }: Pick<Shown, 'view'>): Promise<void> => {
  for (let at = 0; at < 5; at++) await Promise.resolve();
  await view.updateComplete;
  await view.whenShown();
  for (let at = 0; at < 5; at++) await Promise.resolve();
  await view.updateComplete;
};
