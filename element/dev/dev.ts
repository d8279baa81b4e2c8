// Shows one state of the chat: ?state=long&scheme=dark&font=Inter. Without a state, the first with a list of
// all.

import type { ChatOptions, ThemeOption } from '../src/api/options.ts';
import type { Attachment } from '../src/protocol/wire.ts';
import { type ChatView, defineChatView } from '../src/ui/shell/chat.ts';
import { FakeSession } from './fake-session.ts';
import { type State, states } from './states.ts';

let query = new URLSearchParams(location.search);
const frame = (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(resolve));

function themeOf(theme: ChatOptions['theme']): ThemeOption {
  const option = typeof theme === 'object' ? theme : {};
  const font = query.get('font');
  const typography =
    font === null
      ? option.typography
      : { ...option.typography, fontFamily: `${font}, system-ui, sans-serif` };
  return {
    ...option,
    colorScheme: query.get('scheme') === 'dark' ? 'dark' : 'light',
    ...(typography === undefined ? {} : { typography }),
  };
}

function optionsOf(state: State): ChatOptions {
  const actions = { feedback: true, retry: true };
  return {
    api: { url: '/chat' },
    locale: query.get('dir') === 'rtl' ? 'ar' : 'en',
    threadItemActions: actions,
    ...state.options,
    theme: themeOf(state.options?.theme),
  };
}

/** A small picture. */
async function dot(): Promise<Blob> {
  const canvas = new OffscreenCanvas(64, 64);
  const context = canvas.getContext('2d')!;
  context.fillStyle = 'teal';
  context.fillRect(0, 0, 64, 64);
  return canvas.convertToBlob();
}

function press(view: ChatView, selector: string): void {
  view.shadowRoot?.querySelector<HTMLElement>(selector)?.click();
}

async function pick(view: ChatView, entry: number): Promise<void> {
  press(view, '[data-menu=thr_h1]');
  await frame().then(frame);
  view.shadowRoot?.querySelectorAll<HTMLElement>('.menu button')[entry]?.click();
}

const steps: Record<NonNullable<State['then']>, (view: ChatView) => Promise<unknown> | void> = {
  history: (view) => view.showHistory(),
  async rename(view) {
    view.showHistory();
    await frame().then(frame);
    await pick(view, 0);
  },
  async delete(view) {
    view.showHistory();
    await frame().then(frame);
    await pick(view, 1);
  },
  'open-details': (view) =>
    view.shadowRoot?.querySelectorAll('details').forEach((details) => (details.open = true)),
  type: (view) =>
    view.setComposerValue({
      text: 'Something with\ntwo lines',
      reply: 'large furniture is collected from your home',
      selectedToolId: 'search',
    }),
  async undo(view) {
    await view.whenShown();
    await view.undo(true);
  },
  top: async (view) => {
    await frame().then(frame);
    view.shadowRoot?.querySelector('.scroller')?.scrollTo(0, 0);
  },
  async 'row-menu'(view) {
    view.showHistory();
    await frame().then(frame);
    press(view, '[data-menu=thr_h1]');
  },
  mention: (view) => write(view, 'Ask @a'),
  command: (view) => write(view, '/'),
  attach: async (view) => {
    const sent: Attachment = {
      type: 'file',
      id: 'f1',
      name: 'invoice-20418.pdf',
      mime_type: 'application/pdf',
    };
    view.setComposerValue({
      text: 'Here is the invoice',
      attachments: [sent],
      files: [
        new File([await dot()], 'photo-of-the-desk.png', { type: 'image/png' }),
        new File(['x'], 'torn.png', { type: 'image/png' }),
        new File(['x'], 'a-long-list-of-orders-and-returns.csv', { type: 'text/csv' }),
      ],
    });
    await new Promise((resolve) => setTimeout(resolve, 400));
  },
  preview: async (view) => {
    view.shadowRoot?.querySelector('button.tag')?.dispatchEvent(new Event('pointerenter'));
    await new Promise((resolve) => setTimeout(resolve, 600));
  },
  shortcuts: async (view) => {
    view.showHistory();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const row = view.shadowRoot?.querySelector<HTMLElement>('.thread-open');
    row?.focus();
    row?.dispatchEvent(new KeyboardEvent('keydown', { key: '?', bubbles: true, composed: true }));
    await new Promise((resolve) => setTimeout(resolve, 300));
  },
  menu: (view) => press(view, '[data-menu=tools]'),
  models: (view) => press(view, '[data-menu=model]'),
};

async function write(view: ChatView, text: string): Promise<void> {
  view.setComposerValue({ text });
  await view.updateComplete;
  const field = view.shadowRoot?.querySelector('textarea');
  field?.focus();
  field?.setSelectionRange(text.length, text.length);
  field?.dispatchEvent(new Event('input'));
  await new Promise((resolve) => setTimeout(resolve, 600));
}

/** Shows the state of a query instead of the current one. */
async function show(search: string): Promise<void> {
  query = new URLSearchParams(search);
  const name = query.get('state') ?? 'start';
  delete document.body.dataset['ready'];
  sessionStorage.clear();
  localStorage.clear(); // So that no state depends on an earlier one.
  const state = states[name] ?? {};
  const dir = state.dir ?? query.get('dir') ?? 'ltr';
  document.documentElement.dir = dir;
  const view = document.createElement('turnstream-chat-view') as ChatView;
  const session = new FakeSession(state);
  Object.assign(globalThis, { view, session });
  view.options = optionsOf(state);
  view.session = session;
  for (const event of ['deeplink', 'log', 'tool-change', 'history-open'])
    view.addEventListener(event, (e) => console.info(event, (e as CustomEvent).detail));
  document.querySelector('#stage')?.replaceChildren(view);
  await view.updateComplete;
  await frame().then(frame);
  // The bundle of widgets loads by itself.
  while (name.startsWith('widgets-') && view.shadowRoot?.querySelector('.widget') == null) await frame();
  if (state.then !== undefined) await steps[state.then](view);
  await frame().then(frame);
  document.body.dataset['ready'] = name;
}

function listStates(): void {
  for (const name of Object.keys(states)) {
    const link = document.createElement('a');
    link.href = `?state=${name}&scheme=${query.get('scheme') ?? 'light'}&nav=1`;
    link.textContent = name;
    document.querySelector('#states')?.append(link);
  }
}

defineChatView();
if (!query.has('state') || query.has('nav')) listStates();
// For tests, which show one state after another without a reload.
Object.assign(globalThis, { show, states });
void show(location.search);
