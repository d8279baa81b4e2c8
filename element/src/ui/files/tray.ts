// The files of a message that is not sent yet, each with a button that removes it.
import { nothing, type TemplateResult } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import type { Attachment } from '../../protocol/wire.ts';
import type { ComposerValue } from '../../session/session.ts';
import { html } from '../base/html.ts';
import { icon } from '../base/icons.ts';
import type { Draft } from '../composer/drafts.ts';
import type { ChatContext } from '../context.ts';
import { FileDrop } from './file_drop.ts';
import { definePicture, type Picture } from './picture_element.ts';
import { type PictureSource, sourcesOf, storeOf } from './picture_sources.ts';
import { dropTarget } from './styles/drop_target.ts';
import { tray } from './styles/tray.ts';
import { type DraftFile, Uploads, type UploadsComposer } from './uploads.ts';
import { wordsOf } from './words.ts';

export const styles = [tray, dropTarget];

export type TrayComposer = UploadsComposer & {
  /** Whether the thread accepts no message now. */
  readonly isBlocked: boolean;
  readonly set: (value: Partial<ComposerValue>) => void;
  readonly attach: (files: readonly File[]) => Promise<void>;
};

export class FileTray {
  readonly #context: ChatContext;
  readonly #composer: TrayComposer;
  readonly #uploads: Uploads;
  readonly #fileDrop: FileDrop;
  #isExplained = false;

  constructor(context: ChatContext, composer: TrayComposer) {
    definePicture();
    this.#context = context;
    this.#composer = composer;
    this.#uploads = new Uploads(context, composer);
    this.#fileDrop = new FileDrop(context, composer);
    this.#fileDrop.listen();
  }

  /** Whether a message has to wait for its files. */
  get isBusy(): boolean {
    return this.#uploads.isBusy;
  }

  add(files: readonly File[], draft: Draft): void {
    this.#uploads.add(files, draft);
    void this.#context.changed().then(() => this.#revealLast());
  }

  /** The draft is gone: aborts its uploads. */
  forget(draft: Draft): void {
    this.#uploads.forget(draft);
  }

  /** Another server: aborts all uploads. */
  giveUp(): void {
    this.#uploads.giveUp();
  }

  /** Says why a message is not sent, if a file has failed. */
  explain(): void {
    if (!this.#uploads.hasFailed) return;
    this.#isExplained = true;
    this.#composer.complain(wordsOf(this.#context.strings).failedFile);
  }

  /** The chat leaves the page. */
  leave(): void {
    this.#fileDrop.hide();
  }

  template(): TemplateResult | typeof nothing {
    const { files } = this.#uploads;
    if (files.length === 0) return nothing;
    return html`<ul class="chips tray" role="list">${repeat(
      files,
      ({ upload, attachment }) => upload ?? attachment,
      (file) => this.#tile(file),
    )}</ul>`;
  }

  #tile(file: DraftFile): TemplateResult {
    const { strings } = this.#context;
    const { upload } = file;
    const { name, isImage } = about(file);
    const isRunning = upload !== null && file.attachment === null && upload.problem === null;
    const problem = upload?.problem ?? null;
    return html`<li class="tile ${isImage ? 'image' : ''} ${problem === null ? '' : 'failed'}"
      aria-busy=${isRunning}>
      <span class="tile-picture">
        ${isImage ? this.#picture(file, name) : icon('document')}
        ${isRunning ? spinner(strings.uploading) : nothing}
      </span>
      <span class="tile-text"><span class="file-name" dir="auto">${name}</span>${
        problem === null ? nothing : html`<small role="alert">${problem}</small>`
      }</span>
      ${
        upload === null || problem === null
          ? nothing
          : html`<button type="button" class="icon-button small" aria-label="${strings.tryAgain}: ${name}"
              @click=${() => this.#again(upload)}>${icon('reload')}</button>`
      }
      <button type="button" class="icon-button small tile-remove" aria-label=${strings.removeAttachment(name)}
        @click=${() => this.#remove(file)}><span>${icon('close')}</span></button></li>`;
  }

  #picture({ upload, attachment }: DraftFile, name: string): TemplateResult {
    const local: PictureSource[] =
      upload === null ? [] : [{ key: upload.file, load: () => Promise.resolve(upload.file) }];
    const picture: Picture = {
      name,
      sources: [...local, ...sourcesOf(attachment?.preview_url, this.#context)],
      store: storeOf(this.#context),
      fallback: html`${icon('square-image')}`,
      isEager: true,
    };
    return html`<turnstream-picture .picture=${picture}></turnstream-picture>`;
  }

  #again(upload: NonNullable<DraftFile['upload']>): void {
    this.#uploads.again(upload);
    this.#clear();
  }

  #remove({ upload, attachment }: DraftFile): void {
    if (attachment !== null) this.#removeUploaded(attachment);
    else if (upload !== null) this.#uploads.drop(upload);
    this.#clear();
  }

  #removeUploaded(attachment: Attachment): void {
    const rest = this.#composer.draft.attachments.filter((other) => other !== attachment);
    this.#composer.set({ attachments: rest });
    this.#context.removed(attachment);
  }

  /** The tray scrolls if its files do not fit. */
  #revealLast(): void {
    const node = this.#context.root().querySelector('.tray');
    if (node !== null) node.scrollTop = node.scrollHeight;
  }

  /** What `explain` has said is over. */
  #clear(): void {
    if (!this.#isExplained || this.#uploads.hasFailed) return;
    this.#isExplained = false;
    this.#composer.complain(null);
  }
}

function spinner(label: string): TemplateResult {
  return html`<span class="spinner" role="img" aria-label=${label}></span>`;
}

function about({ upload, attachment }: DraftFile): { readonly name: string; readonly isImage: boolean } {
  return {
    name: upload?.file.name ?? attachment?.name ?? '',
    isImage: attachment?.type === 'image' || upload?.file.type.startsWith('image/') === true,
  };
}
