// @vitest-environment happy-dom
import { render } from 'lit-html';
import { afterEach, expect, test, vi } from 'vitest';
import type { ChatOptions } from '../../../src/options.ts';
import { emptyView, type ThreadView } from '../../../src/state/view.ts';
import { Composer, type ComposerHost } from '../../../src/ui/composer/composer.ts';
import { Parts } from '../../../src/ui/parts.ts';
import { english } from '../../../src/ui/strings_more.ts';

type Given = Partial<ComposerHost> & { readonly chat?: Partial<ChatOptions> };

/** A composer on a page of its own, rendered at once after each change. */
function show({ chat = {}, ...given }: Given = {}) {
  const place = document.body.appendChild(document.createElement('div'));
  const root = place.attachShadow({ mode: 'open' });
  const now: { threadId: string | null; view: ThreadView; isGone: boolean; options: ChatOptions } = {
    threadId: null, view: emptyView, isGone: false, options: { api: { url: '/chat' }, ...chat },
  };
  const draw = (): void => {
    composer.useThread(now.threadId, now.view.phase);
    render(now.isGone ? null : composer.template(), root);
    composer.fit();
  };
  const host = {
    get strings() { return english; },
    get view() { return now.view; },
    get options() { return now.options; },
    parts: new Parts({ arrived: () => draw(), failed: vi.fn() }),
    locale: 'en', isLoaded: true, root: () => root, changed: () => draw(),
    submit: vi.fn(async () => undefined), stop: vi.fn(), toolChanged: vi.fn(), upload: vi.fn(() => new Promise<never>(() => undefined)),
    removed: vi.fn(), transcribe: vi.fn(async () => ''), announce: vi.fn(), failed: vi.fn(),
    ...given,
  };
  const composer: Composer = new Composer(host);
  draw();
  const find = (selector: string): HTMLElement | null => root.querySelector<HTMLElement>(selector);
  const field = (): HTMLTextAreaElement => find('textarea') as HTMLTextAreaElement;
  const open = (threadId: string | null): void => {
    now.threadId = threadId;
    draw();
  };
  const type = (text: string): void => {
    field().value = text;
    field().setSelectionRange(text.length, text.length);
    field().dispatchEvent(new Event('input'));
  };
  const key = (name: string): boolean => field().dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true }));
  const alert = (): string => find('[role=alert]')?.textContent?.trim() ?? '';
  return { composer, host, now, draw, find, field, open, type, key, alert };
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

afterEach(() => {
  document.body.replaceChildren();
  sessionStorage.clear();
});

test('a tool for one message is chosen again when the message is refused', async () => {
  const tools = [{ id: 'maps', label: 'Maps', icon: 'globe' as const }];
  const { composer, type, key, alert } = show({ chat: { composer: { tools } }, submit: () => Promise.reject(new Error('This conversation is locked.')) });
  composer.set({ selectedToolId: 'maps' });
  type('Where?');
  key('Enter');
  expect(composer.value.selectedToolId).toBeNull();
  await settle();
  expect([composer.value.text, composer.value.selectedToolId, alert()]).toEqual(['Where?', 'maps', 'This conversation is locked.']);
});
