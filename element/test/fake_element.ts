// The element with a view that only records the calls of its methods.

import type { ChatOptions } from '../src/api/options.ts';
import { NOTHING_SLOTTED, type Slotted } from '../src/api/slots.ts';
import { ChatElement, type ChatViewElement } from '../src/element/chat_element.ts';
import type { ComposerState, ComposerValue, Session } from '../src/session/session.ts';

export class FakeView extends HTMLElement implements ChatViewElement {
  session!: Session;
  options!: ChatOptions;
  readonly asked: unknown[] = [];
  slotted: Slotted = NOTHING_SLOTTED;
  readonly composerValue: ComposerState = {
    text: 'draft',
    content: [],
    reply: null,
    attachments: [],
    selectedToolId: null,
    selectedModelId: null,
  };

  focusComposer(): void {
    this.asked.push('focus');
  }
  refuse(error: unknown): void {
    this.asked.push(error);
  }
  setComposerValue(value: Partial<ComposerValue>): void {
    this.asked.push(value);
  }
  showHistory(): void {
    this.asked.push('show');
    this.dispatchEvent(new CustomEvent('history-open'));
  }
  async undo(isUndone: boolean): Promise<void> {
    this.asked.push(isUndone ? 'undo' : 'redo');
  }
  async clearUndo(): Promise<void> {
    this.asked.push('clear undo');
  }
  hideHistory(): void {
    this.asked.push('hide');
    this.dispatchEvent(new CustomEvent('history-close'));
  }
}

export class FakeElement extends ChatElement {
  protected override createView(): ChatViewElement {
    return new FakeView();
  }
  get view(): FakeView {
    return this.shadowRoot!.querySelector<FakeView>('fake-view')!;
  }
}

customElements.define('fake-view', FakeView);
customElements.define('openai-chatkit', FakeElement);
