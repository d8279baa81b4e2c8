// The HTTP half of the wire: every operation is a POST to one URL, answered by JSON or by an event stream.
import { ConnectionError, cutStream, RequestError } from './errors.ts';
import type { JsonOperations, StreamRequest } from './operations.ts';
import { readSse, type SseFrame } from './sse.ts';
import { uuid } from './uuid.ts';
import type { ThreadStreamEvent } from './wire.ts';

export type ClientConfig = {
  readonly url: string;
  readonly fetch?: typeof fetch | undefined;
  /** The active locale, sent as `Accept-Language`. */
  readonly locale: string;
  readonly uploadStrategy?: UploadStrategy | undefined;
  /** The key of an anonymous visitor, for browsers that withhold the cookie. */
  readonly visitor?: string | null;
  /** Whether the server's origin differs from the page's. */
  readonly isForeign?: boolean;
  /** Called for each request of an operation, when its answer begins or none came. */
  readonly log?: (request: RequestLog) => void;
};

/** `status` is null if no answer came; `ms` is the time until then. */
export type RequestLog = { readonly operation: string; readonly status: number | null; readonly ms: number };

/** `two_phase`: the server names an upload address for each file. */
export type UploadStrategy =
  | { readonly type: 'two_phase' }
  | { readonly type: 'direct'; readonly uploadUrl: string };

/** One event and its place in the thread's log, `<epoch>.<seq>`; '' where there is no log. */
export type StreamedEvent = { readonly event: ThreadStreamEvent; readonly id: string };

export type StreamAnswer = {
  /** The turn that the stream shows; '' when none runs; null from a server whose turns are not durable. */
  readonly turnId: string | null;
  /**
   * In order, in batches as they arrived together; ends when the body ends well. Null for an answer without
   * events.
   * Raises: `ConnectionError` for a stream that is empty, cut or unreadable, the signal's reason when
   * aborted.
   */
  readonly batches: AsyncGenerator<readonly StreamedEvent[]> | null;
};

export type StreamSettings = {
  readonly signal: AbortSignal;
  /** The idempotency key: the same for every attempt of one request, so that the server runs it once. */
  readonly key?: string;
  /** Called for every chunk of the body, including comments. */
  readonly onBytes?: () => void;
};

/**
 * Operations that continue after the page is closed (`keepalive`). Each is far below the 64 KiB that browsers
 * allow.
 */
const OUTLIVES_PAGE = /\.(update|delete|feedback|cancel)$/;

/** Error codes that only servers with durable turns send. */
const OUR_CODES: ReadonlySet<string> = new Set([
  'thread_busy',
  'storage_unavailable',
  'shutting_down',
  'storage_full',
]);

export class ApiClient {
  readonly #config: () => ClientConfig;
  readonly #instanceId: string;
  #isDurable = false;
  /** Whether a server of another origin accepts cookies; null until it has answered. */
  #acceptsCookies: boolean | null = null;
  #imageHosts: readonly string[] = [];

  /** `config` is read for each request, so that a new `fetch` or locale counts from the next one on. */
  constructor(config: () => ClientConfig, instanceId: string = uuid()) {
    this.#config = config;
    this.#instanceId = instanceId;
  }

  /** Whether an answer has shown that the server has durable turns and idempotency keys. */
  get isDurable(): boolean {
    return this.#isDurable;
  }

  /** Other hosts from which pictures that the server names may load; empty until an answer names some. */
  get imageHosts(): readonly string[] {
    return this.#imageHosts;
  }

  /**
   * Raises: `RequestError` for an error status, `ConnectionError` when no readable answer came,
   * the signal's reason when aborted.
   */
  async call<Type extends keyof JsonOperations>(
    type: Type,
    params: JsonOperations[Type]['params'],
    signal = new AbortController().signal,
  ): Promise<JsonOperations[Type]['answer']> {
    const response = await this.#post({ type, params }, { signal });
    const text = await readText(response, signal);
    try {
      const answer = JSON.parse(text) as JsonOperations[Type]['answer'];
      this.#isDurable ||= typeof answer === 'object' && answer !== null && 'turnstream' in answer;
      return answer;
    } catch (error) {
      throw badResponse(response, 'JSON', error);
    }
  }

  get uploadStrategy(): UploadStrategy {
    return this.#config().uploadStrategy ?? { type: 'two_phase' };
  }

  /**
   * Sends a request that is not an operation with the page's own `fetch`; to the chat's own server, with what
   * identifies a visitor. Raises: as `call`.
   */
  async send(url: string, init: RequestInit & { signal: AbortSignal }): Promise<Response> {
    const { fetch: send = globalThis.fetch, url: base } = this.#config();
    let response: Response;
    try {
      response = await (isBelow(url, base)
        ? this.#fetch(url, { ...init, headers: { ...init.headers, ...this.#visitor } })
        : send(url, init));
    } catch (error) {
      throw translate(error, init.signal, unreachable);
    }
    if (!response.ok) throw new RequestError(response.status, await readText(response, init.signal));
    return response;
  }

