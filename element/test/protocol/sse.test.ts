import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readSse, type SseFrame, SseParser } from '../../src/protocol/sse.ts';

const encoder = new TextEncoder();

function parse(...chunks: (string | Uint8Array)[]): SseFrame[] {
  const parser = new SseParser();
  const frames = chunks.flatMap((chunk) =>
    parser.push(typeof chunk === 'string' ? encoder.encode(chunk) : chunk),
  );
  return [...frames, ...parser.end()];
}

const data = (...chunks: (string | Uint8Array)[]): string[] => parse(...chunks).map((frame) => frame.data);

test.each([
  ['LF', 'data: a\n\ndata: b\n\n', ['a', 'b']],
  ['CRLF', 'data: a\r\n\r\ndata: b\r\n\r\n', ['a', 'b']],
  ['CR', 'data: a\r\rdata: b\r\r', ['a', 'b']],
  ['mixed line ends', 'data: a\r\n\ndata: b\r\r\n', ['a', 'b']],
  ['a byte order mark', '\ufeffdata: a\n\n', ['a']],
  ['comments', ': keep\n\n:\ndata: a\n: in between\n\n', ['a']],
  ['many data lines', 'data: a\ndata:b\ndata\ndata:  c\n\n', ['a\nb\n\n c']],
  ['empty data', 'data\n\ndata:\n\n', ['', '']],
  ['no data', 'event: x\n\nid: 1\n\n', []],
  ['unknown fields', 'dat: x\nDATA: x\ndata : x\ndata: a\n\n', ['a']],
  [
    'line separators inside data',
    'data: a\u2028b\u2029c\u0085d\u000be\n\n',
    ['a\u2028b\u2029c\u0085d\u000be'],
  ],
  ['an unfinished frame', 'data: a\n\ndata: b\n', ['a']],
])('reads %s', (_name, text, expected) => {
  expect(data(text)).toEqual(expected);
});

test('keeps the id for later frames, and the event for one', () => {
  const frames = parse('id: 7\nevent: x\ndata: a\n\ndata: b\n\nid: n\0pe\ndata: c\n\nid\ndata: d\n\n');
  expect(frames.map(({ id, event }) => [id, event])).toEqual([
    ['7', 'x'],
    ['7', 'message'],
    ['7', 'message'],
    ['', 'message'],
  ]);
});

test('takes a retry of digits only', () => {
  const parser = new SseParser();
  parser.push(encoder.encode('retry: 1500\nretry: 2s\nretry: -1\nretry:\n'));
  expect(parser.retryMs).toBe(1500);
});

test.each([
  ['between CR and LF', ['data: a\r', '\ndata: b\r', '\n\r', '\n']],
  ['with an empty chunk between CR and LF', ['data: a\r', '', '\ndata: b\r\n\r\n']],
  ['inside the field name', ['da', 'ta: a\ndata', ': b\n\n']],
  ['after the colon', ['data:', ' a\ndata:', ' b\n', '\n']],
])('a split %s changes nothing', (_name, chunks) => {
  expect(data(...chunks)).toEqual(['a\nb']);
});

test('a split inside a character changes nothing', () => {
  const bytes = encoder.encode('\ufeffdata: 🙂é\n\n');
  for (let at = 0; at <= bytes.length; at++) {
    expect(data(bytes.slice(0, at), bytes.slice(at))).toEqual(['🙂é']);
  }
});

test('any chunking gives the same frames', () => {
  const piece = fc.constantFrom(
    'data: ',
    'data:',
    'id: 1',
    'event: e',
    ':',
    '\n',
    '\r',
    '\r\n',
    '\n\n',
    'x',
    'é🙂',
    '\u2028',
    '\ufeff',
  );
  const source = fc.array(piece, { maxLength: 60 }).map((pieces) => encoder.encode(pieces.join('')));
  fc.assert(
    fc.property(source, fc.array(fc.nat(200), { maxLength: 20 }), (bytes, cuts) => {
      const points = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
      const chunks = points.slice(1).map((end, index) => bytes.slice(points[index], end));
      expect(parse(...chunks)).toEqual(parse(bytes));
    }),
  );
});

test('a long frame in single bytes takes linear time', () => {
  const bytes = encoder.encode(`data: ${'x'.repeat(300_000)}\n\n`);
  const parser = new SseParser();
  let frames: SseFrame[] = [];
  for (let at = 0; at < bytes.length; at++) frames = frames.concat(parser.push(bytes.subarray(at, at + 1)));
  expect(frames[0]?.data.length).toBe(300_000);
});

test('a body that ends inside a frame is reported as cut', async () => {
  const body = new Response('data: a\n\ndata: b').body!;
  const batches = [];
  for await (const batch of readSse(body, new AbortController().signal)) batches.push(batch);
  expect(batches.flatMap((batch) => batch.frames.map((frame) => frame.data))).toEqual(['a']);
  expect(batches.at(-1)?.isCut).toBe(true);
});

test('aborting ends a read that never would, and cancels the body', async () => {
  let isCancelled = false;
  const body = new ReadableStream<Uint8Array>({ cancel: () => void (isCancelled = true) });
  const controller = new AbortController();
  const next = readSse(body, controller.signal).next();
  controller.abort(new Error('stopped'));
  await expect(next).rejects.toThrow('stopped');
  expect(isCancelled).toBe(true);
});
