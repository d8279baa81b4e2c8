// @vitest-environment happy-dom
import { expect, onTestFinished, test, vi } from 'vitest';
import type { ChatOptions } from '../../src/api/options.ts';
import { FakeElement, FakeView } from '../fake_element.ts';
import {
  type Answer,
  answer,
  created,
  done,
  input,
  json,
  LiveStream,
  type Request,
  said,
  stream,
  options as streamOptions,
} from '../session/support/scripted.ts';

type Heard = { name: string; detail: unknown };

class Page {
  readonly element = new FakeElement();
  readonly heard: Heard[] = [];
  readonly requests: Request[] = [];
  readonly #answers: Answer[];

  constructor(...answers: Answer[]) {
    this.#answers = answers;
    document.body.replaceChildren();
    for (const name of events) {
      this.element.addEventListener(`chatkit.${name}`, (event) =>
        this.heard.push({ name, detail: (event as CustomEvent).detail }),
      );
    }
  }
  onUrl: (url: unknown) => void = () => undefined;
  readonly fetch = async (url: unknown, init?: RequestInit): Promise<Response> => {
    this.onUrl(url);
    const request = JSON.parse(String(init?.body)) as Request;
    this.requests.push(request);
    return this.#answers.shift()!(request, init!.signal!);
  };
  options(more: Partial<ChatOptions> = {}): ChatOptions {
    return { api: { url: '/chatkit', fetch: this.fetch }, ...more };
  }
  get names(): string[] {
    return this.heard.map(({ name }) => name);
  }
  async attach(more: Partial<ChatOptions> = {}): Promise<FakeElement> {
    const ready = this.next('ready');
    this.element.setOptions(this.options(more));
    document.body.append(this.element);
    await ready;
    return this.element;
  }
  next(name: string): Promise<unknown> {
    return new Promise((resolve) =>
      this.element.addEventListener(`chatkit.${name}`, (event) => resolve((event as CustomEvent).detail), {
        once: true,
      }),
    );
  }
}

const events = [
  'ready',
  'error',
  'effect',
  'deeplink',
  'response.start',
  'response.end',
  'thread.change',
  'thread.load.start',
  'thread.load.end',
  'tool.change',
  'log',
  'history.open',
  'history.close',
];
const thread = (id: string): Answer => json({ id, created_at: '', items: { data: [], has_more: false } });

test('is ready once, after the page could listen, whenever its options come', async () => {
  for (const isFirst of [true, false]) {
    const page = new Page();
    if (isFirst) page.element.setOptions(page.options());
    document.body.append(page.element);
    page.element.setOptions(page.options());
    expect(page.names).toEqual([]);
    await page.next('ready');
    page.element.setOptions(page.options());
    page.element.remove();
    document.body.append(page.element);
    await page.element.focusComposer();
    expect(page.names).toEqual(['ready']);
    expect(page.element.shadowRoot!.querySelectorAll('fake-view').length).toBe(1);
  }
});

test('commands run, and events wait, until a page that is slow to listen does', async () => {
  const element = new FakeElement();
  element.setOptions({ api: { url: '/chatkit', fetch: () => Promise.reject(new TypeError('unused')) } });
  document.body.replaceChildren(element);
  const heard: string[] = [];
  await element.showHistory();
  for (const name of ['ready', 'history.open'])
    element.addEventListener(`chatkit.${name}`, () => heard.push(name));
  expect(heard).toEqual([]);
  await element.stop(); // When all events are delivered.
  expect(heard).toEqual(['ready', 'history.open']);
});

test('a handler among the options needs no listener', async () => {
  const { setTimeout } = globalThis;
  const wait = (run: () => void, ms?: number): unknown => (ms === 1000 ? 0 : setTimeout(run, ms));
  vi.spyOn(globalThis, 'setTimeout').mockImplementation(wait as typeof setTimeout);
  onTestFinished(() => void vi.restoreAllMocks());
  const element = new FakeElement();
  const fetch = (): Promise<Response> => Promise.reject(new TypeError('unused'));
  await new Promise<void>((onReady) => {
    element.setOptions({ api: { url: '/chatkit', fetch }, onReady });
    document.body.replaceChildren(element);
  });
});

