// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { assistant, done, exchange, FakeSession, type Fixture, user } from '../../../dev/fake-session.ts';
import { states } from '../../../dev/states.ts';
import { type ChatOptions, checkOptions } from '../../../src/api/options.ts';
import { MarkdownStream } from '../../../src/markdown/stream.ts';
import type { ClientToolCallItem, StructuredInput } from '../../../src/protocol/wire.ts';
import type { ItemView } from '../../../src/session/view/view.ts';
import { Composer } from '../../../src/ui/composer/composer.ts';
import { UNDO_MS } from '../../../src/ui/history/panel.ts';
import { type ChatView, defineChatView } from '../../../src/ui/shell/chat.ts';

defineChatView();
defineChatView();

type Shown = {
  view: ChatView;
  session: FakeSession;
  find: (selector: string) => HTMLElement | null;
  field: () => HTMLTextAreaElement;
};

async function show(fixture: Fixture = {}, options: Partial<ChatOptions> = {}): Promise<Shown> {
  const view = document.createElement('turnstream-chat-view') as ChatView;
  const session = new FakeSession(fixture);
  view.options = { api: { url: '/chat' }, ...options };
  view.session = session;
  document.body.append(view);
  await ticks({ view });
  const find = (selector: string): HTMLElement | null => view.renderRoot.querySelector<HTMLElement>(selector);
  return { view, session, find, field: () => find('textarea') as HTMLTextAreaElement };
}

async function type({ view, field }: Shown, text: string): Promise<void> {
  field().value = text;
  field().dispatchEvent(new Event('input'));
  await view.updateComplete;
}

function key(target: HTMLElement, name: string, more: KeyboardEventInit = {}): KeyboardEvent {
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

/** Until what was asked for has come, the parts that are loaded when they are shown included. */
const ticks = async ({ view }: Pick<Shown, 'view'>): Promise<void> => {
  for (let at = 0; at < 5; at++) await Promise.resolve();
  await view.updateComplete;
  await view.whenShown();
  for (let at = 0; at < 5; at++) await Promise.resolve();
  await view.updateComplete;
};

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
    // Another language than English is on its way.
    await vi.waitFor(() => expect(view.renderRoot.querySelector('.chat')).not.toBeNull(), 60_000);
  },
);

