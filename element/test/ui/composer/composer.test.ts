// @vitest-environment happy-dom
import { render } from 'lit-html';
import { afterEach, expect, test, vi } from 'vitest';
import type { ChatOptions } from '../../../src/api/options.ts';
import { emptyView, type ThreadView } from '../../../src/session/view/view.ts';
import { Composer } from '../../../src/ui/composer/composer.ts';
import type { ChatContext } from '../../../src/ui/context.ts';
import { ExtrasLoader } from '../../../src/ui/extras_loader.ts';
import { english } from '../../../src/ui/i18n/strings.ts';
import { filesOf } from '../../../src/ui/thread/images.ts';

type Given = Partial<Pick<ChatContext, 'extras' | 'upload' | 'transcribe'>> & {
  readonly submit?: () => Promise<void>;
} & { readonly chat?: Partial<ChatOptions> };

/** A composer on a page of its own, rendered at once after each change. */
function show({ chat = {}, ...given }: Given = {}) {
  const place = document.body.appendChild(document.createElement('div'));
  const root = place.attachShadow({ mode: 'open' });
  const now: { threadId: string | null; view: ThreadView; isGone: boolean; options: ChatOptions } = {
    threadId: null,
    view: emptyView,
    isGone: false,
    options: { api: { url: '/chat' }, ...chat },
  };
  const draw = (): void => {
    composer.useThread(now.threadId, now.view.phase);
    render(now.isGone ? null : composer.template(), root);
    composer.fit();
  };
  const host = {
    get strings() {
      return english;
    },
    get view() {
      return now.view;
    },
    get options() {
      return now.options;
    },
    extras: new ExtrasLoader(() => draw(), vi.fn()),
    locale: 'en',
    isLoaded: true,
    root: () => root,
    adopt: () => draw(),
    changed: async () => draw(),
    stop: vi.fn(),
    open: vi.fn(),
    fire: vi.fn(),
    upload: () => new Promise<never>(() => undefined),
    removed: vi.fn(),
    transcribe: async () => '',
    announce: vi.fn(),
    failed: vi.fn(),
    ...given,
    submit: vi.fn(given.submit ?? (async () => undefined)),
  };
  const composer: Composer = new Composer(host as unknown as ChatContext);
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
  const key = (name: string): boolean =>
    field().dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true }));
  const alert = (): string => find('[role=alert]')?.textContent?.trim() ?? '';
  return { composer, host, now, draw, find, field, open, type, key, alert };
}

const file = (name: string): File => new File(['abc'], name, { type: 'image/png' });
const withFiles = { chat: { composer: { attachments: { enabled: true } } } };

function paste(field: HTMLElement, files: readonly File[], text: string): ClipboardEvent {
  const clipboardData = {
    files,
    types: ['Files', ...(text === '' ? [] : ['text/plain'])],
    getData: (type: string) => (type === 'text/plain' ? text : ''),
  };
  const event = Object.assign(new Event('paste', { bubbles: true, cancelable: true }), { clipboardData });
  field.dispatchEvent(event);
  return event as unknown as ClipboardEvent;
}

const ticks = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

afterEach(() => {
  document.body.replaceChildren();
  sessionStorage.clear();
});

/** Resolves when the bundles that deal with files are loaded. */
async function loaded(chat: ChatContext): Promise<void> {
  await chat.extras.when();
  await filesOf(chat).loader.when();
}

test('a tool for one message is chosen again when the message is refused', async () => {
  const tools = [{ id: 'maps', label: 'Maps', icon: 'globe' as const }];
  const { composer, type, key, alert } = show({
    chat: { composer: { tools } },
    submit: () => Promise.reject(new Error('This conversation is locked.')),
  });
  composer.set({ selectedToolId: 'maps' });
  type('Where?');
  key('Enter');
  expect(composer.value.selectedToolId).toBeNull();
  await ticks();
  expect([composer.value.text, composer.value.selectedToolId, alert()]).toEqual([
    'Where?',
    'maps',
    'This conversation is locked.',
  ]);
});

test('a command that sets the text leaves it as it is', async () => {
  let answer = (_: undefined): void => undefined;
  const onSelect = vi.fn(() => new Promise<undefined>((resolve) => (answer = resolve)));
  const commands = { enabled: true, onSearch: async () => [{ id: 'fill', label: 'Fill in' }], onSelect };
  const { composer, host, type, key, find } = show({ chat: { commands } });
  await host.extras.loaded();
  type('Hello /fi');
  await vi.waitFor(() => expect(find('[role=option]')).not.toBeNull(), 60_000);
  key('Enter');
  expect(onSelect).toHaveBeenCalledOnce();
  composer.set({ text: 'Dear all, welcome' });
  answer(undefined);
  await ticks();
  expect(composer.value.text).toBe('Dear all, welcome');
});

