// A session over a fake `fetch` whose answers the test scripts, one per request, in order.
// Loaded before any test: a call loads it when it first runs, which takes longer than the ticks of a test.
import '../../../src/session/calls/call_runner.ts';
import type { ChatEvents } from '../../../src/api/events.ts';
import { ApiClient } from '../../../src/protocol/client.ts';
import type { ThreadItem, ThreadStreamEvent, UserMessageInput } from '../../../src/protocol/wire.ts';
import type { ClientToolHandler } from '../../../src/session/calls/client_tool.ts';
import { ChatSession } from '../../../src/session/chat_session.ts';
import type { RequestFrame } from '../../../src/session/listeners.ts';
import type { ThreadView } from '../../../src/session/view/view.ts';
import { FakePlatform } from './fake_platform.ts';

export type Request = { type: string; params: Record<string, unknown> };
export type Answer = (request: Request, signal: AbortSignal) => Response | Promise<Response>;
export type Emitted = {
  [Name in keyof ChatEvents]: { name: Name; detail: ChatEvents[Name] };
}[keyof ChatEvents];

export const input = (text: string): UserMessageInput => ({
  content: [{ type: 'input_text', text }],
  attachments: [],
  inference_options: {},
});

const base = { thread_id: 't1', created_at: '2025-01-01T00:00:00' };
export const said = (id: string): ThreadItem => ({
  ...base,
  id,
  type: 'user_message',
  content: [{ type: 'input_text', text: id }],
});
export const answer = (id: string, text = id): ThreadItem => ({
  ...base,
  id,
  type: 'assistant_message',
  content: [{ type: 'output_text', text }],
});
export const done = (item: ThreadItem): ThreadStreamEvent => ({ type: 'thread.item.done', item });
export const added = (item: ThreadItem): ThreadStreamEvent => ({ type: 'thread.item.added', item });
export const created: ThreadStreamEvent = { type: 'thread.created', thread: { id: 't1', created_at: '' } };
export const options: ThreadStreamEvent = { type: 'stream_options', stream_options: { allow_cancel: true } };
export const call = (id: string, name = 'ask'): ThreadStreamEvent =>
  done({
    ...base,
    id,
    type: 'client_tool_call',
    status: 'pending',
    call_id: `call-${id}`,
    name,
    arguments: { n: 1 },
  });

const encode = (event: ThreadStreamEvent): string => `data: ${JSON.stringify(event)}\n\n`;

export const stream =
  (...events: ThreadStreamEvent[]): Answer =>
  () =>
    new Response(events.map(encode).join(''));
export const json =
  (value: unknown, status = 200): Answer =>
  () =>
    Response.json(value, { status });
export const lost: Answer = () => Promise.reject(new TypeError('Failed to fetch'));
/** Never answers, but rejects when the signal aborts, like a real `fetch`. */
export const silent: Answer = (_request, signal) =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

export class LiveStream {
  readonly #body = new TransformStream<Uint8Array, Uint8Array>(undefined, undefined, { highWaterMark: 1000 });
  readonly #writer = this.#body.writable.getWriter();
  readonly answer: Answer = () => new Response(this.#body.readable);
  readonly closed = this.#writer.closed.then(
    () => 'ended',
    () => 'cancelled',
  );

  send(...events: ThreadStreamEvent[]): void {
    for (const event of events)
      void this.#writer.write(new TextEncoder().encode(encode(event))).catch(() => undefined);
  }
  end(): void {
    void this.#writer.close().catch(() => undefined);
  }
  fail(): void {
    void this.#writer.abort(new TypeError('network error'));
  }
}

export class Scripted {
  readonly requests: Request[] = [];
  readonly emitted: Emitted[] = [];
  readonly platform = new FakePlatform();
  readonly session: ChatSession;
  onClientTool: ClientToolHandler;
  onEmit: (event: Emitted, key?: string) => void = () => undefined;
  delivered: () => Promise<void> = () => Promise.resolve();
  enqueue: (run: () => void) => void = (run) => run();
  requestFrame: RequestFrame = (callback) => {
    let isDue = true;
    queueMicrotask(() => isDue && callback());
    return () => (isDue = false);
  };

  constructor(...answers: Answer[]) {
    const fetch = async (_url: unknown, init?: RequestInit): Promise<Response> => {
      const request = JSON.parse(String(init?.body)) as Request;
      this.requests.push(request);
      const next = answers.shift();
      if (next === undefined) throw new Error(`no answer is scripted for ${request.type}`);
      return next(request, init!.signal!);
    };
    this.session = new ChatSession({
      platform: this.platform,
      client: new ApiClient(() => ({ url: '/chatkit', fetch, locale: 'en' })),
      emit: (name, detail, key) => {
        this.emitted.push({ name, detail } as Emitted);
        this.onEmit({ name, detail } as Emitted, key);
      },
      delivered: () => this.delivered(),
      enqueue: (run) => this.enqueue(run),
      clientToolHandler: () => this.onClientTool,
      requestFrame: (callback) => this.requestFrame(callback),
    });
  }

  get view(): ThreadView {
    return this.session.view;
  }
  get ids(): string[] {
    return this.view.items.map(({ item }) => item.id);
  }
  get types(): string[] {
    return this.requests.map(({ type }) => type);
  }
  names(prefix = ''): string[] {
    return this.emitted.map(({ name }) => name).filter((name) => name.startsWith(prefix));
  }
  errors(): (Error & { code?: string })[] {
    return this.emitted.flatMap((event) => (event.name === 'error' ? [event.detail.error] : []));
  }
  /** Resolves once the view matches, without advancing timers. */
  until(isSo: (view: ThreadView) => boolean): Promise<void> {
    if (isSo(this.view)) return Promise.resolve();
    return new Promise((resolve) => {
      const unsubscribe = this.session.subscribe(() => isSo(this.view) && (unsubscribe(), resolve()));
    });
  }
}
