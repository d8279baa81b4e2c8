// @vitest-environment happy-dom
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import type { ChatOptions } from '../../src/api/options.ts';
import { FakeElement } from '../fake_element.ts';
import {
  type Answer,
  created,
  done,
  json,
  type Request,
  said,
  stream,
  options as streamOptions,
} from './support/scripted.ts';

const thread = (id: string): Answer => json({ id, created_at: '', items: { data: [], has_more: false } });
const gone = (status: number): Answer => json({ error: { code: 'x', message: 'No.' } }, status);

/** One visit of a page; `server` answers for each thread, `first` the first requests. */
class Visit {
  readonly element = new FakeElement();
  readonly heard: string[] = [];
  readonly asked: unknown[] = [];
  readonly #first: Answer[];
  readonly #fetch = async (_url: unknown, init?: RequestInit): Promise<Response> => {
    const request = JSON.parse(String(init?.body)) as Request;
    this.asked.push(request.params['thread_id']);
    return (this.#first.shift() ?? thread(String(request.params['thread_id'])))(request, init!.signal!);
  };

  constructor(...first: Answer[]) {
    this.#first = first;
    document.body.replaceChildren(this.element);
    for (const name of ['ready', 'thread.change', 'thread.load.start', 'thread.load.end', 'error']) {
      this.element.addEventListener(`chatkit.${name}`, (event) => {
        const detail = (event as CustomEvent<{ threadId?: string | null } | null>).detail;
        this.heard.push(detail?.threadId === undefined ? name : `${name} ${detail.threadId}`);
      });
    }
  }
  set(more: Partial<ChatOptions>): void {
    this.element.setOptions({ ...more, api: { url: '/chatkit', fetch: this.#fetch, ...more.api } });
  }
  async begin(more: Partial<ChatOptions>): Promise<this> {
    const ready = new Promise((resolve) =>
      this.element.addEventListener('chatkit.ready', resolve, { once: true }),
    );
    this.set(more);
    await ready;
    await this.idle();
    return this;
  }
  idle(): Promise<void> {
    return vi.waitFor(() => expect(this.element.view.session.view.phase).toBe('idle'), 60_000);
  }
  get threadId(): string | null {
    return this.element.view.session.threadId;
  }
}

const loads = (id: string): string[] => [
  `thread.change ${id}`,
  `thread.load.start ${id}`,
  `thread.load.end ${id}`,
];

beforeEach(() => localStorage.clear());

async function visited(threadId: string, more: Partial<ChatOptions>): Promise<void> {
  const visit = await new Visit().begin(more);
  await visit.element.setThreadId(threadId);
}

test('the thread that was open last is opened at the start, and said once', async () => {
  await visited('t1', { persist: true });
  const visit = await new Visit().begin({ persist: true });
  expect(visit.heard).toEqual(['ready', ...loads('t1')]);
  expect(visit.asked).toEqual(['t1']);
});

test('a thread that a message made is remembered', async () => {
  const first = await new Visit(stream(created, done(said('u1')), streamOptions)).begin({ persist: true });
  await first.element.sendUserMessage({ text: 'x' });
  expect((await new Visit().begin({ persist: true })).threadId).toBe('t1');
});

test('without the option, or at another server, nothing is remembered', async () => {
  await visited('t1', {});
  await visited('t2', { persist: false });
  expect(localStorage.length).toBe(0);
  await visited('t3', { persist: true });
  expect((await new Visit().begin({})).threadId).toBeNull();
  expect((await new Visit().begin({ persist: true, api: { url: '/other' } })).threadId).toBeNull();
});

test('a thread that the page names is opened instead, and is the last one from then on', async () => {
  await visited('t1', { persist: true });
  expect((await new Visit().begin({ persist: true, initialThread: 't2' })).heard).toEqual([
    'ready',
    ...loads('t2'),
  ]);
  expect((await new Visit().begin({ persist: true, initialThread: null })).threadId).toBe('t2');
});

test('the start screen is remembered as well', async () => {
  await visited('t1', { persist: true });
  const visit = await new Visit().begin({ persist: true });
  await visit.element.setThreadId(null);
  const next = await new Visit().begin({ persist: true });
  expect([next.heard, next.asked]).toEqual([['ready'], []]);
});

test.each([403, 404])(
  'a thread that answers %i is forgotten, and the start screen shows no error',
  async (status) => {
    await visited('t1', { persist: true });
    const visit = await new Visit(gone(status)).begin({ persist: true });
    await vi.waitFor(() => expect(visit.threadId).toBeNull(), 60_000);
    expect(visit.heard).toEqual(['ready', ...loads('t1'), 'thread.change null']);
    expect(visit.element.view.session.view).toMatchObject({ phase: 'idle', error: null, items: [] });
    expect((await new Visit().begin({ persist: true })).asked).toEqual([]);
  },
);

test.each(['resume', 'open'] as const)(
  'a thread that fails at first and is gone at the second look is forgotten as well: %s',
  async (how) => {
    await visited('t1', { persist: true });
    const visit = await new Visit(gone(503), gone(404)).begin({ persist: true });
    expect(visit.heard.at(-2)).toBe('error');
    visit.heard.length = 0;
    await (how === 'resume' ? visit.element.resume() : visit.element.setThreadId('t1'));
    await vi.waitFor(() => expect(visit.threadId).toBeNull(), 60_000);
    expect(visit.heard).toEqual(['thread.load.start t1', 'thread.load.end t1', 'thread.change null']);
    expect(visit.element.view.session.view).toMatchObject({ phase: 'idle', error: null, items: [] });
    expect((await new Visit().begin({ persist: true })).asked).toEqual([]);
  },
);

test('a thread that was loaded once, or left, is no longer excused when it is gone', async () => {
  await visited('t1', { persist: true });
  const read = await new Visit(thread('t1'), gone(404)).begin({ persist: true });
  await expect(read.element.resume()).rejects.toThrow();
  expect(read.threadId).toBe('t1');
  const left = await new Visit(gone(503), thread('t2'), gone(404)).begin({ persist: true });
  await left.element.setThreadId('t2');
  await left.element.setThreadId('t1');
  expect([left.threadId, left.heard.at(-2)]).toEqual(['t1', 'error']);
});

test('any other failure is said, and the thread is remembered', async () => {
  await visited('t1', { persist: true });
  const visit = await new Visit(gone(500)).begin({ persist: true });
  expect(visit.heard).toEqual([
    'ready',
    'thread.change t1',
    'thread.load.start t1',
    'error',
    'thread.load.end t1',
  ]);
  expect((await new Visit().begin({ persist: true })).threadId).toBe('t1');
});

test('a thread that a person opens and that is gone is an error as before', async () => {
  const visit = await new Visit(gone(404)).begin({ persist: true });
  await visit.element.setThreadId('t9');
  expect(visit.heard).toContain('error');
  expect(visit.threadId).toBe('t9');
});

test('each person has a last thread', async () => {
  await visited('a1', { persist: 'ada' });
  await visited('b1', { persist: 'bob' });
  expect((await new Visit().begin({ persist: 'ada' })).threadId).toBe('a1');
  expect((await new Visit().begin({ persist: 'bob' })).threadId).toBe('b1');
  expect((await new Visit().begin({ persist: 'cleo' })).threadId).toBeNull();
  expect((await new Visit().begin({ persist: true })).threadId).toBeNull();
});

test('another person leaves the thread on the screen at once, and gets the own one', async () => {
  await visited('b1', { persist: 'bob' });
  const visit = await new Visit().begin({ persist: 'ada' });
  await visit.element.setThreadId('a1');
  visit.set({ persist: 'bob' });
  expect([visit.threadId, visit.element.view.session.view.items]).toEqual(['b1', []]);
  await visit.idle();
  expect(visit.heard.slice(-4)).toEqual(['thread.change null', ...loads('b1')]);
  visit.set({ persist: 'cleo' });
  expect(visit.threadId).toBeNull();
  visit.set({});
  visit.set({ persist: 'ada' });
  expect(visit.threadId).toBe('a1');
});

test('another person sees neither the old view of a thread, nor the thread named before', async () => {
  await visited('t1', { persist: 'bob' });
  const visit = await new Visit().begin({ persist: 'ada', initialThread: 'a1' });
  const { session } = visit.element.view;
  visit.set({ persist: 'bob', initialThread: 'a1' });
  expect([visit.threadId, visit.element.view.session === session]).toEqual(['t1', false]);
  visit.set({ persist: 'cleo', initialThread: 'c1' });
  expect(visit.threadId).toBe('c1');
});

test('late requests of a session use the `fetch` of its own person', async () => {
  const visit = await new Visit().begin({ persist: 'ada' });
  await visit.element.setThreadId('a1');
  const { session } = visit.element.view;
  visit.set({
    persist: 'bob',
    api: { url: '/chatkit', fetch: () => expect.fail('the credentials of another') },
  });
  await session.deleteThread('a1');
  expect(visit.asked).toEqual(['a1', 'a1']);
});

test('a page that learns later who is there keeps the thread that it names', async () => {
  await visited('a1', { persist: 'ada' });
  const visit = await new Visit().begin({ initialThread: 't1' });
  visit.set({ initialThread: 't1', persist: 'ada' });
  expect(visit.threadId).toBe('t1');
  const other = await new Visit().begin({});
  other.set({ persist: 'ada' });
  expect(other.threadId).toBe('t1');
});

test('a page that begins to remember keeps the open thread', async () => {
  const visit = await new Visit().begin({});
  await visit.element.setThreadId('t1');
  visit.set({ persist: true });
  expect(visit.threadId).toBe('t1');
  expect((await new Visit().begin({ persist: true })).threadId).toBe('t1');
});

test('storage that is forbidden or full breaks nothing', async () => {
  const forbidden = (): never => {
    throw new DOMException('denied', 'SecurityError');
  };
  vi.stubGlobal('localStorage', { getItem: forbidden, setItem: forbidden, removeItem: forbidden });
  onTestFinished(() => void vi.unstubAllGlobals());
  const visit = await new Visit().begin({ persist: true });
  await visit.element.setThreadId('t1');
  await visit.element.setThreadId(null);
  expect(visit.heard).toEqual(['ready', ...loads('t1'), 'thread.change null']);
});

test.each([1, '', {}])('%j says nothing of a person and is refused', async (persist) => {
  const visit = await new Visit().begin({ persist: persist as never });
  expect(visit.heard).toEqual(['error', 'ready']);
});