test('a message waits for a file that could not be uploaded until that is taken away', async () => {
  const { composer, host, type, key, find, alert } = show({
    ...withFiles,
    upload: () => Promise.reject(new Error('Something went wrong on the server.')),
  });
  composer.set({ files: [file('a.png')] });
  await vi.waitFor(() => expect(alert()).toBe('Something went wrong on the server.'), 60_000);
  type('Look at this');
  key('Enter');
  expect([host.submit.mock.calls, find('.send')?.hasAttribute('disabled')]).toEqual([[], true]);
  find('[aria-label="Remove a.png"]')?.click();
  key('Enter');
  expect(host.submit).toHaveBeenCalledOnce();
});

test('files go with what was open when they came, and it waits for them', async () => {
  const upload = vi.fn(
    async ({ name }: File) => ({ type: 'file', id: name, name, mime_type: 'image/png' }) as const,
  );
  const { composer, host, type, key, open } = show({ ...withFiles, upload });
  type('Look at this');
  composer.set({ files: [file('a.png')] });
  key('Enter');
  expect(host.submit).not.toHaveBeenCalled();
  open('other');
  await vi.waitFor(() => expect(upload).toHaveBeenCalledOnce(), 60_000);
  await ticks();
  expect(composer.value.attachments).toEqual([]);
  open(null);
  expect(composer.value.attachments.map(({ name }) => name)).toEqual(['a.png']);
  key('Enter');
  expect(host.submit).toHaveBeenCalledOnce();
});

test('files that nobody can take are named', async () => {
  const extras = new ExtrasLoader(() => undefined, vi.fn());
  vi.spyOn(extras, 'get').mockReturnValue(null);
  vi.spyOn(extras, 'when').mockResolvedValue(null);
  const { composer, type, key, alert, host } = show({ ...withFiles, extras });
  composer.set({ files: [file('a.png'), file('b.png')] });
  await ticks();
  expect(alert()).toBe('a.png, b.png: The server cannot be reached. Check the connection and try again.');
  type('Without them');
  key('Enter');
  expect(host.submit).toHaveBeenCalledOnce();
});

test.each([
  ['', 1],
  ['Name\tSum\nAda\t3', 0],
  ['image.png', 1],
])('a picture that is pasted with the text %j becomes %d files', async (text, count) => {
  const upload = vi.fn(() => new Promise<never>(() => undefined));
  const { field, host } = show({ ...withFiles, upload });
  await loaded(host as unknown as ChatContext);
  expect(paste(field(), [file('image.png')], text).defaultPrevented).toBe(count === 1);
  await vi.waitFor(() => expect(upload).toHaveBeenCalledTimes(count), 60_000);
});

test('a chat that leaves the page listens and searches no more', async () => {
  const stop = vi.fn();
  vi.stubGlobal('navigator', {
    mediaDevices: { getUserMedia: async () => ({ getTracks: () => [{ stop }] }) },
  });
  vi.stubGlobal('MediaRecorder', undefined);
  const commands = { enabled: true, onSearch: async () => [{ id: 'fill', label: 'Fill in' }] };
  const { composer, host, type, find, alert } = show({
    chat: { composer: { dictation: { enabled: true } }, commands },
  });
  await host.extras.loaded();
  type('/fi');
  await vi.waitFor(() => expect(find('[role=option]')).not.toBeNull(), 60_000);
  find('.dictate')?.click();
  composer.leave();
  await host.extras.loaded();
  await ticks();
  vi.unstubAllGlobals();
  expect([find('[role=option]'), find('.dictate')?.getAttribute('aria-label'), alert()]).toEqual([
    null,
    english.dictate,
    '',
  ]);
});

test('a tag stays one when somebody writes before the part that makes tags has come', () => {
  const { composer, type } = show();
  composer.set({ content: [{ type: 'input_tag', id: 'p1', text: 'Ada', data: {} }] });
  type('Ada, hello');
  expect(composer.value.content.map(({ type: kind, text }) => [kind, text])).toEqual([
    ['input_tag', 'Ada'],
    ['input_text', ', hello'],
  ]);
});

