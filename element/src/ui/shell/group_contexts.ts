// The contexts with which message groups are rendered.

import type { Slotted } from '../../api/slots.ts';
import { withMarkersInCode } from '../../markdown/hidden.ts';
import type { ItemView } from '../../session/view/view.ts';
import { copyText } from '../base/clipboard.ts';
import type { AnswerActions } from '../thread/answer_actions.ts';
import type { GroupContext } from '../thread/message_group.ts';
import { answerText, type MessageGroup, messageText } from '../thread/message_groups.ts';
import type { MessageList } from '../thread/message_list.ts';
import type { ShellContext } from './shell_context.ts';

export class GroupContexts {
  readonly #context: ShellContext;
  readonly #list: MessageList;
  readonly #retry: (userItemId: string) => void;
  #actions: AnswerActions | null = null;
  #current: GroupContext | null = null;
  #key: readonly unknown[] = [];

  constructor(context: ShellContext, list: MessageList, retry: (userItemId: string) => void) {
    this.#context = context;
    this.#list = list;
    this.#retry = retry;
  }

  /**
   * The same object until something in it changes, so that groups need not be rendered again: a framework
   * passes new, often equal options at every render of its own.
   */
  of(slotted: Slotted): GroupContext {
    const { options, markdown, acceptsMessages } = this.#context;
    const { feedback, retry } = options.threadItemActions ?? {};
    const { onClick, onRequestPreview } = options.entities ?? {};
    const key = [
      markdown,
      slotted,
      options.renderItem === undefined,
      feedback,
      retry,
      onClick === undefined && onRequestPreview === undefined,
      acceptsMessages,
    ];
    if (this.#current === null || key.some((part, at) => part !== this.#key[at]))
      this.#current = this.#make(slotted);
    this.#key = key;
    return this.#current;
  }

  #make(slotted: Slotted): GroupContext {
    const context = this.#context;
    const { options, strings, locale, extras, markdown } = context;
    const retry = context.acceptsMessages ? this.#retry : null;
    return {
      chat: context,
      strings,
      extras,
      locale,
      markdown,
      slotted,
      renderItem: options.renderItem === undefined ? null : (view) => this.#renderItem(view),
      copyMessage: (item) => this.copy(messageText(item), null),
      offersFeedback: options.threadItemActions?.feedback === true,
      offersRetry: options.threadItemActions?.retry === true,
      decide: (itemId, isAllowed) => context.session?.decide(itemId, isAllowed),
      copy: (group) => this.copy(answerText(group), group),
      feedback: (group, kind) => this.#act((actions) => actions.give(group, kind)),
      retry,
      resend: retry === null ? null : (item) => retry(item.id),
    };
  }

  /** If the page's renderer fails, the chat's own is used. */
  #renderItem({ item, status }: ItemView): Node | null {
    try {
      return this.#context.options.renderItem?.(item, { isStreaming: status === 'streaming' }) ?? null;
    } catch (error) {
      this.#context.pageFailed(error);
      return null;
    }
  }

  /** Starts synchronously in the click handler, as WebKit requires for the clipboard. */
  copy(text: string, place: MessageGroup | HTMLElement | null): void {
    const copying = copyText(withMarkersInCode(text));
    this.#act(async (actions) => actions.copied(await copying, place));
  }

  #act(run: (actions: AnswerActions) => Promise<void>): void {
    void this.#context.extras.when().then((extras) => {
      if (extras !== null) void run((this.#actions ??= new extras.AnswerActions(this.#context, this.#list)));
    });
  }
}
