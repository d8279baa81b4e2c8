// @vitest-environment happy-dom
// The list of threads as a part of the chat.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { done, FakeSession, user } from '../../../dev/fake-session.ts';
import { UNDO_MS } from '../../../src/ui/history/panel.ts';
import { key, type Shown, show, ticks } from './shown.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  document.body.replaceChildren();
  sessionStorage.clear();
  vi.useRealTimers();
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
    // Next to the chat, which stays usable.
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
