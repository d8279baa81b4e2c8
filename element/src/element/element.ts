// <openai-chatkit> and its neutral alias <turnstream-chat>: the element with its view, under both names.

import { ChatView, defineChatView } from '../ui/shell/chat.ts';
import { ChatElement, type ChatViewElement } from './chat_element.ts';

export class TurnstreamChat extends ChatElement {
  protected override createView(): ChatViewElement {
    return new ChatView();
  }
}

/** A second class, since the registry accepts each class under one name only. */
export class TurnstreamChatAlias extends TurnstreamChat {}

function define(name: string, element: CustomElementConstructor): void {
  if (customElements.get(name) === undefined) customElements.define(name, element);
}

defineChatView();
define('openai-chatkit', TurnstreamChat);
define('turnstream-chat', TurnstreamChatAlias);
