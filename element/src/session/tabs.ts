// Messages between the tabs of one browser, so that no tab needs a connection just to learn of the others'
// turns.
import type { Channel, Platform } from './platform.ts';

export type TabMessage =
  /** The sender follows a running turn. */
  | { readonly kind: 'turn'; readonly threadId: string; readonly turnId: string }
  /** The sender asks whether another tab follows this turn. */
  | { readonly kind: 'ask'; readonly threadId: string; readonly turnId: string }
  | { readonly kind: 'ended'; readonly threadId: string; readonly turnId: string }
  | { readonly kind: 'created'; readonly threadId: string }
  | { readonly kind: 'renamed'; readonly threadId: string; readonly title: string }
  | { readonly kind: 'deleted'; readonly threadId: string };

const KINDS: ReadonlySet<unknown> = new Set([
  'turn',
  'ask',
  'ended',
  'created',
  'renamed',
  'deleted',
] satisfies TabMessage['kind'][]);

export class Tabs {
  readonly #platform: Platform;
  readonly #receive: (message: TabMessage) => void;
  #channel: Channel | null = null;

  constructor(platform: Platform, receive: (message: TabMessage) => void) {
    this.#platform = platform;
    this.#receive = receive;
  }

  open(): void {
    this.#channel ??= this.#platform.openChannel((message) => {
      if (isMessage(message)) this.#receive(message);
    });
  }

  close(): void {
    this.#channel?.close();
    this.#channel = null;
  }

  tell(message: TabMessage): void {
    this.#channel?.post(message);
  }
}

/** Another version of this element may run in the other tab. */
function isMessage(message: unknown): message is TabMessage {
  const { kind, threadId } = (message ?? {}) as Partial<TabMessage>;
  return KINDS.has(kind) && typeof threadId === 'string';
}