test('a light bulb stands once on a line of reasoning', async () => {
  const { view } = await show(states['reasoning']);
  await import('../../../src/ui/base/drawings.ts');
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

describe('the composer', () => {
  test('sends with Enter and empties itself', async () => {
    const shown = await show();
    await type(shown, 'Hello');
    key(shown.field(), 'Enter');
    await shown.view.updateComplete;
    expect(shown.session.calls).toContain('send');
    expect(shown.field().value).toBe('');
  });

  test('breaks the line with Shift+Enter and never sends a composition', async () => {
    const shown = await show();
    await type(shown, 'にほん');
    expect(key(shown.field(), 'Enter', { shiftKey: true }).defaultPrevented).toBe(false);
    key(shown.field(), 'Enter', { isComposing: true });
    key(shown.field(), 'Enter', { keyCode: 229 });
    expect(shown.session.calls).not.toContain('send');
  });

  test('turns send into stop, and Escape stops', async () => {
    const shown = await show({ view: { items: done(user('hi')), phase: 'responding', canStop: true } });
    expect(shown.find('.send')?.getAttribute('aria-label')).toBe('Stop');
    key(shown.field(), 'Escape');
    expect(shown.session.calls).toEqual(['stop']);
  });

  test('keeps one draft per thread', async () => {
    const shown = await show();
    await type(shown, 'for the new chat');
    shown.session.change({ thread: { id: 't1', created_at: '' } });
    await shown.view.updateComplete;
    expect(shown.field().value).toBe('');
    await type(shown, 'for t1');
    shown.session.change({ thread: null });
    await shown.view.updateComplete;
    expect(shown.field().value).toBe('for the new chat');
  });

  test.each(['responding', 'idle'] as const)(
    'keeps what is written while a thread begins, first shown %s',
    async (phase) => {
      const shown = await show({ view: { items: done(user('hi')), phase: 'responding' } });
      await type(shown, 'my next message');
      shown.session.change({ thread: { id: 't1', created_at: '' }, phase });
      await shown.view.updateComplete;
      expect(shown.field().value).toBe('my next message');
    },
  );

  test('gives the text back when it could not be sent, and says why', async () => {
    const shown = await show();
    shown.session.send = () => Promise.reject(new Error('You are offline.'));
    await type(shown, 'precious');
    key(shown.field(), 'Enter');
    await ticks(shown);
    expect(shown.field().value).toBe('precious');
    expect(shown.find('.inline-error')?.textContent).toContain('You are offline.');
  });

  test('says why it is locked, and gives way to the banner of a closed thread', async () => {
    const locked = await show({
      view: { thread: { id: 't', created_at: '', status: { type: 'locked', reason: 'Under review' } } },
    });
    expect(locked.field().disabled).toBe(true);
    expect(locked.field().placeholder).toBe('Under review');
    const closed = await show({
      view: { thread: { id: 't', created_at: '', status: { type: 'closed', reason: 'Done' } } },
    });
    expect(closed.find('textarea')).toBeNull();
    expect(closed.find('.closed')?.textContent).toContain('Done');
  });

  test('sends tool, model and quote, and forgets a tool that is not persistent', async () => {
    const composer = {
      tools: [{ id: 'search', label: 'Search', icon: 'search' }],
      models: [
        { id: 'm1', label: 'One' },
        { id: 'm2', label: 'Two', default: true },
      ],
    };
    const shown = await show({}, { composer });
    const tools: unknown[] = [];
    shown.view.addEventListener('tool-change', (event) => tools.push((event as CustomEvent).detail));
    const send = vi.spyOn(shown.session, 'send');
    shown.view.setComposerValue({ text: 'Find it', reply: 'quoted', selectedToolId: 'search' });
    await shown.view.updateComplete;
    key(shown.field(), 'Enter');
    expect(send).toHaveBeenCalledWith(
      {
        content: [{ type: 'input_text', text: 'Find it' }],
        attachments: [],
        quoted_text: 'quoted',
        inference_options: { tool_choice: { id: 'search' }, model: 'm2' },
      },
      [],
    );
    expect(tools).toEqual([{ toolId: 'search' }, { toolId: null }]);
  });
});

describe('the composer, from outside', () => {
  test('keeps the attachments and the content that the page sets, and sends their ids', async () => {
    const shown = await show();
    const send = vi.spyOn(shown.session, 'send');
    const files = ['f1', 'f2'].map(
      (id) => ({ type: 'file', id, name: `${id}.pdf`, mime_type: 'application/pdf' }) as const,
    );
    shown.view.setComposerValue({
      content: [
        { type: 'input_text', text: 'About ' },
        { type: 'input_tag', id: 'c', text: 'Ada' },
      ],
      attachments: files,
    });
    await ticks(shown);
    expect(shown.field().value).toBe('About Ada');
    expect(shown.find('.mirror mark')?.textContent).toBe('Ada');
    expect(shown.find('.chips')?.textContent).toContain('f1.pdf');
    shown.find('[aria-label="Remove f1.pdf"]')?.click();
    await shown.view.updateComplete;
    key(shown.field(), 'Enter');
    expect(send.mock.calls[0]).toMatchObject([
      {
        attachments: ['f2'],
        content: [
          { type: 'input_text', text: 'About ' },
          { type: 'input_tag', id: 'c', text: 'Ada', data: {} },
        ],
      },
      [files[1]],
    ]);
  });

  test('says what it holds', async () => {
    const shown = await show(
      {},
      {
        composer: {
          tools: [{ id: 'search', label: 'Search', icon: 'search' }],
          models: [{ id: 'm', label: 'M' }],
        },
      },
    );
    expect(shown.view.composerValue).toEqual({
      text: '',
      content: [],
      reply: null,
      attachments: [],
      selectedToolId: null,
      selectedModelId: 'm',
    });
    shown.view.setComposerValue({ text: ' Hello ', reply: 'quoted', selectedToolId: 'search' });
    expect(shown.view.composerValue).toMatchObject({
      text: ' Hello ',
      content: [{ type: 'input_text', text: 'Hello' }],
      reply: 'quoted',
      selectedToolId: 'search',
    });
  });

  test('suggests what "@" could mean, puts it in as a tag, and sends it as one', async () => {
    const onTagSearch = vi.fn(async () => [{ id: 'p1', title: 'Ada Lovelace', data: { role: 'author' } }]);
    const shown = await show({}, { entities: { onTagSearch } });
    const send = vi.spyOn(shown.session, 'send');
    await type(shown, 'Ask @ad');
    await ticks(shown);
    await vi.advanceTimersByTimeAsync(200);
    await ticks(shown);
    expect(onTagSearch).toHaveBeenCalledWith('ad');
    expect(shown.field().getAttribute('aria-activedescendant')).toBe(shown.find('[role=option]')?.id);
    key(shown.field(), 'Enter');
    await ticks(shown);
    expect([send.mock.calls.length, shown.field().value, shown.find('.suggestions')]).toEqual([
      0,
      'Ask Ada Lovelace ',
      null,
    ]);
    key(shown.field(), 'Enter');
    expect(send.mock.calls[0]?.[0].content).toEqual([
      { type: 'input_text', text: 'Ask ' },
      { type: 'input_tag', id: 'p1', text: 'Ada Lovelace', data: { role: 'author' } },
    ]);
  });

  test('is left alone by a tool that the page selects', async () => {
    const shown = await show(
      {},
      { composer: { tools: [{ id: 'search', label: 'Search', icon: 'search' }] } },
    );
    const focus = vi.spyOn(shown.field(), 'focus');
    shown.view.setComposerValue({ selectedToolId: 'search' });
    expect(focus).not.toHaveBeenCalled();
  });
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

describe('a turn', () => {
  test('streams without rendering the finished turns again', async () => {
    const shown = await show({ view: { items: exchange('first') } });
    const first = shown.find('.turn article.assistant');
    shown.session.change({
      items: [...shown.session.view.items, ...done(user('next'))],
      phase: 'responding',
      canStop: true,
    });
    await shown.view.updateComplete;
    expect(shown.view.renderRoot.querySelectorAll('.turn')).toHaveLength(2);
    expect(shown.find('.pulse')).not.toBeNull();
    expect(shown.find('.turn article.assistant')).toBe(first);
  });

  test('keeps its element when the server renames the message', async () => {
    const shown = await show({
      view: { items: [{ item: user('hi', { id: 'temporary' }), status: 'sending' }], phase: 'responding' },
    });
    const turn = shown.find('.turn');
    shown.session.change({ items: done(user('hi', { id: 'msg_server' })) });
    await shown.view.updateComplete;
    expect(shown.find('.turn')).toBe(turn);
  });

  test('offers retry after an error, for the message that failed', async () => {
    const error = { code: 'stream.error', message: 'It broke.', allowRetry: true };
    const shown = await show(
      { view: { items: done(user('hi', { id: 'u1' }), assistant('Half an')), error } },
      { threadItemActions: { retry: true } },
    );
    expect(shown.find('.card.danger')?.textContent).toContain('It broke.');
    expect(shown.find('[aria-label="Answer again"]')).toBeNull();
    shown.find('.card .button')?.click();
    expect(shown.session.calls).toContain('retry u1');
  });

  test('offers one way to try again, and none in a thread that is locked', async () => {
    const error = { code: 'network', message: 'It broke.', allowRetry: true };
    const items: Fixture['view'] = { items: [{ item: user('hi'), status: 'failed' }] };
    const buttons = ({ view }: Shown): string[] =>
      [...view.renderRoot.querySelectorAll('.turn button:not(.icon-button)')].map(
        (button) => button.textContent?.trim() ?? '',
      );
    expect(buttons(await show({ view: { ...items, error } }))).toEqual(['Retry']);
    expect(buttons(await show({ view: { ...items, error: { ...error, allowRetry: false } } }))).toEqual([
      'Try again',
    ]);
    const thread = { id: 't', created_at: '', status: { type: 'locked' } } as const;
    expect(buttons(await show({ view: { ...items, error, thread } }))).toEqual([]);
  });

  test('begins to copy within the click, and says when it could not', async () => {
    const writeText = vi.fn(() => Promise.reject(new DOMException('No gesture', 'NotAllowedError')));
    vi.stubGlobal('navigator', { ...navigator, language: 'en', clipboard: { writeText } });
    document.execCommand = () => false;
    const shown = await show({ view: { items: done(user('hi'), assistant('Hello')) } });
    shown.find('[aria-label="Copy answer"]')?.click();
    expect(writeText).toHaveBeenCalledWith('Hello');
    await vi.waitFor(() => expect(shown.find('[aria-label="Could not copy"]')).not.toBeNull(), 60_000);
    expect(shown.find('[role=status][aria-live]')?.textContent).toBe('Could not copy');
    vi.unstubAllGlobals();
  });

  test('copies what the person wrote, its tags included, and says so', async () => {
    const writeText = vi.fn(async () => undefined);
    vi.stubGlobal('navigator', { ...navigator, language: 'en', clipboard: { writeText } });
    const content = [
      { type: 'input_text', text: 'Ask ' },
      { type: 'input_tag', id: 'p1', text: 'Ada', data: {} },
    ] as const;
    const shown = await show({
      view: { items: done(user('', { content: [...content] }), assistant('Hello')) },
    });
    shown.find('[aria-label="Copy message"]')?.click();
    await ticks(shown);
    expect(writeText).toHaveBeenCalledWith('Ask Ada');
    expect(shown.find('[role=status][aria-live]')?.textContent).toBe('Copied');
    vi.unstubAllGlobals();
  });

  describe('with an entity', () => {
    const entity = { id: 'p1', title: 'Ada', interactive: true, data: { role: 'author' } };
    const tag = {
      type: 'input_tag',
      id: 'p1',
      text: 'Ada',
      interactive: true,
      data: { role: 'author' },
    } as const;
    const items = done(user('', { content: [tag, { ...tag, id: 'p2', interactive: false }] }));

    test('asks the page when it is clicked, if it says that it can be', async () => {
      const onClick = vi.fn();
      const shown = await show({ view: { items } }, { entities: { onClick } });
      expect(shown.view.renderRoot.querySelectorAll('button.tag')).toHaveLength(1);
      shown.find('button.tag')?.click();
      expect(onClick.mock.calls).toEqual([[entity]]);
    });

    test('asks the page for a superscript that stands for one, too, and for no other', async () => {
      const onClick = vi.fn();
      const text = 'Ada said so, and Grace agreed.';
      const annotations = (
        [
          ['Ada', true, 11],
          ['Grace', false, 29],
        ] as const
      ).map(([title, interactive, index], at) => ({
        type: 'annotation' as const,
        index,
        source: { type: 'entity' as const, id: `p${at}`, title, interactive },
      }));
      const shown = await show(
        {
          view: {
            items: done(
              user('q'),
              assistant(text, { content: [{ type: 'output_text', text, annotations }] }),
            ),
          },
        },
        { entities: { onClick } },
      );
      await ticks(shown);
      const citations = [...shown.view.renderRoot.querySelectorAll<HTMLElement>('.citation')];
      expect(citations.map(({ localName, textContent }) => `${localName} ${textContent}`)).toEqual([
        'button 1',
        'span 2',
      ]);
      for (const citation of citations) citation.click();
      expect(onClick.mock.calls).toEqual([[{ id: 'p0', title: 'Ada', interactive: true }]]);
    });

    test('is plain where the page does not listen', async () => {
      expect((await show({ view: { items } })).find('button.tag')).toBeNull();
    });

    test('reports a handler that throws', async () => {
      const shown = await show(
        { view: { items } },
        {
          entities: {
            onClick: () => {
              throw new Error('broken page');
            },
          },
        },
      );
      const heard = vi.fn();
      shown.view.addEventListener('page-error', (event) =>
        heard((event as CustomEvent<{ error: Error }>).detail.error.message),
      );
      shown.find('button.tag')?.click();
      expect(heard).toHaveBeenCalledWith('broken page');
    });

    test('shows its preview after a delay, until the pointer leaves or Escape is pressed', async () => {
      const onRequestPreview = vi.fn(async () => ({
        preview: { type: 'Card', children: [{ type: 'Text', value: 'Wrote the first program.' }] },
      }));
      const shown = await show(
        { view: { items, phase: 'responding', canStop: true } },
        { entities: { onRequestPreview } },
      );
      const enter = async (): Promise<void> => {
        shown.find('button.tag')?.dispatchEvent(new Event('pointerenter'));
        await vi.advanceTimersByTimeAsync(300);
        await ticks(shown);
      };
      shown.find('button.tag')?.dispatchEvent(new Event('pointerenter'));
      shown.find('button.tag')?.dispatchEvent(new Event('pointerleave'));
      await vi.advanceTimersByTimeAsync(500);
      expect(onRequestPreview).not.toHaveBeenCalled();
      await enter();
      expect(onRequestPreview.mock.calls).toEqual([[entity]]);
      expect(shown.find('.preview')?.textContent).toContain('Wrote the first program.');
      expect(shown.find('button.tag')?.getAttribute('aria-describedby')).toBe(shown.find('.preview')?.id);
      key(shown.field(), 'Escape');
      await ticks(shown);
      expect([shown.find('.preview'), shown.session.calls]).toEqual([null, []]);
      await enter();
      shown.find('button.tag')?.dispatchEvent(new Event('pointerleave'));
      await vi.advanceTimersByTimeAsync(250);
      await ticks(shown);
      expect(shown.find('.preview')).toBeNull();
      await enter();
      shown.session.change({ items: done(user('other')) });
      await ticks(shown);
      await ticks(shown);
      expect(shown.find('.preview')).toBeNull();
    });
  });

  test('with sources shows pictures only from the hosts that are allowed now', async () => {
    const source = { type: 'url', title: 'T', url: 'https://a.example/' } as const;
    const text = '![p](https://pics.example/p.png) said so';
    const answer = assistant(text, {
      content: [{ type: 'output_text', text, annotations: [{ type: 'annotation', index: 40, source }] }],
    });
    const thread = { id: 't', created_at: '', allowed_image_domains: ['pics.example'] };
    const shown = await show({ view: { thread, items: done(user('q'), answer) } });
    expect(shown.find('article img')).not.toBeNull();
    shown.session.change({ thread: { ...thread, allowed_image_domains: [] } });
    await shown.view.updateComplete;
    expect(shown.find('article img')).toBeNull();
  });

  test('is not rendered again for options that say the same', async () => {
    const shown = await show({ view: { items: exchange('first') } });
    const configure = vi.spyOn(MarkdownStream.prototype, 'configure');
    shown.view.options = { api: { url: '/chat' }, onClientTool: () => ({}) };
    await shown.view.updateComplete;
    expect(configure).not.toHaveBeenCalled();
    shown.view.options = { api: { url: '/chat' }, threadItemActions: { feedback: true } };
    await shown.view.updateComplete;
    expect(shown.find('[aria-label="Good answer"]')).not.toBeNull();
  });

  test('sends feedback for all its items, once', async () => {
    const items = done(user('q'), assistant('a', { id: 'a1' }), assistant('b', { id: 'a2' }));
    const shown = await show({ view: { items } }, { threadItemActions: { feedback: true } });
    const good = shown.find('[aria-label="Good answer"]');
    good?.click();
    good?.click();
    await ticks(shown);
    await ticks(shown);
    expect(shown.session.calls).toEqual(['feedback positive a1 a2']);
    expect(shown.find('[aria-label="Good answer"]')?.getAttribute('aria-pressed')).toBe('true');
  });

  test('hands statuses of the app to the page', async () => {
    const shown = await show({
      view: { items: done(user('q'), assistant('[open](chatkit-link://order?id=7)')) },
    });
    const seen: unknown[] = [];
    shown.view.addEventListener('deeplink', (event) => seen.push((event as CustomEvent).detail));
    shown.find('article a')?.click();
    expect(seen).toEqual([{ name: 'order', data: { id: '7' } }]);
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

describe('the history', () => {
  const threads = [
    { id: 't1', title: 'One', created_at: new Date().toISOString() },
    { id: 't2', title: 'Two', created_at: new Date().toISOString() },
  ];

  async function opened(): Promise<Shown> {
    const shown = await show({ threads });
    shown.view.showHistory();
    await ticks(shown);
    return shown;
  }

  async function choose(shown: Shown, entry: number): Promise<void> {
    shown.find('[data-menu=t1]')?.click();
    await shown.view.updateComplete;
    (shown.view.renderRoot.querySelectorAll('.menu button')[entry] as HTMLElement).click();
    await shown.view.updateComplete;
  }

  const titles = ({ view }: Shown): string[] =>
    [...view.renderRoot.querySelectorAll('.thread-open')].map((row) => row.textContent?.trim() ?? '');

  test('opens, fires, and opens a thread', async () => {
    const shown = await show({ threads });
    const events: string[] = [];
    for (const name of ['history-open', 'history-close'])
      shown.view.addEventListener(name, () => events.push(name));
    shown.view.showHistory();
    shown.view.showHistory();
    await ticks(shown);
    expect(titles(shown)).toEqual(['One', 'Two']);
    shown.find('.thread-open')?.click();
    expect(shown.session.calls).toEqual(['open t1']);
    expect(events).toEqual(['history-open', 'history-close']);
  });

  test('is read again when another tab changed it, while it is open', async () => {
    const shown = await opened();
    const list = vi.spyOn(shown.session, 'listThreads');
    shown.session.threadsVersion++;
    shown.session.change({});
    await ticks(shown);
    expect(list).toHaveBeenCalledTimes(1);
    shown.view.hideHistory();
    shown.session.threadsVersion++;
    shown.session.change({});
    await ticks(shown);
    expect(list).toHaveBeenCalledTimes(1);
  });

  test('deletes only after a few seconds, and not after undo', async () => {
    const shown = await opened();
    await choose(shown, 1);
    expect(titles(shown)).toEqual(['Two']);
    shown.find('.undo button')?.click();
    await vi.advanceTimersByTimeAsync(UNDO_MS + 1);
    expect(shown.session.calls).toEqual([]);
    expect(titles(shown)).toEqual(['One', 'Two']);
    await choose(shown, 1);
    await vi.advanceTimersByTimeAsync(UNDO_MS + 1);
    expect(shown.session.calls).toEqual(['delete t1']);
  });

  test('leaves a thread that is deleted at once, and comes back with undo', async () => {
    const shown = await show({ threads, view: { thread: threads[0] as (typeof threads)[0] } });
    shown.view.showHistory();
    await ticks(shown);
    await choose(shown, 1);
    expect(shown.session.calls).toEqual(['open null']);
    expect(shown.find('.start')).not.toBeNull();
    shown.find('.undo button')?.click();
    expect(shown.session.calls).toEqual(['open null', 'open t1']);
  });

  test('shows the threads of another session, and deletes with the one it asked', async () => {
    const shown = await opened();
    await choose(shown, 1);
    shown.view.session = new FakeSession({
      threads: [{ id: 't9', title: 'Nine', created_at: new Date().toISOString() }],
    });
    await ticks(shown);
    expect(shown.session.calls).toEqual(['delete t1']);
    expect(titles(shown)).toEqual(['Nine']);
  });

  test('deletes at once what waits when the panel closes', async () => {
    const shown = await opened();
    await choose(shown, 1);
    shown.view.hideHistory();
    expect(shown.session.calls).toEqual(['delete t1']);
  });

  test('renames in place', async () => {
    const shown = await opened();
    await choose(shown, 0);
    const input = shown.find('.renaming input') as HTMLInputElement;
    input.value = 'Better';
    key(input, 'Enter');
    await ticks(shown);
    expect(shown.session.calls).toEqual(['rename t1 Better']);
    expect(titles(shown)).toEqual(['Better', 'Two']);
  });

  test('keeps the focus in the list when a row goes, and gives it back with the row', async () => {
    const shown = await opened();
    const focused = (): string | undefined =>
      (shown.view.renderRoot as ShadowRoot).activeElement?.textContent?.trim();
    shown.find('[data-menu=t1]')?.focus();
    await choose(shown, 1);
    expect(focused()).toBe('Two');
    shown.find('.undo button')?.focus();
    shown.find('.undo button')?.click();
    await shown.view.updateComplete;
    await vi.advanceTimersByTimeAsync(20);
    expect((shown.view.renderRoot as ShadowRoot).activeElement).toBe(shown.find('[data-menu=t1]'));
  });

  test('takes the focus back to its button only when it had it', async () => {
    const shown = await opened();
    shown.find('[data-close-history]')?.focus();
    key(shown.find('[data-close-history]') as HTMLElement, 'Escape');
    await ticks(shown);
    expect((shown.view.renderRoot as ShadowRoot).activeElement).toBe(shown.find('.history-button'));
    // Beside the chat, which stays within reach.
    Object.defineProperty(shown.view, 'clientWidth', { value: 1200 });
    shown.view.showHistory();
    await ticks(shown);
    shown.field().focus();
    shown.view.hideHistory();
    await ticks(shown);
    expect((shown.view.renderRoot as ShadowRoot).activeElement).toBe(shown.field());
  });

  test('lists the keys with "?", except while a title is typed, and gives the focus back', async () => {
    const shown = await opened();
    const row = shown.find('.thread-open') as HTMLElement;
    row.focus();
    key(row, '?');
    await ticks(shown);
    await ticks(shown);
    await vi.advanceTimersByTimeAsync(20);
    expect(shown.find('[role=dialog]')?.getAttribute('aria-label')).toBe('Keyboard shortcuts');
    expect((shown.view.renderRoot as ShadowRoot).activeElement?.getAttribute('aria-label')).toBe('Dismiss');
    key(shown.find('.shortcuts') as HTMLElement, 'Escape');
    await ticks(shown);
    expect([shown.find('[role=dialog]'), shown.find('.history') !== null]).toEqual([null, true]);
    expect((shown.view.renderRoot as ShadowRoot).activeElement).toBe(row);
    key(row, '?');
    await ticks(shown);
    await vi.advanceTimersByTimeAsync(20);
    const focused = vi.spyOn(row, 'focus');
    shown.find('.shortcuts')?.dispatchEvent(new FocusEvent('focusout', { relatedTarget: shown.field() }));
    await ticks(shown);
    expect([shown.find('[role=dialog]'), focused.mock.calls]).toEqual([null, []]);
    key(shown.field(), '?');
    await ticks(shown);
    expect(shown.find('[role=dialog]')).toBeNull();
  });

  test('closes with Escape before a response stops', async () => {
    const shown = await show({
      threads,
      view: { items: done(user('hi')), phase: 'responding', canStop: true },
    });
    shown.view.showHistory();
    await ticks(shown);
    key(shown.find('[data-close-history]') as HTMLElement, 'Escape');
    await ticks(shown);
    expect([shown.find('.history'), shown.session.calls]).toEqual([null, []]);
    key(shown.field(), 'Escape');
    expect(shown.session.calls).toEqual(['stop']);
  });

  test('says when it could not be loaded', async () => {
    const shown = await show({ listing: 'failing' });
    shown.view.showHistory();
    await ticks(shown);
    expect(shown.find('.history .inline-error')?.textContent).toContain('The server did not answer.');
  });
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

describe('the composer of a chat', () => {
  const composer = {
    tools: [{ id: 'search', label: 'Search', icon: 'search' }],
    models: [
      { id: 'small', label: 'S' },
      { id: 'deep', label: 'D' },
    ],
  };

  test('says also of a start prompt with which tool and model it is answered', async () => {
    const shown = await show({}, { composer, startScreen: { prompts: [{ label: 'Go', prompt: 'Go' }] } });
    const send = vi.spyOn(shown.session, 'send');
    shown.view.setComposerValue({ selectedToolId: 'search', selectedModelId: 'deep' });
    await shown.view.updateComplete;
    shown.find('.prompt')?.click();
    expect(send.mock.calls[0]?.[0].inference_options).toEqual({
      tool_choice: { id: 'search' },
      model: 'deep',
    });
  });

  test('takes nothing that was uploaded to one server along to another', async () => {
    const shown = await show();
    shown.view.setComposerValue({
      attachments: [{ type: 'file', id: 'f1', name: 'a.pdf', mime_type: 'application/pdf' }],
    });
    shown.view.session = new FakeSession();
    shown.view.setComposerValue({ text: 'for the new one' });
    await ticks(shown);
    expect(shown.view.composerValue).toMatchObject({ text: 'for the new one', attachments: [] });
  });

  test('is left with the page, and not when the element only moves', async () => {
    const shown = await show();
    const left = vi.spyOn(Composer.prototype, 'leave');
    document.body.append(shown.view);
    await Promise.resolve();
    expect(left).not.toHaveBeenCalled();
    shown.view.remove();
    await Promise.resolve();
    expect(left).toHaveBeenCalledOnce();
    left.mockRestore();
  });
});
