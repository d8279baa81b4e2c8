// Observes common mistakes of a page that uses the chat. `diagnostic_messages.ts` has the texts and is loaded
// with the first finding.
import type { ChatEvents } from '../api/events.ts';
import type { ChatOptions } from '../api/options.ts';
import { type Delivery, handlerName, type Watch } from '../page/event_queue.ts';
import { ClientToolError, ConnectionError } from '../protocol/errors.ts';
import type { ClientToolHandler } from '../session/calls/client_tool.ts';
import { callSafely } from '../session/listeners.ts';
import { isForeign } from '../session/visitor.ts';

export type GuardCode =
  | 'effect_failed'
  | 'effect_slow'
  | 'effect_blocked'
  | 'not_locked'
  | 'no_error_handler'
  | 'not_persisted'
  | 'unknown_tool'
  | 'tool_slow'
  | 'origin_refused'
  | 'no_height';

/** The effect or tool, and the duration in ms. */
export type GuardData = {
  readonly effect?: string;
  readonly tool?: string;
  readonly ms?: number;
  readonly isMissing?: boolean;
};

const SLOW_MS = 50;
const BLOCKED_MS = 1000;
const PROMISE_MS = 5000;
const TOOL_MS = 10_000;
const ALL_EVENTS = 13;
const LISTEN_MS = 1000;

/** Findings that any chat of this page has logged. */
const said = new Set<string>();

export class Guards {
  /** By code and subject, in the order in which they were first seen. */
  readonly seen = new Map<string, { readonly code: GuardCode; readonly data: GuardData; count: number }>();
  readonly options: () => Partial<ChatOptions>;
  readonly #log: (detail: ChatEvents['log']) => void;
  readonly #isUpgraded: boolean;
  /** Listeners by event; those with `once` or a signal count until they are removed explicitly. */
  readonly #listened = new Map<string, Set<unknown>>();
  readonly #read = new Set<string>();
  #isResponding = false;
  #hear!: () => void;
  readonly #isHeard = new Promise<void>((resolve) => (this.#hear = resolve));

  /** `isUpgraded`: the page could listen before the element was defined. */
  constructor(
    isUpgraded: boolean,
    options: () => Partial<ChatOptions>,
    log: (detail: ChatEvents['log']) => void,
  ) {
    this.#isUpgraded = isUpgraded;
    this.options = options;
    this.#log = log;
    if (isUpgraded) this.#hear();
  }