test('calls before it is ready wait, and then begin in order', async () => {
  const page = new Page();
  const order: string[] = [];
  page.element.addEventListener('chatkit.ready', () => order.push('ready'));
  const calls = [
    page.element.setComposerValue({ text: 'draft' }).then(() => order.push('value')),
    page.element.focusComposer().then(() => order.push('focus')),
    page.element.showHistory().then(() => order.push('show')),
    page.element.hideHistory().then(() => order.push('hide')),
  ];
  await page.attach();
  await Promise.all(calls);
  expect(order).toEqual(['ready', 'value', 'focus', 'show', 'hide']);
  expect(page.element.view.asked).toEqual([{ text: 'draft' }, 'focus', 'show', 'hide']);
  expect(page.names).toEqual(['ready', 'history.open', 'history.close']);
});

test('a thread that was set and a message that was sent before ready belong together', async () => {
  const page = new Page(thread('t1'), stream(done(said('u1')), streamOptions));
  const opening = page.element.setThreadId('t1');
  const sending = page.element.sendUserMessage({ text: 'hello' });
  await page.attach();
  await Promise.all([opening, sending]);
  expect(page.requests.map(({ type }) => type)).toEqual(['threads.get_by_id', 'threads.add_user_message']);
});

test('the initial thread is loaded, and only the first one counts', async () => {
  const page = new Page(thread('t1'));
  const loaded = page.next('thread.load.end');
  await page.attach({ initialThread: 't1' });
  await loaded;
  page.element.setOptions(page.options({ initialThread: 't2' }));
  await page.element.focusComposer();
  expect(page.requests.length).toBe(1);
  expect(page.heard).toEqual([
    { name: 'ready', detail: null },
    { name: 'thread.change', detail: { threadId: 't1' } },
    { name: 'thread.load.start', detail: { threadId: 't1' } },
    {
      name: 'log',
      detail: {
        name: 'request',
        data: { operation: 'threads.get_by_id', status: 200, ms: expect.any(Number) },
      },
    },
    { name: 'thread.load.end', detail: { threadId: 't1' } },
  ]);
});

test('new options replace the old ones and keep the session; a new handler counts at once', async () => {
  const page = new Page(
    stream(
      created,
      done({
        ...said('c'),
        type: 'client_tool_call',
        status: 'pending',
        call_id: 'c',
        name: 'n',
        arguments: {},
      }),
    ),
    stream(streamOptions),
  );
  const element = await page.attach({ locale: 'de', onClientTool: () => expect.fail('the old handler') });
  const { session } = element.view;
  const ended = page.next('response.end');
  element.setOptions(page.options({ onClientTool: () => ({ isNew: true }) }));
  expect(element.view.session).toBe(session);
  expect(element.view.options.locale).toBeUndefined();
  await element.sendUserMessage({ text: 'x' });
  await ended;
  expect(page.requests[1]?.params['result']).toEqual({ isNew: true });
});

test('another server begins anew', async () => {
  const page = new Page(thread('t1'), thread('t9'));
  const element = await page.attach();
  await element.setThreadId('t1');
  const { session } = element.view;
  const loaded = page.next('thread.load.end');
  element.setOptions({ ...page.options({ initialThread: 't9' }), api: { url: '/other', fetch: page.fetch } });
  expect(page.names).not.toContain('t9');
  await loaded;
  expect(element.view.session).not.toBe(session);
  expect(page.heard.filter(({ name }) => name === 'thread.change').map(({ detail }) => detail)).toEqual([
    { threadId: 't1' },
    { threadId: null },
    { threadId: 't9' },
  ]);
});

test('the same address, written in another way, is the same server', async () => {
  const page = new Page(thread('t1'));
  const element = await page.attach();
  await element.setThreadId('t1');
  const { session } = element.view;
  for (const url of [
    new URL('/chatkit', document.baseURI).href,
    './chatkit',
    '/other/../chatkit',
    '/chatkit',
  ]) {
    element.setOptions({ api: { url, fetch: page.fetch } });
    expect(element.view.session).toBe(session);
  }
  expect(page.heard.filter(({ name }) => name === 'thread.change')).toHaveLength(1);
});

test('late requests of a closed session go to its own server, by its own `fetch`', async () => {
  const page = new Page(thread('t1'), json({}));
  const element = await page.attach();
  await element.setThreadId('t1');
  const { session } = element.view;
  element.setOptions({ api: { url: '/other', fetch: () => expect.fail('of another server') } });
  const urls: unknown[] = [];
  page.onUrl = (url) => urls.push(url);
  await session.deleteThread('t1');
  expect(urls).toEqual(['/chatkit']);
});

