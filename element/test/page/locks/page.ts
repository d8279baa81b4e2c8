// A page with chats that answer on command of the test, and with the regions that they lock.

import type { LocksOption } from '../../../src/api/options.ts';
import { Locks } from '../../../src/page/locks/locks.ts';
import type { Session } from '../../../src/session/session.ts';
import { emptyView, type ThreadView } from '../../../src/session/view/view.ts';
import { english } from '../../../src/ui/i18n/strings.ts';

export class Chat {
  readonly element = document.createElement('div');
  readonly errors: string[] = [];
  view: ThreadView = emptyView;
  locks: LocksOption | null | undefined;
  readonly #listeners = new Set<() => void>();
  readonly #controller: Locks;

  constructor(locks?: LocksOption | null, into: ParentNode = document.body) {
    this.locks = locks;
    this.element.className = 'chat';
    const inner = document.createElement('div');
    const root = inner.attachShadow({ mode: 'open' });
    this.element.attachShadow({ mode: 'open' }).append(inner);
    const chat = (): Chat => this;
    const session = {
      lock: [],
      get view() {
        return chat().view;
      },
      subscribe: (listener: () => void) => (
        this.#listeners.add(listener), () => void this.#listeners.delete(listener)
      ),
    };
    this.#controller = new Locks({
      strings: english,
      get options() {
        return { api: { url: '/' }, locks: chat().locks ?? null };
      },
      session: session as unknown as Session,
      root: () => root,
      announce: () => undefined,
      changed: () => undefined,
      pageFailed: (error) => void this.errors.push((error as Error).message),
    });
    into.append(this.element);
    this.#controller.follow();
  }

  get isAttached(): boolean {
    return this.element.isConnected;
  }
  show(part: Partial<ThreadView>): void {
    this.view = { ...this.view, ...part };
    for (const listener of [...this.#listeners]) listener();
  }
  start(): void {
    this.show({ phase: 'responding', lock: null });
  }
  end(part: Partial<ThreadView> = {}): void {
    this.show({ phase: 'idle', connection: 'live', lock: null, ...part });
  }
  use(locks: LocksOption | null): void {
    this.locks = locks;
    if (this.isAttached) this.#controller.follow();
  }
  /** As the element does: the session detaches, and the locks are released. */
  remove(): void {
    this.element.remove();
    this.end();
    this.#controller.leave();
  }
  attach(): void {
    document.body.append(this.element);
    this.#controller.follow();
  }
  say(words: string | null): string | null {
    return this.#controller.say(words);
  }
}

export function part(html: string): HTMLElement {
  const template = document.createElement('template');
  template.innerHTML = html;
  const element = template.content.firstElementChild as HTMLElement;
  document.body.append(element);
  return element;
}

/** The ids of the inert elements. */
export function inert(): string[] {
  return [...document.querySelectorAll('[inert]')].map(({ id }) => id);
}

/** Resolves after mutation observers have been called. */
export function observed(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
