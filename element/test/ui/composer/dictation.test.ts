import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Dictation, type DictationHost } from '../../../src/ui/composer/dictation.ts';
import { english } from '../../../src/ui/strings_more.ts';

const stopTrack = vi.fn();

class FakeRecorder {
  static readonly isTypeSupported = (type: string): boolean => type === 'audio/mp4';
  state = 'inactive';
  readonly mimeType: string;
  ondataavailable: (event: { data: Blob }) => void = () => undefined;
  onstop: () => void = () => undefined;

  constructor(_stream: unknown, { mimeType = '' }: { mimeType?: string }) {
    this.mimeType = mimeType;
  }
  start(): void {
    this.state = 'recording';
  }
  stop(): void {
    this.state = 'inactive';
    this.ondataavailable({ data: new Blob(['sound']) });
    this.onstop();
  }
}

function listen(transcribe: DictationHost['transcribe'] = async () => ' Hello there. ') {
  const states: string[] = [];
  const host = {
    strings: english, changed: () => void states.push(dictation.state), heard: vi.fn(), refused: vi.fn(), failed: vi.fn(), transcribe: vi.fn(transcribe),
  };
  const dictation: Dictation = new Dictation(host);
  return { host, dictation, states };
}

beforeEach(() => {
  vi.stubGlobal('MediaRecorder', FakeRecorder);
  vi.stubGlobal('navigator', { mediaDevices: { getUserMedia: async () => ({ getTracks: () => [{ stop: stopTrack }] }) } });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.clearAllMocks();
});

test('what was said is written down, and the microphone is free again', async () => {
  const { host, dictation, states } = listen();
  await dictation.toggle();
  await dictation.toggle();
  await vi.waitFor(() => expect(dictation.state).toBe('idle'));
  expect(states).toEqual(['recording', 'writing', 'idle']);
  expect(host.heard).toHaveBeenCalledWith('Hello there.');
  expect(host.transcribe.mock.calls[0]?.[0].type).toBe('audio/mp4');
  expect(stopTrack).toHaveBeenCalledOnce();
});

test('without a microphone it says so', async () => {
  vi.stubGlobal('navigator', { mediaDevices: { getUserMedia: () => Promise.reject(new Error('NotAllowedError')) } });
  const { host, dictation } = listen();
  await dictation.toggle();
  expect([dictation.state, host.refused.mock.calls]).toEqual(['idle', [[english.noMicrophone]]]);
});

test('what cannot be written down is said, and it can be tried again', async () => {
  const { host, dictation } = listen(() => Promise.reject(new Error('501')));
  await dictation.toggle();
  await dictation.toggle();
  await vi.waitFor(() => expect(dictation.state).toBe('idle'));
  expect([host.refused.mock.calls, host.failed.mock.calls.length]).toEqual([[[english.notUnderstood]], 1]);
});

test('what was said for a thread that is left is forgotten', async () => {
  const { host, dictation } = listen();
  await dictation.toggle();
  dictation.cancel();
  await Promise.resolve();
  expect([dictation.state, host.transcribe.mock.calls, stopTrack.mock.calls.length]).toEqual(['idle', [], 1]);
});