test('another server is left alone while the element is not in the page', async () => {
  let channels = 0;
  vi.stubGlobal(
    'BroadcastChannel',
    class {
      constructor() {
        channels++;
      }
      postMessage(): void {}
      close(): void {
        channels--;
      }
    },
  );
  onTestFinished(() => void vi.unstubAllGlobals());
  const live = new LiveStream();
  const page = new Page(live.answer, thread('t9'));
  const element = await page.attach();
  element.remove();
  await Promise.resolve();
  const options = { ...page.options({ initialThread: 't9' }), api: { url: '/other', fetch: page.fetch } };
  element.setOptions(options);
  await element.focusComposer();
  expect(channels).toBe(0);
  document.body.append(element);
  await vi.waitFor(() => expect(element.view.session.view.thread?.id).toBe('t9'), 60_000);
  expect(channels).toBe(1);
});

test.each([
  [undefined, 'options'],
  [{}, 'api'],
  [{ api: { getClientSecret: () => 'x' } }, 'api'],
  [{ api: { url: '' } }, 'api.url'],
  [{ api: { url: '/c', fetch: 1 } }, 'api.fetch'],
])('options that cannot work never throw: %j', async (options, name) => {
  const page = new Page();
  document.body.append(page.element);
  const failed = page.next('error');
  page.element.setOptions(options as never);
  expect(page.names).toEqual([]);
  expect(await failed).toMatchObject({ error: { name: 'OptionsError', option: name } });
  expect(page.element.view).toBeNull();
});

test('options that throw when they are read do not break the page', async () => {
  const page = new Page();
  document.body.append(page.element);
  const failed = page.next('error');
  page.element.setOptions({
    get api(): never {
      throw new Error('trap');
    },
  } as never);
  expect(await failed).toMatchObject({ error: { cause: new Error('trap') } });
});

test('one bad option is reported and the others count', async () => {
  const page = new Page();
  const failed = page.next('error');
  const element = await page.attach({
    locale: 'de_DE\n' as never,
    theme: 'blue' as never,
    onEffect: 1 as never,
    frameTitle: 'Help',
  });
  expect(await failed).toMatchObject({ error: { option: 'locale' } });
  expect(page.heard.filter(({ name }) => name === 'error').length).toBe(3);
  expect(element.view.options).toEqual(page.options({ frameTitle: 'Help' }));
});

test.each(['frame', { move: 'frame' }, { move: { schedule: 'later' } }, [{}]])(
  'effects are not scheduled by %j',
  async (effects) => {
    const page = new Page();
    const failed = page.next('error');
    await page.attach({ effects: effects as never });
    expect(await failed).toMatchObject({ error: { option: 'effects' } });
    expect(page.element.view.options.effects).toBeUndefined();
  },
);

test('a message becomes its wire form', async () => {
  const page = new Page(stream(created, done(said('u1')), streamOptions));
  const element = await page.attach();
  const ended = page.next('response.end');
  await element.sendUserMessage({
    content: [
      { type: 'input_text', text: 'about ' },
      { type: 'input_tag', id: 'e1', text: 'Ada' },
    ],
    reply: 'quoted',
    attachments: [{ type: 'file', id: 'f1', name: 'a.txt', mime_type: 'text/plain' }],
    toolChoice: { id: 'search' },
    model: 'large',
  });
  await ended;
  expect(page.requests[0]).toEqual({
    type: 'threads.create',
    params: {
      input: {
        content: [
          { type: 'input_text', text: 'about ' },
          { type: 'input_tag', id: 'e1', text: 'Ada', data: {} },
        ],
        quoted_text: 'quoted',
        attachments: ['f1'],
        inference_options: { tool_choice: { id: 'search' }, model: 'large' },
      },
    },
  });
});

test('a message for a new thread leaves the open one; while a response runs it is refused', async () => {
  const live = new LiveStream();
  const page = new Page(thread('t0'), live.answer);
  const element = await page.attach();
  await element.setThreadId('t0');
  const sending = element.sendUserMessage({ text: 'x', newThread: true });
  live.send(created, done(said('u1')));
  await sending;
  await expect(element.sendUserMessage({ text: 'y', newThread: true })).rejects.toThrow('still running');
  await expect(element.sendUserMessage({ text: 'y' })).rejects.toThrow('still running');
  const ended = page.next('response.end');
  live.end();
  await ended;
  expect(page.requests[1]).toEqual({ type: 'threads.create', params: { input: input('x') } });
});

