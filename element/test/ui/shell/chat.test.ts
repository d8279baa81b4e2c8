// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { assistant, done, type Fixture, user } from '../../../dev/fake-session.ts';
import { states } from '../../../dev/states.ts';
import { checkOptions } from '../../../src/api/options.ts';
import type { ClientToolCallItem, StructuredInput } from '../../../src/protocol/wire.ts';
import type { ItemView } from '../../../src/session/view/view.ts';
import { ExtrasLoader } from '../../../src/ui/extras_loader.ts';
import { key, type Shown, show, ticks, type } from './shown.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  document.body.replaceChildren();
  sessionStorage.clear();
  vi.useRealTimers();
});

// A browser shows ten thousand messages in a second; happy-dom does not.
test.each(Object.keys(states).filter((name) => !name.startsWith('ten-thousand')))(
  'state %s is shown without an error',
  async (name) => {
    const { view } = await show(states[name], states[name]?.options);
    // Waits for the translation of states that are not in English.
    await vi.waitFor(() => expect(view.renderRoot.querySelector('.chat')).not.toBeNull(), 60_000);
  },
);

test('a light bulb stands once on a line of reasoning', async () => {
  const { view } = await show(states['reasoning']);
  await import('../../../src/ui/base/drawings/rare.ts');
  await ticks({ view });
  const bulb = (holder: Element): string => holder.querySelector('.icon')?.innerHTML ?? '';
  const [line, step] = ['summary', '.step-title'].map((selector) =>
    bulb(view.renderRoot.querySelector(`.disclosure ${selector}`) as Element),
  );
  expect(step).not.toBe(line);
});

test('an unknown item shows nothing and breaks nothing', async () => {
  const unknown = { type: 'hologram', id: 'x', thread_id: 't', created_at: '' } as unknown as ReturnType<
    typeof user
  >;
  const { find } = await show({ view: { items: done(user('hi'), unknown, assistant('still here')) } });
  expect(find('.turns')?.textContent).toContain('still here');
});

describe('a thread that is opened', () => {
  const failed = (allowRetry: boolean): Fixture => ({
    threadId: 't1',
    view: { error: { code: 'x', message: 'It is away.', allowRetry } },
  });

  test('can be written to while it loads', async () => {
    const shown = await show({ threadId: 't1', view: { phase: 'loading' } });
    await type(shown, 'already');
    expect(shown.field().disabled).toBe(false);
    key(shown.field(), 'Enter');
    expect(shown.session.calls).toEqual([]);
    shown.session.change({ phase: 'idle', thread: { id: 't1', created_at: '' } });
    await shown.view.updateComplete;
    expect(shown.field().value).toBe('already');
  });

  test('offers to load again when that failed', async () => {
    const shown = await show(failed(true));
    expect(shown.find('.card.danger')?.textContent).toContain('It is away.');
    expect(shown.field().placeholder).toBe('This conversation could not be loaded.');
    shown.find('.card .button')?.click();
    expect(shown.session.calls).toEqual(['open t1']);
  });

  test('offers another chat when loading again is in vain', async () => {
    const shown = await show(failed(false));
    expect(shown.find('header [aria-label="New chat"]')).not.toBeNull();
    shown.find('.card .button')?.click();
    expect(shown.session.calls).toEqual(['open null']);
  });
});

test('a loaded thread with sources is shown with their superscripts, not before', async () => {
  const source = { type: 'url', title: 'A', url: 'https://a.example' } as const;
  const text = 'Owls are quiet.';
  const annotations = [{ type: 'annotation', source, index: text.length } as const];
  const items = done(user('q'), assistant('', { content: [{ type: 'output_text', text, annotations }] }));
  const load = async (): Promise<Shown> => {
    const shown = await show({ threadId: 't1', view: { phase: 'loading' } });
    shown.session.change({ phase: 'idle', thread: { id: 't1', created_at: '' }, items });
    await ticks(shown);
    return shown;
  };
  const held = vi.spyOn(ExtrasLoader.prototype, 'get').mockReturnValue(null);
  const { find } = await load();
  expect([find('.skeleton') !== null, find('article')]).toEqual([true, null]);
  held.mockRestore();
  const shown = await load();
  expect(shown.find('.skeleton')).toBeNull();
  expect(shown.find('article.assistant .citation')?.textContent).toBe('1');
});

describe('the header', () => {
  const titled = { view: { thread: { id: 't1', title: 'Owls', created_at: '' } } };

  test.each([
    ['the title of the thread', titled, {}, 'Owls'],
    ['nothing without a thread', {}, {}, undefined],
    [
      'nothing for a thread without a title',
      { view: { thread: { id: 't1', created_at: '' } } },
      {},
      undefined,
    ],
    ['a text of the page', titled, { title: { text: 'Desk' } }, 'Desk'],
    ['nothing when it is off', titled, { title: { enabled: false } }, undefined],
  ])('shows %s', async (_name, fixture, header, text) => {
    const { find } = await show(fixture, { header });
    expect(find('header')).not.toBeNull();
    expect(find('header h2')?.textContent).toBe(text);
  });
});

