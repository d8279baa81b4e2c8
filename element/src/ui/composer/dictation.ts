// Speaking instead of typing: recorded here, written down by the server.
import type { Strings } from '../strings.ts';

export const styles = [];

export type DictationHost = {
  readonly strings: Strings;
  readonly changed: () => void;
  readonly transcribe: (audio: Blob) => Promise<string>;
  readonly heard: (text: string) => void;
  readonly refused: (words: string) => void;
  readonly failed: (error: unknown) => void;
};

/** What servers are known to take, best first. */
const TYPES = ['audio/webm;codecs=opus', 'audio/mp4', 'audio/ogg;codecs=opus'];

export class Dictation {
  readonly #host: DictationHost;
  #recorder: MediaRecorder | null = null;
  #current: 'idle' | 'recording' | 'writing' = 'idle';

  constructor(host: DictationHost) {
    this.#host = host;
  }

  get state(): 'idle' | 'recording' | 'writing' {
    return this.#current;
  }

  /** Begins to listen, or ends it and has it written down. */
  async toggle(): Promise<void> {
    if (this.#current === 'recording') this.#recorder?.stop();
    else if (this.#current === 'idle') await this.#begin();
  }

  /** Forgets what was said. */
  cancel(): void {
    const recorder = this.#recorder;
    this.#recorder = null;
    if (recorder?.state === 'recording') recorder.stop();
    this.#become('idle');
  }

  async #begin(): Promise<void> {
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      const type = TYPES.find((one) => MediaRecorder.isTypeSupported(one));
      const recorder = new MediaRecorder(stream, type === undefined ? {} : { mimeType: type });
      this.#recorder = recorder;
      this.#listen(recorder, stream);
      recorder.start();
      this.#become('recording');
    } catch (error) {
      this.#host.refused(this.#host.strings.noMicrophone);
      this.#host.failed(error);
    }
  }

  #listen(recorder: MediaRecorder, stream: MediaStream): void {
    const pieces: Blob[] = [];
    recorder.ondataavailable = ({ data }) => void pieces.push(data);
    recorder.onstop = () => {
      for (const track of stream.getTracks()) track.stop();
      if (recorder === this.#recorder) void this.#write(new Blob(pieces, { type: recorder.mimeType }));
    };
  }

  async #write(audio: Blob): Promise<void> {
    const recorder = this.#recorder;
    this.#become('writing');
    try {
      const text = await this.#host.transcribe(audio);
      if (recorder === this.#recorder && text.trim() !== '') this.#host.heard(text.trim());
    } catch (error) {
      this.#host.refused(this.#host.strings.notUnderstood);
      this.#host.failed(error);
    }
    if (recorder === this.#recorder) this.#become('idle');
  }

  #become(state: 'idle' | 'recording' | 'writing'): void {
    this.#current = state;
    this.#host.changed();
  }
}
