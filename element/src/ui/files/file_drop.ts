// Files that are dropped onto the chat, wherever, or pasted into the composer.
import { render } from 'lit-html';
import { html } from '../base/html.ts';
import { icon } from '../base/icons.ts';
import type { ChatContext } from '../context.ts';
import { wordsOf } from './words.ts';

export type DropComposer = {
  readonly isBlocked: boolean;
  readonly attach: (files: readonly File[]) => Promise<void>;
};

export class FileDrop {
  readonly #context: ChatContext;
  readonly #composer: DropComposer;
  readonly #target = document.createElement('div');
  /** What the drag has entered last. */
  #entered: EventTarget | null = null;

  constructor(context: ChatContext, composer: DropComposer) {
    this.#context = context;
    this.#composer = composer;
    this.#target.className = 'drop-target';
  }

  /** Listens for as long as the chat exists. */
  listen(): void {
    const root = this.#context.root();
    root.addEventListener('dragenter', (event) => this.#onEnter(event as DragEvent));
    root.addEventListener('dragover', (event) => this.#onOver(event as DragEvent));
    root.addEventListener('dragleave', (event) => this.#onLeave(event as DragEvent));
    root.addEventListener('drop', (event) => this.#onDrop(event as DragEvent));
    root.addEventListener('paste', (event) => this.#onPaste(event as ClipboardEvent));
  }

  hide(): void {
    this.#entered = null;
    this.#target.remove();
  }

  get #isOffered(): boolean {
    return this.#context.options.composer?.attachments?.enabled === true;
  }

  #onEnter(event: DragEvent): void {
    if (!this.#isOffered || !hasFiles(event)) return;
    event.preventDefault();
    this.#entered = event.target;
    if (!this.#composer.isBlocked) this.#show();
  }

  /**
   * A browser opens a file that nothing accepts in the place of the page. A drag may have entered before the
   * chat listened.
   */
  #onOver(event: DragEvent): void {
    if (!this.#isOffered || !hasFiles(event)) return;
    if (this.#entered === null) this.#onEnter(event);
    event.preventDefault();
    event.dataTransfer!.dropEffect = this.#composer.isBlocked ? 'none' : 'copy';
  }

  /** A drag enters its next element before it leaves the one before: what it leaves last is the chat. */
  #onLeave(event: DragEvent): void {
    if (event.target === this.#entered) this.hide();
  }

  #onDrop(event: DragEvent): void {
    this.hide();
    if (this.#isOffered && hasFiles(event)) this.#add(event, [...(event.dataTransfer?.files ?? [])]);
  }

  #onPaste(event: ClipboardEvent): void {
    if (this.#isOffered && (event.target as Element).closest('.composer') !== null)
      this.#add(event, pastedFiles(event.clipboardData));
  }

  #add(event: Event, files: readonly File[]): void {
    if (files.length === 0) return;
    event.preventDefault();
    if (!this.#composer.isBlocked) void this.#composer.attach(files);
  }

  /** It covers the whole chat, so that whatever changes under it, the drag stays in one element. */
  #show(): void {
    const shell = this.#context.root().querySelector('.shell');
    if (shell === null || this.#target.parentNode === shell) return;
    const { dropFiles } = wordsOf(this.#context.strings);
    render(html`<div>${icon('paperclip')}<span>${dropFiles}</span></div>`, this.#target);
    shell.append(this.#target);
    this.#context.announce(dropFiles);
  }
}

function hasFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes('Files') === true;
}

/**
 * The pasted files; none if text is pasted, since office programs add an image of it. File managers add file
 * names as text.
 */
function pastedFiles(clipboard: DataTransfer | null): File[] {
  const files = [...(clipboard?.files ?? [])];
  const text = clipboard?.getData('text/plain') ?? '';
  return text === '' || files.every(({ name }) => text.includes(name)) ? files : [];
}
