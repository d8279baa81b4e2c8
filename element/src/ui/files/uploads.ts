// The uploads of a message: which files are allowed, their progress, and their errors.
import type { AttachmentOptions } from '../../api/options.ts';
import type { Attachment } from '../../protocol/wire.ts';
import type { Draft } from '../composer/drafts.ts';
import type { ChatContext } from '../context.ts';
import { said } from '../i18n/strings.ts';

export type UploadsComposer = {
  readonly draft: Draft;
  /** Shows why a file is refused; null removes that. */
  readonly complain: (words: string | null) => void;
  /** Stores a draft whose attachments have changed. */
  readonly keep: (draft: Draft) => void;
};

export type Upload = {
  readonly file: File;
  readonly draft: Draft;
  readonly controller: AbortController;
  /** Uploads of one draft are shown and sent in the order in which their files were picked. */
  readonly order: number;
  problem: string | null;
};

/** A file of the draft: uploaded, being uploaded, or both for one that this page has uploaded. */
export type DraftFile = { readonly upload: Upload | null; readonly attachment: Attachment | null };

const MAX_COUNT = 10;
const MAX_SIZE = 100 * 1024 * 1024;

export class Uploads {
  readonly #context: ChatContext;
  readonly #composer: UploadsComposer;
  #running: readonly Upload[] = [];
  #count = 0;
  /** The uploads of which attachments have come. */
  readonly #finished = new WeakMap<Attachment, Upload>();

  constructor(context: ChatContext, composer: UploadsComposer) {
    this.#context = context;
    this.#composer = composer;
  }

  /** Whether a message has to wait for its files. A failed file counts until it is removed or retried. */
  get isBusy(): boolean {
    return this.#here.length > 0;
  }

  get hasFailed(): boolean {
    return this.#here.some(({ problem }) => problem !== null);
  }

  /** The files of the open draft, in their order. */
  get files(): readonly DraftFile[] {
    const uploaded = this.#composer.draft.attachments.map((attachment) => ({
      attachment,
      upload: this.#finished.get(attachment) ?? null,
    }));
    const running = this.#here.map((upload) => ({ upload, attachment: null }));
    return [...uploaded, ...running].sort((one, other) => orderOf(one.upload) - orderOf(other.upload));
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
    for (const upload of this.#of(draft)) this.drop(upload);
  }

  giveUp(): void {
    for (const upload of this.#running) this.drop(upload);
  }

  get #here(): readonly Upload[] {
    return this.#of(this.#composer.draft);
  }

  #of(draft: Draft): readonly Upload[] {
    return this.#running.filter((upload) => upload.draft === draft);
  }

  #problemOf(file: File): string | null {
    const { strings, locale } = this.#context;
    const options = this.#options;
    if (!isAccepted(file, options.accept)) return strings.fileRefused(file.name);
    const limit = limitOf(file, options.maxSize);
    return file.size > limit ? strings.fileTooLarge(file.name, sizeText(limit, locale)) : null;
  }

  #begin(file: File, draft: Draft): string[] {
    const controller = new AbortController();
    const upload: Upload = { file, draft, controller, order: ++this.#count, problem: null };
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
      this.#finished.set(attachment, upload);
      draft.attachments = this.#sorted([...draft.attachments, attachment]);
      this.#composer.keep(draft);
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

  #sorted(attachments: readonly Attachment[]): readonly Attachment[] {
    const order = (attachment: Attachment): number => orderOf(this.#finished.get(attachment));
    return attachments.toSorted((one, other) => order(one) - order(other));
  }

  /** Aborts an upload and forgets it. */
  drop(upload: Upload): void {
    upload.controller.abort();
    this.#running = this.#running.filter((other) => other !== upload);
    this.#context.changed();
  }

  again(upload: Upload): void {
    upload.problem = null;
    this.#context.changed();
    void this.#run(upload);
  }
}

/** Attachments of unknown origin come first. */
function orderOf(upload: Upload | null | undefined): number {
  return upload?.order ?? 0;
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
