// Error
// └── ChatError            code · allowRetry; the message is ready to show to a person
//     ├── RequestError     the server answered with an error status · status · body · retryAfterMs
//     ├── ConnectionError  no answer came, or the stream was empty, cut or unreadable
//     ├── TurnError        the server sent an `error` event inside a stream
//     ├── ClientToolError  a client tool gave no usable result · toolName
//     ├── CommandError     a method was called at a time when it cannot run
//     └── OptionsError     `setOptions` was given something it cannot use · option

export class ChatError extends Error {
  readonly code: string;
  /** Whether the same request may succeed later. */
  readonly allowRetry: boolean;

  constructor(
    code: string,
    message: string,
    { allowRetry = false, cause }: { allowRetry?: boolean; cause?: unknown } = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.allowRetry = allowRetry;
    this.name = 'ChatError';
  }
}

export class RequestError extends ChatError {
  readonly status: number;
  /** The raw body, for the log; not for people. */
  readonly body: string;
  /** The header `Retry-After` in milliseconds; 0 without one. */
  readonly retryAfterMs: number;

  /** `isOfThread`: the request names a thread, so a 404 can mean that thread. */
  constructor(status: number, body: string, retryAfter: string | null = null, isOfThread = true) {
    const known = readErrorBody(body);
    const isNoChat =
      status === 405 ||
      (status === 404 && (known.code === 'no_route' || (known.code === undefined && !isOfThread)));
    const code = isNoChat ? 'no_route' : (known.code ?? `http_${status}`);
    super(
      code,
      isNoChat
        ? 'There is no chat at this address.'
        : isForPeople(known)
          ? known.message
          : describeStatus(status),
      { allowRetry: isTransient(status) },
    );
    this.status = status;
    this.body = body;
    this.retryAfterMs = /^[0-9]+$/.test(retryAfter ?? '') ? Number(retryAfter) * 1000 : 0;
    this.name = 'RequestError';
  }
}

export class ConnectionError extends ChatError {
  constructor(
    code: 'network' | 'stream_empty' | 'stream_cut' | 'bad_response',
    message: string,
    cause?: unknown,
  ) {
    super(code, message, { allowRetry: true, cause });
    this.name = 'ConnectionError';
  }
}

export class TurnError extends ChatError {
  constructor(event: { code?: string; message?: string | null; allow_retry?: boolean }) {
    const code = event.code ?? 'custom';
    super(code, event.message || describeCode(code), { allowRetry: event.allow_retry ?? false });
    this.name = 'TurnError';
  }
}

export class ClientToolError extends ChatError {
  readonly toolName: string;

  constructor(toolName: string, problem: string, cause?: unknown) {
    super('client_tool', `The client tool "${toolName}" ${problem}`, { cause });
    this.toolName = toolName;
    this.name = 'ClientToolError';
  }
}

export class CommandError extends ChatError {
  constructor(
    code:
      | 'busy'
      | 'too_large'
      | 'locked'
      | 'closed'
      | 'empty'
      | 'no_thread'
      | 'not_loaded'
      | 'not_stoppable'
      | 'nothing_to_undo'
      | 'field_collision'
      | 'no_handler',
    message: string,
  ) {
    super(code, message);
    this.name = 'CommandError';
  }
}

export class OptionsError extends ChatError {
  readonly option: string;

  constructor(option: string, problem: string) {
    super('options', `The option "${option}" ${problem}`);
    this.option = option;
    this.name = 'OptionsError';
  }
}

export function cutStream(cause?: unknown): ConnectionError {
  return new ConnectionError('stream_cut', 'The connection was lost before the answer was complete.', cause);
}

/** Whether no server answered, or only a proxy did, so that the request may have been carried out. */
export function isUnanswered(error: unknown): boolean {
  if (error instanceof RequestError) return error.status >= 502 && error.status <= 504;
  return error instanceof ConnectionError && error.code === 'network';
}

/** Any thrown value as a `ChatError`; a foreign error gets a plain message and becomes the cause. */
export function toChatError(thrown: unknown): ChatError {
  if (thrown instanceof ChatError) return thrown;
  return new ChatError('internal', 'Something went wrong in the chat.', { allowRetry: true, cause: thrown });
}

/** The error of a turn that failed or was interrupted; null for other turns. */
export function describeOutcome(status: string): ChatError | null {
  if (status === 'interrupted')
    return new ChatError(status, 'The answer was interrupted.', { allowRetry: true });
  return status === 'failed' ? new ChatError(status, describeCode(status), { allowRetry: true }) : null;
}

function describeCode(code: string): string {
  if (code === 'stream.error') return 'Something went wrong while answering.';
  return 'The answer could not be finished.';
}

function describeStatus(status: number): string {
  if (status === 401) return 'You need to sign in to use this chat.';
  if (status === 403) return 'You are not allowed to do this.';
  if (status === 404) return 'This conversation was not found.';
  if (status === 409) return 'Another response is still running in this conversation.';
  if (status === 413) return 'The message is too large.';
  if (status === 429) return 'Too many requests. Wait a moment and try again.';
  if (status >= 500) return 'Something went wrong on the server.';
  return 'The server refused the request.';
}

function isTransient(status: number): boolean {
  return status >= 500 || status === 408 || status === 425 || status === 429;
}

/**
 * Codes whose messages name ids and fields, so the person sees a translated message for the status instead.
 */
const TECHNICAL: ReadonlySet<unknown> = new Set([
  'not_found',
  'too_large',
  'invalid_request',
  'not_supported',
  'unauthorized',
  'forbidden_origin',
  'forbidden_host',
  'unsupported_media_type',
  'idempotency_key_reused',
  'internal',
]);

function isForPeople(known: {
  code?: string;
  message?: string;
}): known is { code?: string; message: string } {
  return (
    known.message !== undefined &&
    !TECHNICAL.has(known.code) &&
    !/^(Bad Request|Unauthorized|Forbidden|Not Found|Unprocessable \w+)$/.test(known.message)
  );
}

/** Whether the server has read the request and will never accept it. */
export function isRefusal(error: unknown): error is RequestError {
  return error instanceof RequestError && !error.allowRetry;
}

function readErrorBody(body: string): { code?: string; message?: string } {
  try {
    const { code, message } =
      (JSON.parse(body) as { error?: { code?: unknown; message?: unknown } }).error ?? {};
    return {
      ...(typeof code === 'string' && code !== '' && { code }),
      ...(typeof message === 'string' && message !== '' && { message }),
    };
  } catch {
    return {}; // A text body: the status says what is known.
  }
}
