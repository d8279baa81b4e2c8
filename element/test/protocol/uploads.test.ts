// @vitest-environment happy-dom
import { expect, test } from 'vitest';
import { ApiClient, type ClientConfig } from '../../src/protocol/client.ts';
import { base64Of, download, upload } from '../../src/protocol/uploads.ts';

type Sent = { readonly url: string; readonly init: RequestInit };

function clientOf(
  answers: Record<string, () => Response>,
  config: Partial<ClientConfig> = {},
): { client: ApiClient; sent: Sent[] } {
  const sent: Sent[] = [];
  const fetch = async (url: unknown, init: RequestInit = {}): Promise<Response> => {
    sent.push({ url: String(url), init });
    const answer = answers[String(url)];
    if (answer === undefined) throw new TypeError('unreachable');
    return answer();
  };
  return {
    client: new ApiClient(() => ({
      url: '/chatkit',
      fetch: fetch as typeof globalThis.fetch,
      locale: 'en',
      ...config,
    })),
    sent,
  };
}

const file = new File(['hello'], 'a.txt', { type: 'text/plain' });
const signal = new AbortController().signal;
const announced = (method: string) => ({
  type: 'file',
  id: 'atc_1',
  name: 'a.txt',
  mime_type: 'text/plain',
  upload_descriptor: { url: '/files/1', method, headers: { 'X-Token': 't' } },
});
const json = (value: unknown) => () => new Response(JSON.stringify(value));

test('a file is announced, then put where the server says', async () => {
  const { client, sent } = clientOf({ '/chatkit': json(announced('PUT')), '/files/1': () => new Response() });
  expect(await upload(client, file, signal)).toEqual({
    type: 'file',
    id: 'atc_1',
    name: 'a.txt',
    mime_type: 'text/plain',
  });
  expect(JSON.parse(String(sent[0]?.init.body))).toEqual({
    type: 'attachments.create',
    params: { name: 'a.txt', size: 5, mime_type: 'text/plain' },
  });
  expect(sent[1]).toMatchObject({
    url: '/files/1',
    init: { method: 'PUT', headers: { 'X-Token': 't' }, body: file },
  });
});

test('a POST carries it as a form', async () => {
  const { client, sent } = clientOf({
    '/chatkit': json(announced('POST')),
    '/files/1': () => new Response(),
  });
  await upload(client, file, signal);
  expect((sent[1]!.init.body as FormData).get('file')).toMatchObject({ name: 'a.txt', size: 5 });
});

test('a direct upload is one request, whose answer is the attachment', async () => {
  const attachment = { type: 'file', id: 'x', name: 'a.txt', mime_type: 'text/plain' };
  const { client, sent } = clientOf(
    { '/up': json(attachment) },
    { uploadStrategy: { type: 'direct', uploadUrl: '/up' } },
  );
  expect(await upload(client, file, signal)).toEqual(attachment);
  expect(sent.map(({ url }) => url)).toEqual(['/up']);
});

const operationsOf = (sent: Sent[]): unknown[] =>
  sent.filter(({ url }) => url === '/chatkit').map(({ init }) => JSON.parse(String(init.body)));
const deletion = { type: 'attachments.delete', params: { attachment_id: 'atc_1' } };

test('what was announced and did not arrive is taken back', async () => {
  const { client, sent } = clientOf({
    '/chatkit': json(announced('PUT')),
    '/files/1': () => new Response('', { status: 500 }),
  });
  await expect(upload(client, file, signal)).rejects.toMatchObject({ code: 'http_500' });
  expect(operationsOf(sent)[1]).toEqual(deletion);
});

test.each([
  ['two phases', {}],
  ['a direct upload', { uploadStrategy: { type: 'direct', uploadUrl: '/files/1' } as const }],
])('what arrives by %s after it was given up is deleted', async (_way, config) => {
  const controller = new AbortController();
  const arrived = (): Response => {
    controller.abort();
    return Response.json({ type: 'file', id: 'atc_1', name: 'a.txt', mime_type: 'text/plain' });
  };
  const { client, sent } = clientOf({ '/chatkit': json(announced('PUT')), '/files/1': arrived }, config);
  await expect(upload(client, file, controller.signal)).rejects.toHaveProperty('name', 'AbortError');
  expect(operationsOf(sent).at(-1)).toEqual(deletion);
});

test('a refusal and an unreachable place are errors with words for people', async () => {
  const refused = clientOf({
    '/chatkit': json(announced('PUT')),
    '/files/1': () => new Response('', { status: 413 }),
  });
  await expect(upload(refused.client, file, signal)).rejects.toMatchObject({
    code: 'http_413',
    message: 'The message is too large.',
  });
  const away = clientOf({ '/chatkit': json(announced('PUT')) });
  await expect(upload(away.client, file, signal)).rejects.toMatchObject({ code: 'network' });
  const odd = clientOf(
    { '/up': () => new Response('<html>') },
    { uploadStrategy: { type: 'direct', uploadUrl: '/up' } },
  );
  await expect(upload(odd.client, file, signal)).rejects.toMatchObject({ code: 'bad_response' });
});

test('audio of any length becomes base64', async () => {
  const bytes = Uint8Array.from({ length: 20_000 }, (_, at) => at % 256);
  expect(Uint8Array.from(atob(await base64Of(new Blob([bytes]))), (c) => c.charCodeAt(0))).toEqual(bytes);
});

test('what lies below the chat is asked for with the key of the visitor, and nothing else is', async () => {
  const answers = [
    'https://chat.example/chatkit/attachments/1',
    'https://chat.example/chatkits/1',
    'https://bucket.example/1',
  ];
  const { client, sent } = clientOf(
    Object.fromEntries(answers.map((url) => [url, () => new Response('x')])),
    {
      url: 'https://chat.example/chatkit',
      visitor: 'key-1',
    },
  );
  for (const url of answers) expect(await (await download(client, url, signal)).text()).toBe('x');
  expect(sent.map(({ init }) => [init.method, init.headers])).toEqual([
    ['GET', { 'Turnstream-Visitor': 'key-1' }],
    ['GET', {}],
    ['GET', {}],
  ]);
});
