// @vitest-environment happy-dom
// The composer as a part of the chat.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { done, FakeSession, user } from '../../../dev/fake-session.ts';
import { Composer } from '../../../src/ui/composer/composer.ts';
import { key, show, ticks, type } from './shown.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  document.body.replaceChildren();
  sessionStorage.clear();
  vi.useRealTimers();
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
    await vi.waitFor(() => expect(shown.find('.tray')?.textContent).toContain('f1.pdf'), 60_000);
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
    shown.view.options = { api: { url: '/other' } };
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
