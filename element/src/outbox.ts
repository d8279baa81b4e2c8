// Sends events to the page in order, and never before the page had the chance to listen.
import type { ChatEvents, Emit } from './events.ts';
import type { EventHandlers } from './options.ts';
import { callSafely } from './state/listeners.ts';

type HandlerName = keyof EventHandlers;

/** `thread.load.start` → `onThreadLoadStart`. */
export function handlerName(name: keyof ChatEvents): HandlerName {
  const words = name.split('.').map((word) => word[0]!.toUpperCase() + word.slice(1));
  return `on${words.join('')}` as HandlerName;
}

export class Outbox {
  readonly #target: EventTarget;
  readonly #handlers: () => EventHandlers;
  #waiting: (() => void)[] = [];
  #holds = 0;

  constructor(target: EventTarget, handlers: () => EventHandlers) {
    this.#target = target;
    this.#handlers = handlers;
  }

  /** Does not throw: what a listener or handler throws is reported as uncaught. */
  readonly emit: Emit = (name, detail) => this.do(() => this.#dispatch(name, detail));

  /** Runs now, or in its turn among the events while they are held. */
  do(step: () => void): void {
    if (this.#holds > 0 || this.#waiting.length > 0) this.#waiting.push(step);
    else callSafely(step);
  }

  /** Keeps back everything from now until `over` resolves. Several holds add up. */
  hold(over: Promise<void>): void {
    this.#holds++;
    void over.then(() => {
      this.#holds--;
      this.#flush();
    });
  }

  #flush(): void {
    // A step stays in the list while it runs, so that what it emits comes after what waits already.
    while (this.#holds === 0 && this.#waiting.length > 0) {
      callSafely(this.#waiting[0]!);
      this.#waiting.shift();
    }
  }

  #dispatch<Name extends keyof ChatEvents>(name: Name, detail: ChatEvents[Name]): void {
    callSafely(() => this.#target.dispatchEvent(new CustomEvent(`chatkit.${name}`, { detail })));
    const handlers = this.#handlers();
    callSafely(() => (handlers[handlerName(name)] as ((detail: ChatEvents[Name]) => void) | undefined)?.call(handlers, detail));
  }
}