test('custom actions and updates reach the server', async () => {
  const page = new Page(thread('t1'), stream(streamOptions), thread('t1'));
  const element = await page.attach();
  await element.setThreadId('t1');
  const ended = page.next('response.end');
  await element.sendCustomAction({ type: 'pick', payload: { id: 1 } }, 'w1');
  await ended;
  await element.fetchUpdates();
  expect(page.requests.map(({ type }) => type)).toEqual([
    'threads.get_by_id',
    'threads.custom_action',
    'threads.get_by_id',
  ]);
});

test('removal ends a response once, a move does not, and a return reads the thread again', async () => {
  const live = new LiveStream();
  const page = new Page(
    live.answer,
    json({ id: 't1', created_at: '', items: { data: [said('u1'), answer('a1')], has_more: false } }),
  );
  const element = await page.attach();
  live.send(created, done(said('u1')));
  await element.sendUserMessage({ text: 'x' });
  const box = document.createElement('div');
  document.body.append(box);
  box.append(element);
  await element.focusComposer();
  expect(page.names).not.toContain('response.end');
  const ended = page.next('response.end');
  element.remove();
  await ended;
  expect(await live.closed).toBe('cancelled');
  const refreshed = new Promise<void>((resolve) => void element.view.session.subscribe(resolve));
  document.body.append(element);
  await refreshed;
  expect(element.view.session.view.items.map(({ item }) => item.id)).toEqual(['u1', 'a1']);
  expect(page.names.filter((name) => name.startsWith('response'))).toEqual([
    'response.start',
    'response.end',
  ]);
});

test('every event reaches the handler of the same name in the options', async () => {
  const heard: [string, unknown][] = [];
  const page = new Page(
    stream(
      created,
      done(said('u1')),
      { type: 'client_effect', name: 'e', data: { x: 1 } },
      { type: 'error' },
    ),
    thread('t2'),
  );
  const names = [
    'onReady',
    'onError',
    'onEffect',
    'onDeeplink',
    'onResponseStart',
    'onResponseEnd',
    'onThreadChange',
    'onThreadLoadStart',
    'onThreadLoadEnd',
    'onToolChange',
    'onLog',
    'onHistoryOpen',
    'onHistoryClose',
  ];
  const element = await page.attach(
    Object.fromEntries(names.map((name) => [name, (detail: unknown) => heard.push([name, detail])])),
  );
  const ended = page.next('response.end');
  await element.sendUserMessage({ text: 'x' });
  await ended;
  await element.setThreadId('t2');
  element.view.dispatchEvent(new CustomEvent('tool-change', { detail: { toolId: 'search' } }));
  element.view.dispatchEvent(new CustomEvent('deeplink', { detail: { name: 'd', data: {} } }));
  element.view.dispatchEvent(new CustomEvent('log', { detail: { name: 'l' } }));
  await element.showHistory();
  await element.hideHistory();
  expect(new Set(heard.map(([name]) => name))).toEqual(new Set(names));
  expect(heard).toContainEqual(['onEffect', { name: 'e', data: { x: 1 } }]);
  expect(heard).toContainEqual(['onToolChange', { toolId: 'search' }]);
  expect(heard.length).toBe(page.heard.length);
});

test('handlers and listeners that throw are reported and break nothing', async () => {
  const report = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const page = new Page(
    stream(created, done(said('u1')), { type: 'client_effect', name: 'e' }, done(answer('a1'))),
  );
  const element = await page.attach({
    onEffect: () => {
      throw new Error('handler');
    },
  });
  element.addEventListener('chatkit.effect', () => {
    throw new Error('listener');
  });
  const ended = page.next('response.end');
  await element.sendUserMessage({ text: 'x' });
  await ended;
  expect(element.view.session.view).toMatchObject({
    error: null,
    items: [{ item: { id: 'u1' } }, { item: { id: 'a1' } }],
  });
  report.mockRestore();
});

