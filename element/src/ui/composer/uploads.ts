// The uploads of a message: which files are allowed, their progress, and their errors.

import { html, nothing, type TemplateResult } from 'lit-html';
import type { AttachmentOptions } from '../../api/options.ts';
import { icon } from '../base/icons.ts';
import type { ChatContext } from '../context.ts';
import { said } from '../i18n/strings.ts';
import { images } from '../theme/styles/images.ts';
import type { Draft } from './drafts.ts';
import { uploads } from './styles/uploads.ts';

export const styles = [images, uploads];

export type UploadsComposer = {
  readonly draft: Draft;
  /** Shows why a file is refused. */
  readonly complain: (words: string) => void;
};

type Upload = {
  readonly file: File;
  readonly draft: Draft;
  readonly controller: AbortController;
  problem: string | null;
};

const MAX_COUNT = 10;
const MAX_SIZE = 100 * 1024 * 1024;

export class Uploads {
  readonly #context: ChatContext;
  readonly #composer: UploadsComposer;
  #running: readonly Upload[] = [];

  constructor(context: ChatContext, composer: UploadsComposer) {
    this.#context = context;
    this.#composer = composer;
  }

  /** Whether a message has to wait for its files. A failed file counts until it is removed or retried. */
  get isBusy(): boolean {
    return this.#here.length > 0;
  }

  get #options(): AttachmentOptions {
    return this.#context.options.composer?.attachments ?? { enabled: true };
  }

  /** Uploads the allowed files and shows why the others are refused. */
  add(files: readonly File[], draft: Draft): void {
    const { strings } = this.#context;
    const options = this.#options;
    const most = options.maxCount ?? MAX_COUNT;
    const room = Math.max(0, most - draft.attachments.length - this.#of(draft).length);
    const problems = files
      .slice(0, room)
      .flatMap((file) => this.#problemOf(file) ?? this.#begin(file, draft));
    if (files.length > room) problems.push(strings.tooManyFiles(most));
    if (problems.length > 0) this.#composer.complain(problems.join(' '));
    this.#context.changed();
  }

  /** Aborts the uploads of `draft`. */
  forget(draft: Draft): void {
    for (const upload of this.#of(draft)) this.#drop(upload);
  }

  giveUp(): void {
    for (const upload of this.#running) this.#drop(upload);
  }

  template(): TemplateResult | typeof nothing {
    if (this.#here.length === 0) return nothing;
    return html`${this.#here.map((upload) => this.#chip(upload))}`;
  }

  get #here(): readonly Upload[] {
    return this.#of(this.#composer.draft);
  }

  #of(draft: Draft): readonly Upload[] {
    return this.#running.filter((upload) => upload.draft === draft);
  }

  #chip(upload: Upload): TemplateResult {
    const { strings } = this.#context;
    const { file, problem } = upload;
    const remove = strings.removeAttachment(file.name);
    return html`<span class="attached-file upload ${problem === null ? '' : 'failed'}" role="group"
      aria-label=${file.name} aria-busy=${problem === null}>
      ${
        problem === null
          ? html`<span class="spinner" role="img" aria-label=${strings.uploading}></span>`
          : icon('danger')
      }
      <span class="upload-text"><span>${file.name}</span>${
        problem === null ? nothing : html`<small role="alert">${problem}</small>`
      }</span>
      ${
        problem === null
          ? nothing
          : html`<button type="button" class="icon-button small"
              aria-label="${strings.tryAgain}: ${file.name}"
              @click=${() => this.#again(upload)}>${icon('reload')}</button>`
      }
      <button type="button" class="icon-button small" aria-label=${remove}
        @click=${() => this.#drop(upload)}>${icon('close')}</button></span>`;
  }

  #problemOf(file: File): string | null {
    const { strings, locale } = this.#context;
    const options = this.#options;
    if (!isAccepted(file, options.accept)) return strings.fileRefused(file.name);
    const limit = limitOf(file, options.maxSize);
    return file.size > limit ? strings.fileTooLarge(file.name, sizeText(limit, locale)) : null;
  }

  #begin(file: File, draft: Draft): string[] {
    const upload: Upload = { file, draft, controller: new AbortController(), problem: null };
    this.#running = [...this.#running, upload];
    void this.#run(upload);
    return [];
  }

  async #run(upload: Upload): Promise<void> {
    const { file, draft, controller } = upload;
    try {
      const attachment = await this.#context.upload(file, controller.signal);
      if (controller.signal.aborted) return;
      this.#running = this.#running.filter((other) => other !== upload);
      draft.attachments = [...draft.attachments, attachment];
    } catch (error) {
      if (controller.signal.aborted) return;
      upload.problem =
        error instanceof Error
          ? said(error.message, this.#context.strings)
          : this.#context.strings.errorTitle;
      this.#context.failed('upload_failed', error);
    }
    this.#context.changed();
  }

  #drop(upload: Upload): void {
    upload.controller.abort();
    this.#running = this.#running.filter((other) => other !== upload);
    this.#context.changed();
  }

  #again(upload: Upload): void {
    upload.problem = null;
    this.#context.changed();
    void this.#run(upload);
  }
}

function matches(type: string, pattern: string): boolean {
  return pattern.endsWith('/*') ? type.startsWith(pattern.slice(0, -1)) : type === pattern;
}

function isAccepted({ name, type }: File, accept: AttachmentOptions['accept']): boolean {
  if (accept === undefined) return true;
  const lower = name.toLowerCase();
  return Object.entries(accept).some(
    ([pattern, extensions]) =>
      matches(type, pattern) || extensions.some((extension) => lower.endsWith(extension.toLowerCase())),
  );
}

/** The most specific pattern counts: the type itself, then its family, then any. */
function limitOf({ type }: File, maxSize: AttachmentOptions['maxSize']): number {
  if (typeof maxSize === 'number') return maxSize;
  const given = maxSize ?? {};
  return given[type] ?? given[`${type.split('/')[0]}/*`] ?? given['*'] ?? given[''] ?? MAX_SIZE;
}

function sizeText(bytes: number, locale: string): string {
  const [value, unit] = bytes >= 1e6 ? [bytes / 2 ** 20, 'megabyte'] : [bytes / 2 ** 10, 'kilobyte'];
  return new Intl.NumberFormat(locale, { style: 'unit', unit, maximumFractionDigits: 1 }).format(value);
}
