// The messages of one frame: only from its window, only of JSON-RPC, and not too many.
import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/client';
import { isRecord } from '../../tree/props.ts';

/** A frame may send so many messages at once, and so many a second for ever. A drag sends 60 a second. */
export const MAX_MESSAGES = 600;
export const MESSAGES_PER_SECOND = 120;

const MAX_DEPTH = 8;

/** Said by the document around the frame, which has removed the frame. */
const STOPPED = 'ui/notifications/sandbox-stopped';

export class FrameTransport implements Transport {
  onmessage?: (message: JSONRPCMessage) => void;
  onclose?: () => void;
  onerror?: (error: Error) => void;
  readonly #frame: HTMLIFrameElement;
  readonly #stopped: (reason: string) => void;
  #left = MAX_MESSAGES;
  #at = performance.now();

  /** `stopped` is called when the frame has sent too much, or shows something else. */
  constructor(frame: HTMLIFrameElement, stopped: (reason: string) => void) {
    this.#frame = frame;
    this.#stopped = stopped;
  }

  async start(): Promise<void> {
    window.addEventListener('message', this.#receive);
  }

  async send(message: JSONRPCMessage): Promise<void> {
    // The frame's origin is opaque, so no other target can be named.
    this.#frame.contentWindow?.postMessage(message, '*');
  }

  async close(): Promise<void> {
    window.removeEventListener('message', this.#receive);
    this.onclose?.();
  }

  readonly #receive = (event: MessageEvent): void => {
    const own = this.#frame.contentWindow;
    const { source } = event;
    if (own === null || source === null) return;
    if (source !== own && !isWithin(source as Window, own)) return;
    // Before the data are looked at: the browser decodes them then.
    if (!this.#mayReceive()) return this.#stopped('flood');
    if (source !== own || event.origin !== 'null') return;
    const { data } = event;
    if (!isRecord(data) || data['jsonrpc'] !== '2.0') return;
    if (data['method'] === STOPPED) {
      const { params } = data;
      return this.#stopped(isRecord(params) ? String(params['reason']) : '');
    }
    this.onmessage?.(data as JSONRPCMessage);
  };

  #mayReceive(): boolean {
    const now = performance.now();
    const earned = ((now - this.#at) / 1000) * MESSAGES_PER_SECOND;
    this.#left = Math.min(MAX_MESSAGES, this.#left + earned);
    this.#at = now;
    this.#left -= 1;
    return this.#left >= 0;
  }
}

/** A frame within the frame can send to the page too: what it says is not heard, and is counted. */
function isWithin(source: Window, own: Window): boolean {
  // Null for a window whose frame is gone.
  let around: Window | null = source;
  for (let depth = 0; depth < MAX_DEPTH && around !== null; depth++) {
    if (around === own) return true;
    around = around === around.parent ? null : around.parent;
  }
  return false;
}
