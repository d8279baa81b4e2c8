// The HTTP half of the wire: every operation is a POST to one URL, answered by JSON or by an event stream.
import { ConnectionError, RequestError } from './errors.ts';
import type { JsonOperations, StreamRequest } from './operations.ts';
import { readSse, type SseFrame } from './sse.ts';
import { uuid } from './uuid.ts';
import type { ThreadStreamEvent } from './wire.ts';

export type ClientConfig = {
  readonly url: string;
  readonly fetch?: typeof fetch | undefined;
  /** The one active locale, for `Accept-Language`. */
  readonly locale: string;
};

export class ApiClient {
  readonly #config: () => ClientConfig;
  readonly #instanceId: string;

  /** `config` is read for each request, so that a new `fetch` or locale counts from the next one on. */
  constructor(config: () => ClientConfig, instanceId: string = uuid()) {
    this.#config = config;
    this.#instanceId = instanceId;
  }

  /**
   * Raises: `RequestError` for an error status, `ConnectionError` when no readable answer came,
   * the signal's reason when aborted.
   */
  async call<Type extends keyof JsonOperations>(
    type: Type,
    params: JsonOperations[Type]['params'],
    signal: AbortSignal,
  ): Promise<JsonOperations[Type]['answer']> {
    const response = await this.#post({ type, params }, signal);
    const text = await readText(response, signal);
    try {
      return JSON.parse(text) as JsonOperations[Type]['answer'];
    } catch (error) {
      throw badResponse(response, 'JSON', error);
    }
  }

  /**
   * The events of one stream in order, in batches as they arrived together. It ends when the body ends well.
   * Raises: as `call`, and `ConnectionError` for a stream that is empty, cut or not an event stream.
   */
  async *stream(request: StreamRequest, signal: AbortSignal): AsyncGenerator<readonly ThreadStreamEvent[]> {
    const response = await this.#post(request, signal);
    if (response.body === null) throw emptyStream();
    if (isHtml(response)) {
      void response.body.cancel().catch(() => undefined);
      throw badResponse(response, 'an event stream');
    }
    let isEmpty = true;
    try {
      for await (const { frames, isCut } of readSse(response.body, signal)) {
        const events = frames.flatMap(readEvent);
        if (events.length > 0) yield events;
        isEmpty &&= events.length === 0;
        if (isCut && !isEmpty) throw cutStream();
      }
    } catch (error) {
      throw translate(error, signal, cutStream);
    }
    if (isEmpty) throw emptyStream();
  }

  async #post(body: { type: string; params: unknown }, signal: AbortSignal): Promise<Response> {
    const { url, fetch: send = globalThis.fetch, locale } = this.#config();
    let response: Response;
    try {
      signal.throwIfAborted();
      response = await send(url, {
        method: 'POST',
        // A plain object: pages spread it into their own headers, which loses everything from a `Headers`.
        headers: {
          'Content-Type': 'application/json',
          'Accept-Language': locale,
          'ChatKit-Frame-Instance-Id': this.#instanceId,
        },
        body: JSON.stringify(body),
        signal,
      });
    } catch (error) {
      throw translate(error, signal, unreachable);
    }
    if (!response.ok) throw new RequestError(response.status, await readText(response, signal));
    return response;
  }
}

function readEvent(frame: SseFrame): ThreadStreamEvent[] {
  if (frame.event !== 'message') return [];
  try {
    return [JSON.parse(frame.data) as ThreadStreamEvent];
  } catch (error) {
    throw new ConnectionError('bad_response', 'The answer could not be read.', error);
  }
}

async function readText(response: Response, signal: AbortSignal): Promise<string> {
  try {
    return await response.text();
  } catch (error) {
    throw translate(error, signal, unreachable);
  }
}

/** An abort stays an abort and our own errors stay themselves; the platform's become one of ours. */
function translate(error: unknown, signal: AbortSignal, wrap: (cause: unknown) => ConnectionError): unknown {
  if (signal.aborted) return signal.reason;
  return error instanceof ConnectionError ? error : wrap(error);
}

function isHtml(response: Response): boolean {
  return response.headers.get('content-type')?.startsWith('text/html') ?? false;
}

function unreachable(cause: unknown): ConnectionError {
  return new ConnectionError('network', 'The server cannot be reached. Check the connection and try again.', cause);
}

function cutStream(cause?: unknown): ConnectionError {
  return new ConnectionError('stream_cut', 'The connection was lost before the answer was complete.', cause);
}

function emptyStream(): ConnectionError {
  return new ConnectionError('stream_empty', 'The server gave no answer.');
}

function badResponse(response: Response, wanted: string, cause?: unknown): ConnectionError {
  const found = response.headers.get('content-type') ?? 'no content type';
  return new ConnectionError('bad_response', `The chat server answered with ${found} instead of ${wanted}. Check "api.url".`, cause);
}
