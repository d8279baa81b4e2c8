// @vitest-environment happy-dom
// Answers and messages, and the actions that they offer.
// Loaded before any test: a preview loads them when it is first shown, which takes longer than its ticks.
import '../../../src/cards.ts';
import '../../../src/widgets.ts';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { assistant, done, exchange, type Fixture, user } from '../../../dev/fake-session.ts';
import { MarkdownStream } from '../../../src/markdown/stream.ts';
import { key, type Shown, show, ticks } from './shown.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  document.body.replaceChildren();
  sessionStorage.clear();
  vi.useRealTimers();
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

    test('asks the page for a citation that stands for one, too, and for no other', async () => {
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
        'span 1',
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
      const point = (selector: string): void =>
        void shown.find(selector)?.dispatchEvent(new Event('pointerover', { bubbles: true }));
      const enter = async (): Promise<void> => {
        point('button.tag');
        await vi.advanceTimersByTimeAsync(300);
        await ticks(shown);
      };
      point('button.tag');
      await ticks(shown);
      point('header');
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
      point('header');
      await vi.advanceTimersByTimeAsync(100);
      point('.preview strong');
      await vi.advanceTimersByTimeAsync(250);
      expect(shown.find('.preview')).not.toBeNull();
      point('header');
      await vi.advanceTimersByTimeAsync(250);
      await ticks(shown);
      expect(shown.find('.preview')).toBeNull();
      onRequestPreview.mockRejectedValueOnce(new Error('no preview'));
      await enter();
      expect(shown.find('.preview')?.textContent?.trim()).toBe('Ada');
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
