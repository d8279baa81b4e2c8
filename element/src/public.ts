// The element as a page's compiler sees it. `types.mjs` writes this and every type that it names into one .d.ts file.
import type { ChatEvents } from './events.ts';
import type { Finding } from './findings.ts';
import type { OutgoingMessage } from './message.ts';
import type { ChatOptions } from './options.ts';
import type { CustomAction } from './protocol/operations.ts';
import type { ComposerState, ComposerValue } from './state/session.ts';

/** `<turnstream-chat>`, and `<openai-chatkit>`. Methods wait until the element is ready. */
export interface TurnstreamChat extends HTMLElement {
  /** Replaces all options. Never throws: what cannot be used is left out and reported by `chatkit.error`. */
  setOptions(options: ChatOptions): void;
  focusComposer(): Promise<void>;
  /** Leaves the open thread, and with it a response that still runs. `null` opens the start screen. */
  setThreadId(threadId: string | null): Promise<void>;
  /** Resolves when the server took the message. Rejects while a response runs; what fails later is `chatkit.error`. */
  sendUserMessage(message: OutgoingMessage): Promise<void>;
  setComposerValue(value: Partial<ComposerValue>): Promise<void>;
  /** What the person has written, chosen and attached, and has not sent. */
  getComposerValue(): Promise<ComposerState>;
  /** Resolves when no response runs any more. Rejects while one runs that the server does not let be stopped. */
  stop(): Promise<void>;
  /** Reads the open thread again and follows a response that runs there. */
  resume(): Promise<void>;
  fetchUpdates(): Promise<void>;
  /** Waits while a response runs. */
  sendCustomAction(action: CustomAction, itemId?: string): Promise<void>;
  showHistory(): Promise<void>;
  hideHistory(): Promise<void>;
  /** The mistakes of the page that were seen so far. Does not wait for the element. */
  inspect(): Promise<Finding[]>;
  /** Takes back the newest changes that have an `undoWith`. Rejects while a response runs, and when there are none. */
  undo(): Promise<void>;
  /** Makes the changes again that were undone last. Rejects as `undo` does. */
  redo(): Promise<void>;

  addEventListener<Name extends keyof ChatEventMap>(
    type: Name,
    listener: (this: TurnstreamChat, event: ChatEventMap[Name]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;
  removeEventListener<Name extends keyof ChatEventMap>(
    type: Name,
    listener: (this: TurnstreamChat, event: ChatEventMap[Name]) => void,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | EventListenerOptions): void;
}

/** The events by their whole names: `chatkit.effect`, and so on. */
export type ChatEventMap = { [Name in keyof ChatEvents as `chatkit.${Name}`]: CustomEvent<ChatEvents[Name]> };

/** The options that the official package does not have. */
export type OwnOptions = Pick<ChatOptions, 'locks' | 'persist' | 'effects' | 'renderItem'>;

/**
 * The options of the official React hook together with our own:
 *
 *     const options: WithOwnOptions<UseChatKitOptions> = { api, locks: '#app', onEffect: ({ undoWith }) => … };
 *     const { control, ref } = useChatKit(options as UseChatKitOptions);
 */
export type WithOwnOptions<Options> = Omit<Options, 'onEffect'> & OwnOptions & { onEffect?: (effect: ChatEvents['effect']) => void };

declare global {
  interface HTMLElementTagNameMap {
    'turnstream-chat': TurnstreamChat;
  }
}
