import { expect, onTestFinished, test, vi } from 'vitest';
import { ApiClient } from '../../src/protocol/client.ts';
import type { StreamRequest } from '../../src/protocol/operations.ts';
import { uuid } from '../../src/protocol/uuid.ts';
import type { ThreadStreamEvent } from '../../src/protocol/wire.ts';

const retry: StreamRequest = { type: 'threads.retry_after_item', params: { thread_id: 't', item_id: 'i' } };
const signal = new AbortController().signal;

function clientThatGets(answer: () => Response | Promise<Response>, seen: unknown[][] = []): ApiClient {
  const fetch = (...request: unknown[]): Promise<Response> => (seen.push(request), Promise.resolve(answer()));
  return new ApiClient(() => ({ url: '/chatkit', fetch, locale: 'de-DE' }), 'frame-1');
}

async function collect(client: ApiClient): Promise<ThreadStreamEvent[]> {
  const events: ThreadStreamEvent[] = [];
  const { batches } = await client.open(retry, { signal });
  for await (const batch of batches ?? []) events.push(...batch.map(({ event }) => event));
  return events;
}

test('posts the operation with headers that a page can spread', async () => {
  const seen: unknown[][] = [];
  await clientThatGets(() => Response.json({ id: 't' }), seen).call(
    'threads.get_by_id',
    { thread_id: 't' },
    signal,
  );
  const [url, init] = seen[0] as [string, RequestInit];
  expect(url).toBe('/chatkit');
  expect(init.method).toBe('POST');
  expect({ ...init.headers }).toEqual({
    'Content-Type': 'application/json',
    'Accept-Language': 'de-DE',
    'ChatKit-Frame-Instance-Id': 'frame-1',
    'Turnstream-Client': '1',
  });
  expect(JSON.parse(String(init.body))).toEqual({ type: 'threads.get_by_id', params: { thread_id: 't' } });
});

test('streams events, and skips frames of another kind', async () => {
  const body = ': hello\n\nevent: ping\ndata: now\n\ndata: {"type":"progress_update","text":"a"}\n\n';
  expect(await collect(clientThatGets(() => new Response(body)))).toEqual([
    { type: 'progress_update', text: 'a' },
  ]);
});

test('a JSON error becomes its code and message', async () => {
  const body = { error: { code: 'thread_busy', message: 'A turn is running.' } };
  const call = collect(clientThatGets(() => Response.json(body, { status: 409 })));
  await expect(call).rejects.toMatchObject({
    name: 'RequestError',
    code: 'thread_busy',
    status: 409,
    message: 'A turn is running.',
    allowRetry: false,
  });
});

test.each([
  [500, 'Internal Server Error', 'http_500', true],
  [404, '{"detail":"Not Found"}', 'no_route', false],
  [429, '', 'http_429', true],
  [400, '{"error":"bad"}', 'http_400', false],
  [502, '{"error":null}', 'http_502', true],
  [500, 'null', 'http_500', true],
])('a %i with the body %j is told in plain words', async (status, body, code, allowRetry) => {
  const call = clientThatGets(() => new Response(body, { status })).call('threads.list', {}, signal);
  await expect(call).rejects.toMatchObject({
    code,
    status,
    allowRetry,
    message: expect.stringMatching(/^[A-Z].*\.$/),
  });
});

const ours = (code: string): string => JSON.stringify({ error: { code, message: 'POST /chat: Not Found.' } });
const noChat = 'There is no chat at this address.';
const noThread = 'This conversation was not found.';

test.each([
  ['threads.list', 404, ours('no_route'), noChat],
  ['threads.list', 404, '<h1>Not Found</h1>', noChat],
  ['threads.list', 404, ours('not_found'), noThread],
  ['threads.list', 405, '', noChat],
  ['threads.get_by_id', 404, ours('no_route'), noChat],
  ['threads.get_by_id', 404, ours('not_found'), noThread],
  ['threads.get_by_id', 404, '{"detail":"Not Found"}', noThread],
] as const)('%s that gets a %i with %j says what is missing', async (type, status, body, message) => {
  const params = type === 'threads.get_by_id' ? { thread_id: 't' } : {};
  const call = clientThatGets(() => new Response(body, { status })).call(
    type,
    params as { thread_id: string },
    signal,
  );
  await expect(call).rejects.toMatchObject({ status, message });
});

test.each([
  ['an empty body', '', 'stream_empty'],
  ['comments only', ': a\n\n: b\n\n', 'stream_empty'],
  ['half a first frame', 'data: {"type"', 'stream_empty'],
  ['half a second frame', 'data: {"type":"x"}\n\ndata: {"ty', 'stream_cut'],
  ['a frame that is not JSON', 'data: oops\n\n', 'bad_response'],
])('%s is an error that allows a retry', async (_name, body, code) => {
  await expect(collect(clientThatGets(() => new Response(body)))).rejects.toMatchObject({
    code,
    allowRetry: true,
  });
});

