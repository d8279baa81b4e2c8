// Dictation: recorded here, transcribed by the server.
import type { ChatContext } from '../context.ts';

export type DictationComposer = {
  readonly heard: (text: string) => void;
  readonly refused: (words: string) => void;
};

export type DictationState = 'idle' | 'asking' | 'recording' | 'writing';

/** The formats that servers are known to accept, best first. */
const TYPES = ['audio/webm;codecs=opus', 'audio/mp4', 'audio/ogg;codecs=opus'];
/** Enough for speech; Chromium's own choice is five times as much. */
const BITS_PER_SECOND = 24_000;
const PIECE_MS = 1000;
/** What a server takes, less the last pieces: an hour, or ten minutes where a browser ignores the rate. */
const MAX_BYTES = 10 * 2 ** 20 - 2 ** 16;

export class Dictation {
  readonly #context: ChatContext;
  readonly #composer: DictationComposer;
  #recorder: MediaRecorder | null = null;
  #current: DictationState = 'idle';
  /** The number of the current recording: results of earlier ones are dropped. */
  #attempt = 0;
  /** A recording that could not be transcribed. */
  #unwritten: Blob | null = null;

  constructor(context: ChatContext, composer: DictationComposer) {
    this.#context = context;
    this.#composer = composer;
  }

  get state(): DictationState {
    return this.#current;
  }

  /**
   * Starts a recording, or stops and transcribes it; after a failure, transcribes the same recording again.
   */
  async toggle(): Promise<void> {
    if (this.#current === 'recording') this.#recorder?.stop();
    else if (this.#current === 'asking') this.cancel();
    else if (this.#current === 'idle')
      await (this.#unwritten === null ? this.#begin() : this.#write(this.#unwritten, ++this.#attempt, true));
  }

  /** Ends dictation and drops the recording. */
  cancel(): void {
    this.#attempt++;
    this.#unwritten = null;
    const recorder = this.#recorder;
    this.#recorder = null;
    if (recorder?.state === 'recording') recorder.stop();
    if (this.#current !== 'idle') this.#become('idle');
  }

  async #begin(): Promise<void> {
    const attempt = ++this.#attempt;
    this.#become('asking');
    let stream: MediaStream | null = null;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      if (attempt !== this.#attempt) return release(stream);
      this.#record(stream, attempt);
      this.#become('recording');
    } catch (error) {
      release(stream);
      if (attempt === this.#attempt) this.#fail(this.#context.strings.noMicrophone, error);
    }
  }

  #record(stream: MediaStream, attempt: number): void {
    const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
    const recorder = new MediaRecorder(stream, {
      audioBitsPerSecond: BITS_PER_SECOND,
      ...(mimeType !== undefined && { mimeType }),
    });
    const pieces: Blob[] = [];
    let bytes = 0;
    recorder.ondataavailable = ({ data }) => {
      pieces.push(data);
      bytes += data.size;
      if (bytes >= MAX_BYTES && recorder.state === 'recording') recorder.stop();
    };
    recorder.onstop = () => {
      release(stream);
      if (attempt === this.#attempt) void this.#write(new Blob(pieces, { type: recorder.mimeType }), attempt);
    };
    recorder.start(PIECE_MS);
    this.#recorder = recorder;
  }

  async #write(audio: Blob, attempt: number, isRepeated = false): Promise<void> {
    this.#become('writing');
    this.#unwritten = audio;
    try {
      const text = await this.#context.transcribe(audio);
      if (attempt !== this.#attempt) return;
      this.#unwritten = null;
      this.#become('idle');
      if (text.trim() !== '') this.#composer.heard(text.trim());
    } catch (error) {
      if (attempt !== this.#attempt) return;
      if (isRepeated && isInVain(error)) this.#unwritten = null;
      this.#fail(this.#context.strings.notUnderstood, error);
    }
  }

  #fail(words: string, error: unknown): void {
    this.#become('idle');
    this.#composer.refused(words);
    this.#context.failed('dictation_failed', error);
  }

  #become(state: DictationState): void {
    this.#current = state;
    this.#context.changed();
  }
}

/** Frees the microphone. */
function release(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/** Whether another retry is useless. Then the recording is dropped, since it would block every later one. */
function isInVain(error: unknown): boolean {
  return error instanceof Error && 'allowRetry' in error && error.allowRetry === false;
}
