// Pictures and files in the thread and in the composer: their bundle is loaded with the first of them.
import { render, type TemplateResult } from 'lit-html';
import { Directive, directive } from 'lit-html/directive.js';
import type { Attachment, ThreadItem } from '../../protocol/wire.ts';
import { html } from '../base/html.ts';
import type { ChatContext } from '../context.ts';
import { ExtrasLoader } from '../extras_loader.ts';
import type { ItemContext } from './items.ts';

export type Files = typeof import('../../files.ts');
export type GeneratedImage = Extract<ThreadItem, { type: 'generated_image' }>;

/** The bundles of all chats. */
const ofChats = new WeakMap<ChatContext, FilesBundle>();

export function filesOf(chat: ChatContext): FilesBundle {
  const bundle = ofChats.get(chat) ?? new FilesBundle(chat);
  ofChats.set(chat, bundle);
  return bundle;
}

class FilesBundle {
  readonly loader: ExtrasLoader<Files>;
  /** What is rendered when the bundle is loaded, or may be requested again. */
  readonly #later = new Set<() => void>();

  constructor(chat: ChatContext) {
    this.loader = new ExtrasLoader<Files>(
      (styles) => {
        chat.adopt(styles);
        const later = [...this.#later];
        this.#later.clear();
        for (const run of later) run();
      },
      (error) => chat.failed('part.failed', error, { part: 'files' }),
      () => import('../../files.ts'),
    );
  }

  /** The bundle; if it is not loaded yet, `run` is called when it may be. */
  get(run: () => void): Files | null {
    const files = this.loader.get();
    if (files === null) this.#later.add(run);
    return files;
  }
}

type Rendered = (files: Files) => TemplateResult;

class WithFiles extends Directive {
  readonly #node = document.createElement('div');
  #chat: ChatContext | null = null;
  #template: Rendered | null = null;

  override render(chat: ChatContext, template: Rendered): Node {
    this.#chat = chat;
    this.#template = template;
    this.#node.className = 'with-files';
    this.#show();
    return this.#node;
  }

  readonly #show = (): void => {
    const files = filesOf(this.#chat!).get(this.#show);
    if (files !== null) render(this.#template!(files), this.#node);
  };
}

const withFiles = directive(WithFiles);

export function generatedImage(
  item: GeneratedImage,
  progress: number | undefined,
  context: ItemContext,
): TemplateResult {
  return html`${withFiles(context.chat, (files) => files.generatedImage(item, progress, context))}`;
}

export function attachmentsTemplate(
  attachments: readonly Attachment[],
  context: ItemContext,
): TemplateResult {
  return html`${withFiles(context.chat, (files) => files.attachmentsTemplate(attachments, context))}`;
}