test('another server has its own drafts, and gets no file of the one before', async () => {
  let signal: AbortSignal | undefined;
  const upload = (_: File, given: AbortSignal): Promise<never> => new Promise(() => (signal = given));
  const { composer, now, find } = show({ ...withFiles, upload });
  composer.set({
    text: 'for A',
    attachments: [{ type: 'file', id: 'f1', name: 'a.pdf', mime_type: 'application/pdf' }],
    files: [file('b.png')],
  });
  await vi.waitFor(() => expect(signal).toBeDefined(), 60_000);
  now.options = { ...now.options, api: { url: '/other' } };
  composer.reset();
  expect([composer.value.text, composer.value.attachments, signal?.aborted, find('.chips')]).toEqual([
    '',
    [],
    true,
    null,
  ]);
  composer.set({ text: 'for B' });
  now.options = { ...now.options, api: { url: '/chat' } };
  composer.reset();
  expect(composer.value).toMatchObject({ text: 'for A', attachments: [{ id: 'f1' }] });
});

test('a message that the server before refuses says nothing in the chat with the next', async () => {
  let refuse = (_: Error): void => undefined;
  const { composer, now, type, key, alert } = show({
    submit: () => new Promise((_, reject) => (refuse = reject)),
  });
  type('for A');
  key('Enter');
  now.options = { api: { url: '/other' } };
  composer.reset();
  refuse(new Error('No.'));
  await ticks();
  expect([composer.value.text, alert()]).toEqual(['', '']);
  now.options = { api: { url: '/chat' } };
  composer.reset();
  expect(composer.value.text).toBe('for A');
});

test('each of two chats on a page has a draft of its own, also after a reload', () => {
  for (const at of [0, 1]) show().composer.set({ text: `draft ${at}` });
  document.body.replaceChildren();
  expect([0, 1].map(() => show().composer.value.text)).toEqual(['draft 0', 'draft 1']);
});

test('a field that was away is fitted again', () => {
  const { now, draw, field, type } = show();
  vi.spyOn(HTMLTextAreaElement.prototype, 'clientWidth', 'get').mockReturnValue(300);
  type('one\ntwo');
  const { height } = field().style;
  expect(height).not.toBe('');
  now.isGone = true;
  draw();
  now.isGone = false;
  draw();
  expect(field().style.height).toBe(height);
  vi.restoreAllMocks();
});

test('a text has the direction of its first letter, and a very long one is not measured', () => {
  const { field, type } = show();
  vi.spyOn(HTMLTextAreaElement.prototype, 'clientWidth', 'get').mockReturnValue(300);
  const measured = vi.spyOn(HTMLTextAreaElement.prototype, 'scrollHeight', 'get');
  for (const [text, direction] of [
    ['x', 'ltr'],
    ['123 \u05d0b', 'rtl'],
    ['\u0627x', 'rtl'],
    ['\u6587', 'ltr'],
    ['1', 'ltr'],
  ] as const) {
    type(text.padEnd(200_000, '1'));
    expect(field().dir).toBe(direction);
  }
  expect(measured).not.toHaveBeenCalled();
  type('\u05d0');
  expect(field().dir).toBe('rtl');
  expect(measured).toHaveBeenCalled();
  vi.restoreAllMocks();
});

test('a field that is not shown keeps no height', () => {
  const { field, type } = show();
  type('one\ntwo');
  expect(field().style.height).toBe('');
});

test('a tag is typed in the place of what asked for it', async () => {
  const entities = { onTagSearch: async () => [{ id: 'p1', title: 'Ada' }] };
  const { composer, host, type, key, find, field } = show({ chat: { entities } });
  await host.extras.loaded();
  field().focus();
  type('Hello @ad');
  await vi.waitFor(() => expect(find('[role=option]')).not.toBeNull(), 60_000);
  const typed: unknown[] = [];
  document.execCommand = (command, _ui, words) => {
    typed.push([command, field().selectionStart, field().selectionEnd, words]);
    return true;
  };
  key('Enter');
  Reflect.deleteProperty(document, 'execCommand');
  expect(typed).toEqual([['insertText', 6, 9, 'Ada ']]);
  expect([field().value, composer.value.content.at(-1)?.type]).toEqual(['Hello Ada ', 'input_tag']);
});

test('a message is answered with the chosen tool, and a model that is not disabled', () => {
  const models = [
    { id: 'old', label: 'Old', disabled: true, default: true },
    { id: 'fast', label: 'Fast' },
    { id: 'slow', label: 'Slow' },
  ];
  const tools = [{ id: 'maps', label: 'Maps', icon: 'globe' as const }];
  const { composer } = show({ chat: { composer: { models, tools } } });
  expect(composer.inferenceOptions).toEqual({ tool_choice: null, model: 'fast' });
  composer.set({ selectedModelId: 'slow', selectedToolId: 'maps' });
  expect(composer.inferenceOptions).toEqual({ tool_choice: { id: 'maps' }, model: 'slow' });
  expect(show().composer.inferenceOptions).toEqual({ tool_choice: null, model: null });
});
