// @vitest-environment happy-dom
// Undo and locks, as the chat shows and announces them.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { assistant, done, FakeSession, user } from '../../../dev/fake-session.ts';
import type { ChatOptions } from '../../../src/api/options.ts';
import { asJson } from '../../../src/session/response/changes.ts';
import { type ChatView, defineChatView } from '../../../src/ui/shell/chat.ts';

defineChatView();

const thread = { id: 't1', created_at: '' };
const items = [1, 2].flatMap((at) => [
  ...done(user('Do it', { id: `q${at}` })),
  ...done(assistant('Done.', { id: `a${at}` })),
]);

class Shown {
  readonly view = document.createElement('turnstream-chat-view') as ChatView;
  readonly session = new FakeSession({ view: { thread, items }, threads: [thread] });

  async open(options: Partial<ChatOptions> = {}): Promise<this> {
    this.view.options = { api: { url: '/chat' }, ...options };
    this.view.session = this.session;
    document.body.append(this.view);
    await this.ticks();
    return this;
  }
  async ticks(): Promise<void> {
    for (let at = 0; at < 4; at++) {
      await new Promise((resolve) => setTimeout(resolve));
      await this.view.whenShown();
    }
  }
  /** Does what a page does in its handler of an effect of turn `at`. */
  async made(at: number, color: string): Promise<void> {
    const response = { isUndo: false };
    const effect = { name: 'paint', data: { color } };
    this.session.changes.push({
      response,
      threadId: 't1',
      items: items.slice(0, at * 2),
      id: `p.${at}`,
      effect,
      said: asJson({ effect, inverse: { data: { color: `not ${color}` } } }),
    });
    this.session.change({});
    await this.ticks();
  }
  button(label: string): HTMLElement[] {
    return [...this.view.renderRoot.querySelectorAll<HTMLElement>('button')].filter(
      (button) => nameOf(button) === label,
    );
  }
  /** The texts and buttons below each message group. */
  get feet(): string[] {
    return [...this.view.renderRoot.querySelectorAll('.turn')].map((group) =>
      [...group.querySelectorAll('.changes button, .note:not([aria-hidden]), .turn-foot button')]
        .map(nameOf)
        .join(', '),
    );
  }
  get announced(): string {
    return this.view.renderRoot.querySelector('[role=status]')!.textContent!.trim();
  }
}

function nameOf(element: Element): string {
  return (
    element.getAttribute('aria-label') ??
    (element.querySelector('.labels > :first-child') ?? element).textContent!.trim()
  );
}

beforeEach(() => localStorage.clear());
afterEach(() => {
  document.body.replaceChildren();
  vi.restoreAllMocks();
});

test('nothing is offered, or loaded, where no page said how to undo something', async () => {
  const shown = await new Shown().open();
  expect(shown.feet).toEqual(['Copy answer', 'Copy answer']);
});

test('the newest changes can be undone, then made again, and the focus stays with them', async () => {
  const shown = await new Shown().open();
  await shown.made(1, 'red');
  expect(shown.feet).toEqual(['Undo changes, Copy answer', 'Copy answer']);
  await shown.made(2, 'blue');
  expect(shown.feet).toEqual(['Copy answer', 'Undo changes, Copy answer']);
  const [button] = shown.button('Undo changes');
  button!.focus();
  button!.click();
  await shown.ticks();
  expect(shown.session.calls).toEqual(['undo q2 true']);
  expect(shown.feet).toEqual(['Undo changes, Copy answer', 'Redo changes, Changes undone, Copy answer']);
  expect(shown.announced).toBe('Changes undone');
  expect(shown.button('Redo changes')).toEqual([shown.view.renderRoot.activeElement]);
  await shown.view.undo(false);
  await shown.ticks();
  expect(shown.feet).toEqual(['Copy answer', 'Undo changes, Copy answer']);
  expect(shown.announced).toBe('Changes redone');
});

test('on an official server the page alone hears of it', async () => {
  const shown = await new Shown().open();
  shown.session.isDurable = false;
  await shown.made(2, 'blue');
  await shown.view.undo(true);
  await shown.ticks();
  expect(shown.session.calls).toEqual(['effects [{"name":"paint","data":{"color":"not blue"}}]']);
  expect(shown.feet).toEqual(['Copy answer', 'Redo changes, Changes undone, Copy answer']);
  expect(shown.announced).toBe('Changes undone');
});

