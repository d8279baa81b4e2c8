// The view as it is now, and who wants to know of it.
import type { ThreadStreamEvent } from '../protocol/wire.ts';
import { Listeners, type RequestFrame } from './listeners.ts';
import { type LocalAction, reduce } from './reducer.ts';
import { emptyView, type ThreadView } from './view.ts';

export class ViewState {
  readonly #listeners: Listeners;
  #view: ThreadView = emptyView;

  constructor(requestFrame: RequestFrame) {
    this.#listeners = new Listeners(requestFrame);
  }

  get view(): ThreadView {
    return this.#view;
  }

  subscribe(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  apply(action: ThreadStreamEvent | LocalAction): void {
    const before = this.#view;
    this.#view = reduce(before, action);
    if (this.#view !== before) this.#listeners.notify();
  }

  /** Shown with the next frame, together with what else streams in until then. */
  stream(event: ThreadStreamEvent): void {
    this.#view = reduce(this.#view, event);
    this.#listeners.notifyInFrame();
  }

  notify(): void {
    this.#listeners.notify();
  }
}
