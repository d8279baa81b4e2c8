// The event-stream format of the WHATWG HTML standard (section 9.2.6), read from byte chunks as they come.

export type SseFrame = {
  /** `message` unless the stream names another. */
  readonly event: string;
  readonly data: string;
  /** The last `id` field seen so far; empty when there was none. */
  readonly id: string;
};

/**
 * Turns byte chunks into frames. Where the chunks are split never changes the frames; the time is linear in
 * the bytes.
 */
export class SseParser {
  // Not fatal: a broken byte becomes U+FFFD, as the standard asks. The decoder also drops the BOM.
  readonly #decoder = new TextDecoder('utf-8');
  #partial = '';
  #endedWithCr = false;
  #data: string[] = [];
  #event = '';
  #id = '';
  #retryMs: number | null = null;

  /** The value of the last valid `retry` field. */
  get retryMs(): number | null {
    return this.#retryMs;
  }

  /** True between the start of a frame and its blank line: a stream that ends here was cut off. */
  get isInsideFrame(): boolean {
    return this.#partial !== '' || this.#data.length > 0;
  }

  push(chunk: Uint8Array): SseFrame[] {
    return this.#read(this.#decoder.decode(chunk, { stream: true }));
  }

  /** Call once after the last chunk. The unfinished frame, if any, is not returned (see `isInsideFrame`). */
  end(): SseFrame[] {
    return this.#read(this.#decoder.decode());
  }

  #read(text: string): SseFrame[] {
    const frames: SseFrame[] = [];
    if (text === '') return frames;
    let start = this.#endedWithCr && text.startsWith('\n') ? 1 : 0;
    this.#endedWithCr = text.endsWith('\r');
    // Both positions only move forwards, so a chunk without CR is searched for one only once.
    let cr = text.indexOf('\r', start);
    let lf = text.indexOf('\n', start);
    while (cr !== -1 || lf !== -1) {
      const end = lf === -1 || (cr !== -1 && cr < lf) ? cr : lf;
      this.#line(this.#partial + text.slice(start, end), frames);
      this.#partial = '';
      start = end + (end === cr && lf === cr + 1 ? 2 : 1);
      if (cr !== -1 && cr < start) cr = text.indexOf('\r', start);
      if (lf !== -1 && lf < start) lf = text.indexOf('\n', start);
    }
    this.#partial += text.slice(start);
    return frames;
  }

  #line(line: string, frames: SseFrame[]): void {
    if (line === '') return this.#dispatch(frames);
    const colon = line.indexOf(':');
    if (colon === 0) return;
    if (colon === -1) return this.#field(line, '');
    this.#field(line.slice(0, colon), line.slice(colon + (line[colon + 1] === ' ' ? 2 : 1)));
  }

  #field(name: string, value: string): void {
    if (name === 'data') this.#data.push(value);
    else if (name === 'event') this.#event = value;
    else if (name === 'id' && !value.includes('\0')) this.#id = value;
    else if (name === 'retry' && /^[0-9]+$/.test(value)) this.#retryMs = Number(value);
  }

  #dispatch(frames: SseFrame[]): void {
    if (this.#data.length > 0) {
      frames.push({ event: this.#event || 'message', data: this.#data.join('\n'), id: this.#id });
    }
    this.#data = [];
    this.#event = '';
  }
}

export type SseBatch = { readonly frames: readonly SseFrame[]; readonly isCut: boolean };

/**
 * Reads a response body: one batch per chunk that completed a frame, and a last one when the body ended.
 * `isCut` is true only in the last batch, and only if the body ended inside a frame. Aborting cancels the
 * body. `onBytes` is called for every chunk, including those that contain only a comment.
 */
export async function* readSse(
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal,
  onBytes: () => void = () => undefined,
): AsyncGenerator<SseBatch> {
  const reader = body.getReader();
  const parser = new SseParser();
  // Cancels the body explicitly: one that ignores the signal would keep the connection and its pending read.
  const cancel = (): void => void reader.cancel(signal.reason).catch(() => undefined);
  if (signal.aborted) cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    for (;;) {
      const { done, value } = await reader.read();
      signal.throwIfAborted();
      if (!done) onBytes();
      const frames = done ? parser.end() : parser.push(value);
      if (frames.length > 0 || done) yield { frames, isCut: done && parser.isInsideFrame };
      if (done) return;
    }
  } finally {
    signal.removeEventListener('abort', cancel);
    cancel();
  }
}
