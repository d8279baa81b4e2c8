// The current view and its subscribers.
import type { ThreadStreamEvent } from '../../protocol/wire.ts';
import { Listeners, type RequestFrame } from '../listeners.ts';
import { type LocalAction, reduce } from './reducer.ts';
import { emptyView, type ThreadView } from './view.ts';

type Updated = Extract<ThreadStreamEvent, { type: 'thread.item.updated' }>;
type TextDelta = Updated & {
  update: Extract<Updated['update'], { type: 'assistant_message.content_part.text_delta' }>;
};

export class ViewState {
  readonly #listeners: Listeners;
  #view: ThreadView = emptyView;
  /**
   * Text that the view does not contain yet. It is applied in one step, since each change of the view copies
   * the list of items.
   */
  #unread: TextDelta | null = null;

  constructor(requestFrame: RequestFrame) {
    this.#listeners = new Listeners(requestFrame);
  }

  get view(): ThreadView {
    this.#catchUp();
    return this.#view;
  }

  subscribe(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  apply(action: ThreadStreamEvent | LocalAction): void {
    const before = this.view;
    this.#view = reduce(before, action);
    if (this.#view !== before) this.#listeners.notify();
  }

  /** Applies a streamed event with the next frame, together with all others until then. */
  stream(event: ThreadStreamEvent): void {
    if (isTextDelta(event)) this.#gather(event);
    else this.#view = reduce(this.view, event);
    this.#listeners.notifyInFrame();
  }

  notify(): void {
    this.#listeners.notify();
  }

  #catchUp(): void {
    if (this.#unread !== null) this.#view = reduce(this.#view, this.#unread);
    this.#unread = null;
  }

  #gather(event: TextDelta): void {
    const unread = this.#unread;
    const isSame =
      unread?.item_id === event.item_id && unread.update.content_index === event.update.content_index;
    if (!isSame) this.#catchUp();
    const text = isSame ? unread.update.delta : '';
    this.#unread = { ...event, update: { ...event.update, delta: text + event.update.delta } };
  }
}

function isTextDelta(event: ThreadStreamEvent): event is TextDelta {
  return (
    event.type === 'thread.item.updated' && event.update.type === 'assistant_message.content_part.text_delta'
  );
}
