// Sends events to the page in order, and never before the page could listen. An effect and the events after
// it are dispatched in tasks of their own: a slow page does not delay the stream.
import type { ChatEvents, Emit } from '../api/events.ts';
import type { ChatOptions, EventHandlers } from '../api/options.ts';
import { inFrame, inTask } from '../dom/scheduling.ts';
import { callSafely } from '../session/listeners.ts';

type HandlerName = keyof EventHandlers;

/** `thread.load.start` → `onThreadLoadStart`. */
export function handlerName(name: keyof ChatEvents): HandlerName {
  const words = name.split('.').map((word) => word[0]!.toUpperCase() + word.slice(1));
  return `on${words.join('')}` as HandlerName;
}

/** How the page handled an event. */
export type Delivery = {
  readonly ms: number;
  /** A listener or the handler threw. */
  readonly isFailed: boolean;
  /** A listener has read `detail`. */
  readonly isRead: boolean;
  /** The return value of the handler among the options. */
  readonly returned: unknown;
};

export type Watch = <Name extends keyof ChatEvents>(
  name: Name,
  detail: ChatEvents[Name],
  delivery: Delivery,
) => void;

/** `effect` is its name; a newer effect replaces an older one of the same `slot`. */
type Step = {
  readonly run: () => void;
  readonly effect?: string;
  readonly slot?: string;
  readonly isDue?: boolean;
};

/** After this time, the queue yields to other tasks of the page. */
const SLICE_MS = 8;

export class EventQueue {
  readonly #target: EventTarget;
  readonly #options: () => Partial<ChatOptions>;
  readonly #watch: Watch;
  #steps: Step[] = [];
  /** Effects for the next frame, the newest of each slot. They precede all queued steps. */
  readonly #framed = new Map<string, Step>();
  #cancelFrame: () => void = () => undefined;
  #holds = 0;
  #isDue = false;
  #isRunning = false;

  constructor(target: EventTarget, options: () => Partial<ChatOptions>, watch: Watch) {
    this.#target = target;
    this.#options = options;
    this.#watch = watch;
  }

  /** Does not throw: errors of listeners and handlers are reported as uncaught. */
  readonly emit: Emit = (name, detail, key) => {
    const run = (): void => this.#dispatch(name, detail);
    if (name !== 'effect') return this.do(run);
    const effect = (detail as ChatEvents['effect']).name;
    this.#add({ run, effect, slot: JSON.stringify([effect, key]) });
  };

  /** Runs `run` now, or in order with the queued events. */
  do(run: () => void): void {
    if (this.#holds > 0 || this.#steps.length > 0 || this.#framed.size > 0) this.#add({ run });
    else callSafely(run);
  }

  /** Resolves when the page has handled everything that was emitted until now. */
  delivered(): Promise<void> {
    return new Promise((resolve) => this.do(resolve));
  }

  /** Delays all events until `over` resolves. Several holds add up. */
  hold(over: Promise<void>): void {
    this.#holds++;
    void over.then(() => {
      this.#holds--;
      this.#flush(false);
    });
  }

  #add(step: Step): void {
    this.#steps.push(step);
    if (this.#holds === 0 && !this.#isRunning) this.#schedule();
  }

  #schedule(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    inTask(() => {
      this.#isDue = false;
      this.#flush(true);
    });
  }

  #flush(isTask: boolean): void {
    const until = performance.now() + SLICE_MS;
    this.#isRunning = true;
    while (this.#holds === 0 && this.#steps.length > 0) {
      const step = this.#steps[0]!;
      const mustWait = isTask
        ? performance.now() > until
        : step.effect !== undefined || this.#framed.size > 0;
      if (mustWait) {
        this.#schedule();
        break;
      }
      this.#run(step);
    }
    this.#isRunning = false;
  }

  #run(step: Step): void {
    if (this.#isForFrame(step)) {
      this.#steps.shift();
      this.#keepForFrame(step);
    } else if (this.#framed.size > 0) {
      this.#recall();
    } else {
      callSafely(step.run);
      this.#steps.shift(); // Only now, so that events that it emits are queued last.
    }
  }

  #isForFrame({ effect, isDue }: Step): boolean {
    if (effect === undefined || isDue) return false;
    const { effects = {} } = this.#options();
    return effects[Object.hasOwn(effects, effect) ? effect : '*']?.schedule === 'frame';
  }

  #keepForFrame(step: Step): void {
    if (this.#framed.size === 0) {
      this.#cancelFrame = inFrame(() => {
        this.#recall();
        this.#flush(true);
      });
    }
    // Deleted first: the newest effect is ordered by its own time, not by that of the replaced one.
    this.#framed.delete(step.slot!);
    this.#framed.set(step.slot!, { ...step, isDue: true });
  }

  #recall(): void {
    this.#cancelFrame();
    this.#steps.unshift(...this.#framed.values());
    this.#framed.clear();
  }

  #dispatch<Name extends keyof ChatEvents>(name: Name, detail: ChatEvents[Name]): void {
    let isFailed = false;
    let isRead = false;
    let returned: unknown;
    const event = new CustomEvent(`chatkit.${name}`, { detail });
    Object.defineProperty(event, 'detail', { get: () => ((isRead = true), detail ?? null) });
    // `dispatchEvent` does not throw the error of a listener; the window reports it.
    const fail = (): void => void (isFailed = true);
    const begunAt = performance.now();
    globalThis.addEventListener('error', fail, true);
    this.#target.dispatchEvent(event);
    globalThis.removeEventListener('error', fail, true);
    const handlers = this.#options();
    const isHandled = callSafely(
      () =>
        (returned = (
          handlers[handlerName(name)] as ((detail: ChatEvents[Name]) => unknown) | undefined
        )?.call(handlers, detail)),
    );
    this.#watch(name, detail, {
      ms: performance.now() - begunAt,
      isFailed: isFailed || !isHandled,
      isRead,
      returned,
    });
  }
}