test('while a response runs the button is there and does nothing', async () => {
  const shown = await new Shown().open();
  await shown.made(1, 'red');
  shown.session.change({ phase: 'responding' });
  await shown.ticks();
  const [button] = shown.button('Undo changes');
  expect(button?.getAttribute('aria-disabled')).toBe('true');
  button!.click();
  await shown.ticks();
  expect(shown.session.calls).toEqual([]);
  await expect(shown.view.undo(true)).rejects.toMatchObject({ code: 'busy' });
});

test('in a thread that takes no messages the button rests', async () => {
  const shown = await new Shown().open();
  await shown.made(1, 'red');
  shown.session.change({ thread: { ...thread, status: { type: 'locked' } } });
  await shown.ticks();
  expect(shown.button('Undo changes')[0]?.getAttribute('aria-disabled')).toBe('true');
  shown.session.isDurable = false;
  shown.session.change({ thread: { ...thread, status: { type: 'closed' } } });
  await shown.ticks();
  expect(shown.button('Undo changes')[0]?.hasAttribute('aria-disabled')).toBe(false);
});

test('a chat of another browser shows what was undone, and can do no more about it', async () => {
  const shown = await new Shown().open();
  shown.session.change({ undone: [{ item_id: 'q1', is_undone: true }] });
  await shown.ticks();
  expect(shown.feet).toEqual(['Changes undone, Copy answer', 'Copy answer']);
  await expect(shown.view.undo(true)).rejects.toMatchObject({ code: 'nothing_to_undo' });
});

test('a response that begins before the locks have come is locked when they come', async () => {
  const region = document.createElement('main');
  document.body.append(region);
  const shown = new Shown();
  shown.session.change({ phase: 'responding' });
  const opening = shown.open({ locks: region });
  expect(region.inert).toBeFalsy();
  await opening;
  expect(region.hasAttribute('inert')).toBe(true);
  shown.view.remove();
  await shown.ticks();
  expect(region.hasAttribute('inert')).toBe(false);
});

/** The number of listeners that were added to the window. */
function countListeners(): () => number {
  const added = vi.spyOn(globalThis, 'addEventListener');
  const removed = vi.spyOn(globalThis, 'removeEventListener');
  const isOn = ([, , options]: Parameters<typeof addEventListener>): boolean =>
    !(options as AddEventListenerOptions | undefined)?.signal?.aborted;
  return () =>
    added.mock.calls.filter((call) => isOn(call as Parameters<typeof addEventListener>)).length -
    removed.mock.calls.length;
}

test('a chat that has left the page listens to nothing there, whatever changes afterwards', async () => {
  const count = countListeners();
  const shown = await new Shown().open({ locks: '#map' });
  expect(count()).toBeGreaterThan(0);
  shown.view.remove();
  await shown.ticks();
  expect(count()).toBe(0);
  shown.view.options = { api: { url: '/chat' }, locks: '#bar' };
  shown.view.session = new FakeSession();
  shown.view.requestUpdate();
  await shown.ticks();
  expect(count()).toBe(0);
  document.body.append(shown.view);
  await shown.ticks();
  expect(count()).toBeGreaterThan(0);
});

test('locks that come when the chat has left the page already listen to nothing', async () => {
  const count = countListeners();
  const shown = new Shown();
  const opening = shown.open({ locks: '#map' });
  shown.view.remove();
  await opening;
  expect(count()).toBe(0);
});

test('a thread that is deleted takes what could be undone with it', async () => {
  const shown = await new Shown().open();
  await shown.made(1, 'red');
  const storedKeys = (): string[] => Object.keys(localStorage).filter((key) => key.endsWith(':t1'));
  expect(storedKeys().length).toBe(1);
  shown.view.showHistory();
  await shown.ticks();
  shown.view.renderRoot.querySelector<HTMLElement>('[data-menu="t1"]')!.click();
  await shown.ticks();
  [...shown.view.renderRoot.querySelectorAll<HTMLElement>('[role=menuitem]')]
    .find(({ textContent }) => textContent?.includes('Delete'))!
    .click();
  await shown.ticks();
  shown.view.hideHistory();
  await shown.ticks();
  expect(storedKeys()).toEqual([]);
});
