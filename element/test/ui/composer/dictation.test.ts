import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RequestError } from '../../../src/protocol/errors.ts';
import { Dictation } from '../../../src/ui/composer/dictation.ts';
import type { ChatContext } from '../../../src/ui/context.ts';
import { english } from '../../../src/ui/i18n/strings.ts';

const stopTrack = vi.fn();

class FakeRecorder {
  static readonly isTypeSupported = (type: string): boolean => type === 'audio/mp4';
  static last: FakeRecorder;
  state = 'inactive';
  readonly mimeType: string;
  ondataavailable: (event: { data: Blob }) => void = () => undefined;
  onstop: () => void = () => undefined;

  readonly options: MediaRecorderOptions;
  pieceMs = 0;

  constructor(_stream: unknown, options: MediaRecorderOptions) {
    this.mimeType = options.mimeType ?? '';
    this.options = options;
    FakeRecorder.last = this;
  }
  start(pieceMs: number): void {
    this.pieceMs = pieceMs;
    this.state = 'recording';
  }
  hear(bytes: number): void {
    this.ondataavailable({ data: new Blob([new Uint8Array(bytes)]) });
  }
  stop(): void {
    this.state = 'inactive';
    this.ondataavailable({ data: new Blob(['sound']) });
    this.onstop();
  }
}

function listen(transcribe: ChatContext['transcribe'] = async () => ' Hello there. ') {
  const states: string[] = [];
  const host = {
    strings: english,
    changed: () => void states.push(dictation.state),
    heard: vi.fn(),
    refused: vi.fn(),
    failed: vi.fn(),
    transcribe: vi.fn(transcribe),
  };
  const dictation: Dictation = new Dictation(host as unknown as ChatContext, host);
  return { host, dictation, states };
}

beforeEach(() => {
  vi.stubGlobal('MediaRecorder', FakeRecorder);
  vi.stubGlobal('navigator', {
    mediaDevices: { getUserMedia: async () => ({ getTracks: () => [{ stop: stopTrack }] }) },
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.clearAllMocks();
});

test('what was said is written down, and the microphone is free again', async () => {
  const { host, dictation, states } = listen();
  await dictation.toggle();
  await dictation.toggle();
  await vi.waitFor(() => expect(dictation.state).toBe('idle'), 60_000);
  expect(states).toEqual(['asking', 'recording', 'writing', 'idle']);
  expect(host.heard).toHaveBeenCalledWith('Hello there.');
  expect(host.transcribe.mock.calls[0]?.[0].type).toBe('audio/mp4');
  expect(stopTrack).toHaveBeenCalledOnce();
});

test('without a microphone it says so', async () => {
  vi.stubGlobal('navigator', {
    mediaDevices: { getUserMedia: () => Promise.reject(new Error('NotAllowedError')) },
  });
  const { host, dictation } = listen();
  await dictation.toggle();
  expect([dictation.state, host.refused.mock.calls]).toEqual(['idle', [[english.noMicrophone]]]);
});

test('ten minutes are one recording at any rate, which stops by itself before a server is full', async () => {
  const { host, dictation } = listen();
  await dictation.toggle();
  const { last } = FakeRecorder;
  expect([last.options.audioBitsPerSecond, last.pieceMs]).toEqual([24_000, 1000]);
  for (let second = 0; second < 600; second++) last.hear(128_000 / 8);
  expect(dictation.state).toBe('recording');
  while (last.state === 'recording') last.hear(128_000 / 8);
  await vi.waitFor(() => expect(host.heard).toHaveBeenCalledWith('Hello there.'), 60_000);
  const size = host.transcribe.mock.calls[0]?.[0].size ?? 0;
  expect([size > 600 * 16_000, size <= 10 * 2 ** 20]).toEqual([true, true]);
});

test('what cannot be written down is said, and the next press tries the same again', async () => {
  const { host, dictation } = listen();
  host.transcribe.mockRejectedValueOnce(new Error('offline'));
  await dictation.toggle();
  await dictation.toggle();
  await vi.waitFor(() => expect(dictation.state).toBe('idle'), 60_000);
  expect([host.refused.mock.calls, host.failed.mock.calls.length]).toEqual([[[english.notUnderstood]], 1]);
  await dictation.toggle();
  const [[first] = [], [second] = []] = host.transcribe.mock.calls;
  expect([second === first, host.heard.mock.calls, dictation.state]).toEqual([
    true,
    [['Hello there.']],
    'idle',
  ]);
  await dictation.toggle();
  expect(dictation.state).toBe('recording');
});

test('what a server refuses is sent again, and is in nobody’s way after that', async () => {
  const { host, dictation } = listen(() => Promise.reject(new RequestError(413, '')));
  await dictation.toggle();
  await dictation.toggle();
  await vi.waitFor(() => expect(dictation.state).toBe('idle'), 60_000);
  await dictation.toggle();
  const [[first] = [], [second] = []] = host.transcribe.mock.calls;
  expect([second === first, dictation.state]).toEqual([true, 'idle']);
  await dictation.toggle();
  expect(dictation.state).toBe('recording');
});

test.each(['leaving', 'another press'])(
  '%s while the browser asks leaves the microphone alone',
  async (way) => {
    let allow = (_: unknown): void => undefined;
    vi.stubGlobal('navigator', {
      mediaDevices: { getUserMedia: () => new Promise((resolve) => (allow = resolve)) },
    });
    const { dictation } = listen();
    const begun = dictation.toggle();
    expect(dictation.state).toBe('asking');
    if (way === 'leaving') dictation.cancel();
    else await dictation.toggle();
    allow({ getTracks: () => [{ stop: stopTrack }] });
    await begun;
    expect([dictation.state, stopTrack.mock.calls.length]).toEqual(['idle', 1]);
  },
);

test('a recorder that cannot record frees the microphone', async () => {
  vi.spyOn(FakeRecorder.prototype, 'start').mockImplementationOnce(() => {
    throw new Error('NotSupportedError');
  });
  const { host, dictation } = listen();
  await dictation.toggle();
  expect([dictation.state, stopTrack.mock.calls.length, host.refused.mock.calls]).toEqual([
    'idle',
    1,
    [[english.noMicrophone]],
  ]);
});

test('after it was cancelled nothing is said of it', async () => {
  let fail = (_: Error): void => undefined;
  const { host, dictation } = listen(() => new Promise((_, reject) => (fail = reject)));
  await dictation.toggle();
  await dictation.toggle();
  dictation.cancel();
  fail(new Error('offline'));
  await new Promise((resolve) => setTimeout(resolve));
  expect([dictation.state, host.refused.mock.calls]).toEqual(['idle', []]);
});

test('what was said for a thread that is left is forgotten', async () => {
  const { host, dictation } = listen();
  await dictation.toggle();
  dictation.cancel();
  await Promise.resolve();
  expect([dictation.state, host.transcribe.mock.calls, stopTrack.mock.calls.length]).toEqual(['idle', [], 1]);
});