test('a body that breaks off is a cut stream', async () => {
  const chunks = ['data: {"type":"x"}\n\n'];
  const pull = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
    const chunk = chunks.shift();
    if (chunk === undefined) controller.error(new TypeError('network error'));
    else controller.enqueue(new TextEncoder().encode(chunk));
  };
  await expect(
    collect(clientThatGets(() => new Response(new ReadableStream({ pull })))),
  ).rejects.toMatchObject({ code: 'stream_cut' });
});

test('a fetch that fails is a network error with the cause', async () => {
  const cause = new TypeError('Failed to fetch');
  const call = collect(clientThatGets(() => Promise.reject(cause)));
  await expect(call).rejects.toMatchObject({ code: 'network', allowRetry: true, cause });
});

test('a web page in place of a stream points at the URL', async () => {
  const page = (): Response => new Response('<html>', { headers: { 'content-type': 'text/html' } });
  await expect(collect(clientThatGets(page))).rejects.toThrow('api.url');
  await expect(clientThatGets(page).call('threads.list', {}, signal)).rejects.toThrow('api.url');
});

test('an abort stays an abort', async () => {
  const controller = new AbortController();
  const client = clientThatGets(
    () =>
      new Promise((_, reject) =>
        controller.signal.addEventListener('abort', () => reject(new TypeError('x'))),
      ),
  );
  const call = client.call('threads.list', {}, controller.signal);
  const reason = new Error('stopped');
  controller.abort(reason);
  await expect(call).rejects.toBe(reason);
});

test('makes identifiers where the page is not a secure context', () => {
  const original = crypto.randomUUID;
  Object.defineProperty(crypto, 'randomUUID', { value: undefined, configurable: true });
  try {
    expect(uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  } finally {
    Object.defineProperty(crypto, 'randomUUID', { value: original, configurable: true });
  }
});

/** A server of another origin that records requests; `acceptsCookies`: it answers those with cookies. */
function foreign(acceptsCookies: boolean, asked: unknown[]): ApiClient {
  vi.stubGlobal('fetch', async (_url: string, { credentials }: RequestInit) => {
    asked.push(credentials);
    if (credentials === 'include' && !acceptsCookies) throw new TypeError('Failed to fetch');
    return Response.json({ id: 't' });
  });
  onTestFinished(() => void vi.unstubAllGlobals());
  return new ApiClient(
    () => ({ url: 'https://chat.example/chatkit', locale: 'en', isForeign: true, visitor: 'key-1' }),
    'frame-1',
  );
}

test.each([
  [true, ['include', 'include']],
  [false, ['include', undefined, undefined]],
])('another origin gets its cookies where it takes them: %s', async (acceptsCookies, wanted) => {
  const asked: unknown[] = [];
  const client = foreign(acceptsCookies, asked);
  await client.call('threads.list', {}, signal);
  await client.call('threads.list', {}, signal);
  expect(asked).toEqual(wanted);
});

test('a connection that is lost later is no refusal of cookies', async () => {
  const asked: unknown[] = [];
  const client = foreign(true, asked);
  await client.call('threads.list', {}, signal);
  vi.stubGlobal('fetch', async (_url: string, { credentials }: RequestInit) => {
    asked.push(credentials);
    throw new TypeError('Failed to fetch');
  });
  await expect(client.call('threads.list', {}, signal)).rejects.toMatchObject({ code: 'network' });
  expect(asked).toEqual(['include', 'include']);
});

test("the key of a visitor goes with each request, and the page's own fetch is left as it is", async () => {
  const seen: RequestInit[] = [];
  const fetch = async (_url: unknown, init?: RequestInit): Promise<Response> => (
    seen.push(init!), Response.json({})
  );
  const client = new ApiClient(() => ({
    url: 'https://chat.example/chatkit',
    fetch,
    locale: 'en',
    isForeign: true,
    visitor: 'key-1',
  }));
  await client.call('threads.list', {}, signal);
  expect(seen[0]!.headers).toMatchObject({ 'Turnstream-Visitor': 'key-1' });
  expect(seen[0]!.credentials).toBeUndefined();
});

test('the hosts of pictures are those that the server named last', async () => {
  const answers = [
    Response.json({ id: 't' }),
    Response.json({ id: 't' }, { headers: { 'Turnstream-Image-Hosts': 'a.example, b.example:8443/c/' } }),
    Response.json({ id: 't' }),
  ];
  const client = clientThatGets(() => answers.shift()!);
  const seen: (readonly string[])[] = [];
  for (let index = 0; index < 3; index++) {
    await client.call('threads.get_by_id', { thread_id: 't' }, signal);
    seen.push(client.imageHosts);
  }
  const named = ['a.example', 'b.example:8443/c/'];
  expect(seen).toEqual([[], named, named]);
});
