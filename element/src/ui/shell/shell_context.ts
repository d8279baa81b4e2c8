// The context of one chat.
import type { ChatOptions } from '../../api/options.ts';
import { sheetOf } from '../../dom/css.ts';
import { highlighter, mathematics } from '../../markdown/heavy/lazy.ts';
import type { RenderOptions } from '../../markdown/render/render.ts';
import type { Attachment } from '../../protocol/wire.ts';
import type { Session } from '../../session/session.ts';
import { emptyView, type ThreadView } from '../../session/view/view.ts';
import type { ChatContext } from '../context.ts';
import { ExtrasLoader } from '../extras_loader.ts';
import { ENGLISH, LanguageKeeper } from '../i18n/language.ts';
import type { Strings } from '../i18n/strings.ts';
import type { ViewElement } from './view_element.ts';

/** What the chat itself provides for the context. */
export type ChatActions = Pick<ChatContext, 'submit' | 'answer' | 'act' | 'reply' | 'open'>;

export class ShellContext implements ChatContext {
  session: Session | null = null;
  options: ChatOptions = { api: { url: '' } };
  /** The last announcement. */
  spoken = '';
  readonly extras: ExtrasLoader;
  readonly languages: LanguageKeeper;
  declare readonly submit: ChatContext['submit'];
  declare readonly answer: ChatContext['answer'];
  declare readonly act: ChatContext['act'];
  declare readonly reply: ChatContext['reply'];
  declare readonly open: ChatContext['open'];
  readonly #element: ViewElement;
  #markdown: Partial<RenderOptions> = {};
  #markdownKey: readonly unknown[] = [];

  constructor(element: ViewElement, actions: ChatActions) {
    this.#element = element;
    Object.assign(this, actions);
    this.extras = new ExtrasLoader(
      (styles) => this.adopt(styles),
      (error) => {
        this.failed('part.failed', error, { part: 'extras' });
        element.requestUpdate();
      },
    );
    for (const part of [highlighter, mathematics]) void part.arrived.then(({ styles }) => this.adopt(styles));
    this.languages = new LanguageKeeper(
      () => element.requestUpdate(),
      (locale, error) => this.failed('part.failed', error, { part: locale }),
      (error) => this.pageFailed(error),
    );
  }

  get view(): ThreadView {
    return this.session?.view ?? emptyView;
  }

  get threadId(): string | null {
    return this.session?.threadId ?? null;
  }

  get strings(): Strings {
    return (this.languages.language ?? ENGLISH).strings;
  }

  get locale(): string {
    return (this.languages.language ?? ENGLISH).locale;
  }

  get isLoaded(): boolean {
    return this.threadId === null || this.view.thread !== null;
  }

  /** Whether the start screen is shown. */
  get isStart(): boolean {
    const { items, error } = this.view;
    return this.threadId === null && items.length === 0 && error === null;
  }

  get acceptsMessages(): boolean {
    const status = this.view.thread?.status;
    return status === undefined || status.type === 'active';
  }

  get imageDomains(): readonly string[] {
    return [...this.#markdownDomains, ...(this.session?.imageHosts ?? [])];
  }

  get #markdownDomains(): readonly string[] {
    return this.view.thread?.allowed_image_domains ?? [];
  }

  get markdown(): Partial<RenderOptions> {
    const paths = this.options.images?.allowedPaths ?? [];
    const key = [this.languages.language, this.#markdownDomains.join(' '), paths.join(' ')];
    if (key.some((part, at) => part !== this.#markdownKey[at])) this.#markdown = this.#newMarkdown(paths);
    this.#markdownKey = key;
    return this.#markdown;
  }

  #newMarkdown(paths: readonly string[]): Partial<RenderOptions> {
    const { strings } = this;
    return {
      pictures: { domains: this.#markdownDomains, paths },
      copyLabel: strings.copy,
      taskLabel: (isDone) => (isDone ? strings.taskDone : strings.taskOpen),
      footnotesLabel: strings.footnotes,
      footnoteBackLabel: strings.footnoteBack,
      showAllLabel: strings.showAll,
      failed: (error) => this.failed('item.failed', error),
    };
  }

  root(): ShadowRoot {
    return this.#element.renderRoot;
  }

  changed(): Promise<void> {
    this.#element.requestUpdate();
    return this.#element.updateComplete;
  }

  /** Resolves when the strings and the extras that are needed now are loaded. */
  async whenShown(): Promise<void> {
    await this.languages.loaded();
    await this.#element.updateComplete;
    await this.extras.loaded();
    await this.#element.updateComplete;
  }

  stop(): void {
    this.session?.stop();
  }

  // The element sets a session before it attaches the chat.

  upload(file: File, signal: AbortSignal): Promise<Attachment> {
    return this.session!.upload(file, signal);
  }

  transcribe(audio: Blob): Promise<string> {
    return this.session!.transcribe(audio);
  }

  removed(file: Attachment): void {
    this.session
      ?.deleteAttachment(file.id)
      .catch((error: unknown) => this.failed('attachment.delete_failed', error));
  }

  fire(name: string, detail?: unknown): void {
    this.#element.dispatchEvent(new CustomEvent(name, { detail }));
  }

  announce(words: string): void {
    // Screen readers ignore a repeated text, so it is changed.
    this.spoken = words === this.spoken ? `${words}\u00a0` : words;
    this.#element.requestUpdate();
  }

  failed(name: string, error: unknown, data: Record<string, unknown> = {}): void {
    const message = error instanceof Error ? error.message : String(error);
    this.fire('log', { name, data: { ...data, message } });
  }

  pageFailed(error: unknown): void {
    this.fire('page-error', { error: error instanceof Error ? error : new Error(String(error)) });
  }

  adopt(styles: readonly string[]): void {
    const { renderRoot } = this.#element;
    const sheets = renderRoot.adoptedStyleSheets;
    const fresh = styles.map(sheetOf).filter((sheet) => !sheets.includes(sheet));
    // The last sheet is for forced colours and must stay last.
    renderRoot.adoptedStyleSheets = [...sheets.slice(0, -1), ...fresh, ...sheets.slice(-1)];
    this.#element.requestUpdate();
  }
}
