// The element's types for pages. `types.mjs` writes them, and every type that they name, into one .d.ts file.
import type { ChatEvents } from '../api/events.ts';
import type { OutgoingMessage } from '../api/message.ts';
import type { ChatOptions, WidgetElementOptions } from '../api/options.ts';
import type { Finding } from '../diagnostics/diagnostic_messages.ts';
import type { CustomAction } from '../protocol/operations.ts';
import type { WidgetNode } from '../protocol/wire.ts';
import type { ComposerState, ComposerValue } from '../session/session.ts';

/** `<turnstream-chat>`, and `<openai-chatkit>`. Methods wait until the element is ready. */
export interface TurnstreamChat extends HTMLElement {
  /** Replaces all options. Never throws: invalid options are ignored and reported in `chatkit.error`. */
  setOptions(options: ChatOptions): void;
  focusComposer(): Promise<void>;
  /** Opens another thread and detaches from a running response. `null` opens the start screen. */
  setThreadId(threadId: string | null): Promise<void>;
  /**
   * Resolves when the server has accepted the message. Rejects while a response runs; later failures fire
   * `chatkit.error`.
   */
  sendUserMessage(message: OutgoingMessage): Promise<void>;
  setComposerValue(value: Partial<ComposerValue>): Promise<void>;
  /** The text, choices and attachments in the composer. */
  getComposerValue(): Promise<ComposerState>;
  /**
   * Resolves when no response is running. Rejects if the server does not allow the running response to be
   * stopped.
   */
  stop(): Promise<void>;
  /** Reloads the open thread and attaches to its running response. */
  resume(): Promise<void>;
  fetchUpdates(): Promise<void>;
  /** Waits while a response runs. */
  sendCustomAction(action: CustomAction, itemId?: string): Promise<void>;
  showHistory(): Promise<void>;
  hideHistory(): Promise<void>;
  /** The problems found in the page so far. Does not wait for the element. */
  inspect(): Promise<Finding[]>;
  /**
   * Undoes the newest changes that have an `undoWith`. Rejects while a response runs, and when there are
   * none.
   */
  undo(): Promise<void>;
  /** Redoes the changes that were undone last. Rejects like `undo`. */
  redo(): Promise<void>;
  /** Drops the undo history of the open thread, after a step that makes its changes final. */
  clearUndo(): Promise<void>;

  addEventListener<Name extends keyof ChatEventMap>(
    type: Name,
    listener: (this: TurnstreamChat, event: ChatEventMap[Name]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
  removeEventListener<Name extends keyof ChatEventMap>(
    type: Name,
    listener: (this: TurnstreamChat, event: ChatEventMap[Name]) => void,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | EventListenerOptions,
  ): void;
}

/** The events by their full names, such as `chatkit.effect`. */
export type ChatEventMap = { [Name in keyof ChatEvents as `chatkit.${Name}`]: CustomEvent<ChatEvents[Name]> };

/** The options that the official package does not have. */
export type OwnOptions = Pick<
  ChatOptions,
  'locks' | 'persist' | 'effects' | 'renderItem' | 'images' | 'strings'
> & {
  widgets?: Pick<NonNullable<ChatOptions['widgets']>, 'components' | 'frames'>;
};

/**
 * The options of the official React hook together with our own:
 *
 *     const options: WithOwnOptions<UseChatKitOptions> = { api, locks: '#app', onEffect: ({ undoWith }) => …
 * };
 *     const { control, ref } = useChatKit(options as UseChatKitOptions);
 */
export type WithOwnOptions<Options> = Omit<Options, 'onEffect'> &
  OwnOptions & { onEffect?: (effect: ChatEvents['effect']) => void };

/** `<turnstream-widget>`: one widget without a chat around it. It fires `chatkit.error` and `chatkit.log`. */
export interface TurnstreamWidget extends HTMLElement {
  /** The widget as JSON, as on the wire: a root or any component. Null shows nothing. */
  widget: WidgetNode | null;
  /** Replaces all options. Never throws: invalid options are ignored and reported in `chatkit.error`. */
  setOptions(options: WidgetElementOptions): void;
}

declare global {
  interface HTMLElementTagNameMap {
    'turnstream-chat': TurnstreamChat;
    'turnstream-widget': TurnstreamWidget;
  }
}