test('the focus stays on the send button, and moves to the thread from a dismissed notice', async () => {
  const shown = await show({
    view: { items: done(user('hi')), notices: [{ id: 'n', level: 'info', title: null, message: 'm' }] },
  });
  await type(shown, 'more');
  const button = shown.find('.send');
  button?.focus();
  button?.click();
  await shown.view.updateComplete;
  expect(shown.find('.send')).toBe(button);
  expect(button?.getAttribute('aria-label')).toBe('Stop');
  shown.find('.notices button')?.focus();
  shown.find('.notices button')?.click();
  await shown.view.updateComplete;
  const focused = (shown.view.renderRoot as ShadowRoot).activeElement;
  expect(focused === shown.field() || focused === shown.find('.scroller')).toBe(true);
});

test('a break takes the place of what moves, and is said aloud', async () => {
  const shown = await show(states['progress']);
  expect(shown.find('.progress')).not.toBeNull();
  shown.session.change({ connection: 'offline' });
  await ticks(shown);
  expect(shown.find('.progress')).toBeNull();
  expect(shown.find('.pulse')).toBeNull();
  expect(shown.find('.turn-foot')?.textContent).toContain(
    'You are offline. The answer will continue when you reconnect.',
  );
  expect(shown.find('[role=status].visually-hidden')?.textContent).toContain(
    'will continue when you reconnect',
  );
  shown.session.change({ connection: 'reconnecting' });
  await ticks(shown);
  expect(shown.find('.turn-foot')?.textContent).toContain('Reconnecting…');
  shown.session.change({ connection: 'live' });
  await ticks(shown);
  expect(shown.find('.progress')).not.toBeNull();
});

test('a message on its way is not called an answer that goes on', async () => {
  const shown = await show({
    view: { phase: 'responding', connection: 'offline', items: [{ item: user('hi'), status: 'sending' }] },
  });
  expect(shown.find('.turn-foot')?.textContent?.trim()).toBe('You are offline. Trying to send…');
  expect(shown.find('[role=status].visually-hidden')?.textContent).not.toContain('will continue when');
});

test('a prompt of the start screen is sent', async () => {
  const shown = await show(
    {},
    {
      startScreen: {
        prompts: Array.from({ length: 6 }, (_, at) => ({ label: `P${at}`, prompt: `Prompt ${at}` })),
      },
    },
  );
  const send = vi.spyOn(shown.session, 'send');
  expect(shown.view.renderRoot.querySelectorAll('.prompt')).toHaveLength(6);
  shown.find('.prompt')?.click();
  expect(send.mock.calls[0]?.[0].content).toEqual([{ type: 'input_text', text: 'Prompt 0' }]);
});

describe('a question before a tool runs', () => {
  const call = (name: string, more: Partial<ClientToolCallItem> = {}): ClientToolCallItem => ({
    type: 'client_tool_call',
    id: name,
    thread_id: 't',
    created_at: '',
    call_id: name,
    status: 'pending',
    name,
    arguments: {},
    confirm: true,
    ...more,
  });
  const running = { items: done(user('hi')), phase: 'responding', canStop: true } as const;
  const texts = ({ view }: Shown, selector: string): string[] =>
    [...view.renderRoot.querySelectorAll(selector)].map(({ textContent }) => textContent.trim());
  const buttons = ({ view }: Shown): HTMLElement[] => [
    ...view.renderRoot.querySelectorAll<HTMLElement>('.question button'),
  ];

  test('is asked in the words of the call, or in our own, with what the tool is given', async () => {
    const given = { row: 3, names: ['Ada', 'Bob'], where: { sheet: 'B' }, note: '<b>now</b>' };
    const shown = await show({
      view: {
        ...running,
        confirmations: [
          call('deleteRow', { arguments: given }),
          call('send_mail', { confirm: 'Mail Ada?' }),
          call('x', { confirm: ' ' }),
        ],
      },
    });
    expect(texts(shown, '.question-text')).toEqual(['Allow “delete row”?', 'Mail Ada?', 'Allow “x”?']);
    expect(texts(shown, '.arguments dt')).toEqual(['row', 'names', 'where', 'note']);
    expect(texts(shown, '.arguments dd')).toEqual(['3', 'Ada, Bob', '{\n  "sheet": "B"\n}', '<b>now</b>']);
    expect(shown.find('.pulse')).toBeNull();
  });

  test('is answered by a button, and the next question has the focus then', async () => {
    const shown = await show({ view: { ...running, confirmations: [call('one'), call('two')] } });
    buttons(shown)[0]?.focus();
    buttons(shown)[0]?.click();
    await ticks(shown);
    expect((shown.view.renderRoot as ShadowRoot).activeElement).toBe(buttons(shown)[0]);
    buttons(shown)[1]?.click();
    await ticks(shown);
    expect(shown.session.calls).toEqual(['decline one', 'allow two']);
    expect(shown.find('.question')).toBeNull();
    expect((shown.view.renderRoot as ShadowRoot).activeElement).not.toBeNull();
  });

  test('is announced', async () => {
    const shown = await show({ view: running });
    shown.session.change({ confirmations: [call('one', { confirm: 'Delete row 3?' })] });
    await ticks(shown);
    expect(shown.find('[role=status]')?.textContent).toBe('Delete row 3?');
  });
});