test('the attribute api-url is enough, and options replace it', async () => {
  const page = new Page();
  const ready = page.next('ready');
  page.element.setAttribute('api-url', '/mine');
  document.body.append(page.element);
  await ready;
  expect(page.element.view.options).toEqual({ api: { url: '/mine' } });
  page.element.setAttribute('api-url', '/moved');
  expect(page.element.view.options.api.url).toBe('/moved');
  page.element.setOptions(page.options());
  page.element.setAttribute('api-url', '/ignored');
  expect(page.element.view.options.api.url).toBe('/chatkit');
});

test('the host has a label, keeps the page’s own, and mirrors classname', async () => {
  const page = new Page();
  const element = await page.attach();
  expect([element.getAttribute('role'), element.getAttribute('aria-label')]).toEqual(['region', 'Chat']);
  element.setOptions(page.options({ frameTitle: 'Support' }));
  expect(element.getAttribute('aria-label')).toBe('Support');
  element.setAttribute('aria-label', 'Mine');
  element.setOptions(page.options());
  expect(element.getAttribute('aria-label')).toBe('Mine');
  element.setAttribute('classname', 'a b');
  expect(element.className).toBe('a b');
  element.removeAttribute('classname');
  expect(element.hasAttribute('class')).toBe(false);
  expect(element.view).toBeInstanceOf(FakeView);
});

test('what the composer holds can be read', async () => {
  const element = await new Page().attach();
  expect(await element.getComposerValue()).toMatchObject({ text: 'draft', selectedToolId: null });
});

test('stop resolves when no response runs, and rejects where it is not allowed', async () => {
  const live = new LiveStream();
  const page = new Page(live.answer);
  const element = await page.attach();
  await element.stop();
  const sent = element.sendUserMessage({ text: 'x' });
  live.send(created, done(said('u1')), { type: 'stream_options', stream_options: { allow_cancel: false } });
  await sent;
  await vi.waitFor(() => expect(element.view.session.view.canStop).toBe(false), 60_000);
  await expect(element.stop()).rejects.toMatchObject({ code: 'not_stoppable' });
  live.send(streamOptions);
  await vi.waitFor(() => expect(element.view.session.view.canStop).toBe(true), 60_000);
  await element.stop();
  expect([element.view.session.view.phase, page.names.includes('response.end')]).toEqual(['idle', true]);
});

test('resume reads the open thread again', async () => {
  const page = new Page(thread('t1'), thread('t1'));
  const element = await page.attach();
  await element.setThreadId('t1');
  await element.resume();
  expect(page.requests.map(({ type }) => type)).toEqual(['threads.get_by_id', 'threads.get_by_id']);
});

test('the attribute `locks` is for what the options leave open, whenever it comes and goes', async () => {
  const page = new Page();
  const element = await page.attach({ locks: '#bar', frameTitle: 'Maps' });
  const locks = (): unknown => element.view.options.locks;
  element.setAttribute('locks', '#map');
  expect(locks()).toBe('#bar');
  element.removeAttribute('locks');
  expect([locks(), element.view.options.frameTitle]).toEqual(['#bar', 'Maps']);
  element.setOptions(page.options({ locks: null }));
  element.setAttribute('locks', '#map');
  expect(locks()).toBeNull();
  element.setOptions(page.options());
  expect(locks()).toBe('#map');
  element.setAttribute('locks', '#bar');
  expect(locks()).toBe('#bar');
  element.removeAttribute('locks');
  expect(locks()).toBeUndefined();
});

test('a listener that was removed does not count', async () => {
  const element = new FakeElement();
  const codes = async (): Promise<string[]> => (await element.inspect()).map(({ code }) => code);
  const [one, other] = [(): void => undefined, (): void => undefined];
  for (const listener of [one, other, one]) element.addEventListener('chatkit.error', listener);
  element.removeEventListener('chatkit.error', one);
  expect(await codes()).not.toContain('no_error_handler');
  element.removeEventListener('chatkit.error', other);
  expect(await codes()).toContain('no_error_handler');
});

test('an element that is defined late is judged by what the page reads of its events', async () => {
  document.body.innerHTML = '<late-chat></late-chat>';
  const element = document.querySelector('late-chat') as FakeElement;
  customElements.define('late-chat', class extends FakeElement {});
  const codes = async (): Promise<string[]> => (await element.inspect()).map(({ code }) => code);
  element.addEventListener('chatkit.log', () => undefined);
  expect(await codes()).toEqual([]);
  element.addEventListener('chatkit.effect', () => undefined);
  expect(await codes()).toEqual(['not_locked', 'no_error_handler', 'not_persisted']);
});