  /** Resolves when the answer begins. Raises: as `call`. */
  async open(request: StreamRequest, settings: StreamSettings): Promise<StreamAnswer> {
    const response = await this.#post(request, settings);
    const turnId = response.headers.get('turnstream-turn');
    if (request.type === 'threads.add_client_tool_output' && isOf(response, 'application/json')) {
      await readText(response, settings.signal);
      return { turnId, batches: null };
    }
    if (response.body === null) throw emptyStream();
    if (isOf(response, 'text/html')) {
      void response.body.cancel().catch(() => undefined);
      throw badResponse(response, 'an event stream');
    }
    return { turnId, batches: readBatches(response.body, settings) };
  }

  async #post(body: { type: string; params: object }, { signal, key }: StreamSettings): Promise<Response> {
    const { url, locale, log } = this.#config();
    const began = performance.now();
    let response: Response | undefined;
    try {
      signal.throwIfAborted();
      response = await this.#fetch(url, {
        method: 'POST',
        // A plain object: pages spread it into their own headers, which loses everything from a `Headers`.
        headers: {
          'Content-Type': 'application/json',
          'Accept-Language': locale,
          'ChatKit-Frame-Instance-Id': this.#instanceId,
          'Turnstream-Client': '1',
          ...(key !== undefined && { 'Idempotency-Key': key }),
          ...this.#visitor,
        },
        body: JSON.stringify(body),
        signal,
        keepalive: OUTLIVES_PAGE.test(body.type),
      });
    } catch (error) {
      throw translate(error, signal, unreachable);
    } finally {
      const ms = Math.round(performance.now() - began);
      log?.({ operation: body.type, status: response?.status ?? null, ms });
    }
    this.#isDurable ||= response.headers.has('turnstream-turn');
    this.#imageHosts = response.headers.get('turnstream-image-hosts')?.split(', ') ?? this.#imageHosts;
    if (!response.ok)
      throw this.#refusal(response, await readText(response, signal), 'thread_id' in body.params);
    return response;
  }

  /**
   * Uses the page's own `fetch` if there is one. Requests to another origin include cookies unless the server
   * refuses them: then the preflight has failed, so the request did not run, and it is sent again without
   * cookies.
   */
  async #fetch(url: string, init: RequestInit & { signal: AbortSignal }): Promise<Response> {
    const { fetch: send = globalThis.fetch, isForeign } = this.#config();
    if (send !== globalThis.fetch || !isForeign || this.#acceptsCookies === false) return send(url, init);
    try {
      const response = await globalThis.fetch(url, { ...init, credentials: 'include' });
      this.#acceptsCookies = true;
      return response;
    } catch (error) {
      if (this.#acceptsCookies || init.signal.aborted) throw error;
      const response = await globalThis.fetch(url, init);
      this.#acceptsCookies = false;
      return response;
    }
  }

  get #visitor(): Record<string, string> {
    const { visitor } = this.#config();
    return visitor ? { 'Turnstream-Visitor': visitor } : {};
  }

  #refusal({ status, headers }: Response, body: string, isOfThread: boolean): RequestError {
    const error = new RequestError(status, body, headers.get('retry-after'), isOfThread);
    this.#isDurable ||= OUR_CODES.has(error.code);
    return error;
  }
}

/** Whether `url` is below `base`, such as `/chatkit/attachments/…` is below `/chatkit`. */
export function isBelow(url: string, base: string): boolean {
  const [one, { origin, pathname }] = [url, base].map((address) => new URL(address, document.baseURI)) as [
    URL,
    URL,
  ];
  return one.origin === origin && one.pathname.startsWith(pathname.replace(/\/?$/, '/'));
}

async function* readBatches(
  body: ReadableStream<Uint8Array>,
  { signal, onBytes }: StreamSettings,
): AsyncGenerator<readonly StreamedEvent[]> {
  let isEmpty = true;
  try {
    for await (const { frames, isCut } of readSse(body, signal, onBytes)) {
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

function readEvent(frame: SseFrame): StreamedEvent[] {
  if (frame.event !== 'message') return [];
  try {
    return [{ event: JSON.parse(frame.data) as ThreadStreamEvent, id: frame.id }];
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

/**
 * Translates an error of the platform to a `ConnectionError`; aborts and the element's own errors pass
 * through.
 */
function translate(error: unknown, signal: AbortSignal, wrap: (cause: unknown) => ConnectionError): unknown {
  if (signal.aborted) return signal.reason;
  return error instanceof ConnectionError ? error : wrap(error);
}

function isOf(response: Response, type: string): boolean {
  return response.headers.get('content-type')?.startsWith(type) ?? false;
}

function unreachable(cause: unknown): ConnectionError {
  return new ConnectionError(
    'network',
    'The server cannot be reached. Check the connection and try again.',
    cause,
  );
}

function emptyStream(): ConnectionError {
  return new ConnectionError('stream_empty', 'The server did not answer.');
}

function badResponse(response: Response, wanted: string, cause?: unknown): ConnectionError {
  const found = response.headers.get('content-type') ?? 'no content type';
  return new ConnectionError(
    'bad_response',
    `The chat server answered with ${found} instead of ${wanted}. Check "api.url".`,
    cause,
  );
}