  /** Resolves when the page listens to an event; after a second, it is taken to listen to none. */
  heard(): Promise<void> {
    if (this.#handles(/^on[^C]/)) this.#hear();
    setTimeout(this.#hear, LISTEN_MS);
    return this.#isHeard;
  }

  /** Loads the texts with the first finding. */
  words(): Promise<typeof import('./diagnostic_messages.ts')> {
    return import('./diagnostic_messages.ts');
  }

  listens(how: 'add' | 'delete', type: string, listener: unknown, _options?: unknown): void {
    if (!type.startsWith('chatkit.')) return;
    const name = type.slice(8);
    const known = this.#listened.get(name) ?? new Set();
    known[how](listener);
    this.#hear();
    if (known.size > 0) this.#listened.set(name, known);
    else this.#listened.delete(name);
  }

  readonly watch: Watch = (name, detail, delivery) => {
    if (delivery.isRead) this.#read.add(name);
    if (name === 'response.start' || name === 'response.end') this.#isResponding = name === 'response.start';
    if (name === 'effect') this.#watchEffect(detail as ChatEvents['effect'], delivery);
    if (name === 'error') {
      const { error } = detail as ChatEvents['error'];
      this.#miss('no_error_handler');
      if (error instanceof ClientToolError && !this.options().onClientTool)
        this.#note('unknown_tool', { tool: error.toolName, isMissing: true });
      const url = this.options().api?.url;
      if (error instanceof ConnectionError && error.code === 'network' && url !== undefined && isForeign(url))
        this.#note('origin_refused');
    }
    if (name === 'thread.change' && this.#isResponding) this.#miss('not_persisted');
  };

  watchTool(handler: ClientToolHandler): ClientToolHandler {
    if (handler === undefined) return undefined;
    return async (call) => {
      const tool = call.name;
      this.#miss('not_locked');
      const answer = (async () => handler(call))();
      this.#time(answer, 'tool_slow', { tool, ms: TOOL_MS });
      const result = await answer;
      if (result === undefined) this.#note('unknown_tool', { tool });
      return result;
    };
  }

  /** The page gives the chat no height. */
  unsized(): void {
    this.#note('no_height');
  }

  /** Whether the page lacks all that would help; `isMissed`: it was needed just now. */
  lacks(code: GuardCode, isMissed: boolean): boolean {
    const { persist, initialThread, locks } = this.options();
    if (code === 'not_locked') return locks == null && this.isDeaf('response.start', isMissed);
    if (code === 'not_persisted')
      return persist === undefined && initialThread === undefined && this.isDeaf('thread.change', isMissed);
    return code === 'no_error_handler' && this.isDeaf('error', isMissed);
  }

  /** A page that listens to all events, as the React binding does, is judged by the events that it reads. */
  isDeaf(name: keyof ChatEvents, hasCome: boolean): boolean {
    const options = this.options();
    if (typeof options[handlerName(name)] === 'function' || this.#read.has(name)) return false;
    if (this.#listened.size === ALL_EVENTS) return hasCome;
    // An event was read without a known listener: the page attached it before the element was defined.
    if (this.#listened.has(name) || ![...this.#read].every((one) => this.#listened.has(one))) return false;
    // A page that attaches any listener after the definition is assumed to attach all of them then;
    // `onClientTool` and `onLog` do not count.
    const isShown = this.#handles(/^on[^CL]/) || this.#listened.size > +this.#listened.has('log');
    // An event that was not read has no listener, known or not; `response.start` has no detail to read.
    return !this.#isUpgraded || isShown || (hasCome && name !== 'response.start');
  }

  /** Whether an option that matches `names` is set. */
  #handles(names: RegExp): boolean {
    return Object.keys(this.options()).some((one) => names.test(one));
  }

  #miss(code: GuardCode): void {
    if (this.lacks(code, true)) this.#note(code);
  }

  #watchEffect({ name: effect, replayed }: ChatEvents['effect'], { ms, isFailed, returned }: Delivery): void {
    if (isFailed) this.#note('effect_failed', { effect });
    if (ms > SLOW_MS)
      this.#note(ms > BLOCKED_MS ? 'effect_blocked' : 'effect_slow', { effect, ms: Math.round(ms) });
    if (returned instanceof Promise) this.#watchPromise(effect, returned);
    if (this.#isResponding && !replayed) this.#miss('not_locked');
  }

  #watchPromise(effect: string, promise: Promise<unknown>): void {
    this.#time(promise, 'effect_blocked', { effect, ms: PROMISE_MS });
    promise.catch((error: unknown) => {
      callSafely(() => {
        throw error;
      });
      this.#note('effect_failed', { effect });
    });
  }

  /** Records a promise that is pending after `data.ms`. */
  #time(promise: Promise<unknown>, code: GuardCode, data: GuardData): void {
    const late = setTimeout(() => this.#note(code, data), data.ms);
    const inTime = (): void => clearTimeout(late);
    promise.then(inTime, inTime);
  }

  #note(code: GuardCode, data: GuardData = {}): void {
    const key = `${code} ${data.effect ?? data.tool}`;
    const known = this.seen.get(key);
    if (known === undefined) this.seen.set(key, { code, data, count: 1 });
    else known.count++;
    if (said.has(key)) return;
    said.add(key);
    const log = (message: string): void => this.#log({ name: `guard.${code}`, data: { message, ...data } });
    void this.words().then(
      ({ messageOf }) => log(messageOf(code, data)),
      () => log(code),
    );
  }
}