test('what is on the screen stays while the colours of another theme are on their way', async () => {
  const shown = await show({ view: { items: done(user('hi')) } });
  shown.view.options = {
    api: { url: '/chat' },
    theme: { color: { accent: { primary: '#ff0000', level: 2 } } },
  };
  await shown.view.updateComplete;
  expect(shown.find('.bubble')).not.toBeNull();
  await ticks(shown);
  expect(shown.view.style.getPropertyValue('--theme-accent')).toBe('#ff0000');
});

describe('a question in the place of the field', () => {
  const input = (inputs: StructuredInput[]): ItemView => ({
    item: { type: 'structured_input', id: 's1', thread_id: 't', created_at: '', status: 'pending', inputs },
    status: 'done',
  });
  const freeform: StructuredInput = { id: 'q', type: 'freeform', question: 'What colour?' };

  test('never takes what somebody is typing, and is read out', async () => {
    const shown = await show({ view: { items: done(user('hi')), phase: 'responding' } });
    shown.field().focus();
    shown.session.change({ items: [...done(user('hi')), input([freeform])], phase: 'idle' });
    await ticks(shown);
    const focused = shown.view.renderRoot.activeElement;
    expect([focused?.localName, focused?.closest('.answer-form')]).toEqual([
      'fieldset',
      shown.find('.answer-form'),
    ]);
    expect(shown.find('[role=status][aria-live]')?.textContent).toBe('What colour?');
    key(focused as HTMLElement, 'Enter');
    expect(shown.session.calls).toEqual([]);
  });

  test('without questions leaves the field', async () => {
    const shown = await show({ view: { items: [...done(user('hi')), input([])] } });
    expect([shown.find('.answer-form'), shown.field()?.localName]).toEqual([null, 'textarea']);
  });
});

test('what is wrong among the options is left out and told, and the chat goes on', () => {
  const { options, problems } = checkOptions({
    api: { url: '/chat' },
    composer: { tools: {}, models: [1], placeholder: 'Ask' },
    startScreen: { prompts: 'x' },
  });
  expect(options).toMatchObject({ composer: { placeholder: 'Ask' }, startScreen: {} });
  expect(options?.composer).not.toHaveProperty('tools');
  expect(problems.map(({ option }) => option)).toEqual([
    'composer.tools',
    'composer.models',
    'startScreen.prompts',
  ]);
});

test('a rendering that fails leaves what is shown, is told, and the next one works', async () => {
  const shown = await show({ view: { items: done(user('hi'), assistant('there')) } });
  const heard: string[] = [];
  shown.view.addEventListener('page-error', (event) =>
    heard.push((event as CustomEvent<{ error: Error }>).detail.error.message),
  );
  const good = shown.view.options;
  shown.view.options = { api: { url: '/chat' }, header: { leftAction: null as never } };
  await shown.view.updateComplete;
  expect(heard).toHaveLength(1);
  expect(shown.find('.assistant')?.textContent).toContain('there');
  shown.view.options = { ...good!, header: { title: { text: 'Works' } } };
  await shown.view.updateComplete;
  expect(shown.find('.title')?.textContent).toBe('Works');
});

test('the field has the focus at the start in any language', async () => {
  const shown = await show({}, { locale: 'de' });
  await ticks(shown);
  await ticks(shown);
  expect(shown.view.renderRoot.activeElement?.id).toBe('message');
});

test('the same words twice change what a screen reader hears twice', async () => {
  vi.stubGlobal('navigator', {
    ...navigator,
    language: 'en',
    clipboard: { writeText: async () => undefined },
  });
  const shown = await show({ view: { items: done(user('hi'), assistant('there')) } });
  const heard = new Set<string | null | undefined>();
  for (let times = 0; times < 2; times++) {
    shown.find('[aria-label="Copy message"]')?.click();
    await ticks(shown);
    await ticks(shown);
    heard.add(shown.find('[role=status][aria-live]')?.textContent);
  }
  expect(heard.size).toBe(2);
  vi.unstubAllGlobals();
});
