// The composer: the field, the attachments and choices of a message, and the buttons.

import { html, nothing, type TemplateResult } from 'lit-html';
import type { Sentence } from '../../api/texts/sentences.ts';
import { directionOf } from '../../markdown/direction.ts';
import { RequestError } from '../../protocol/errors.ts';
import type { Attachment, UserMessageInput } from '../../protocol/wire.ts';
import type { ComposerState, ComposerValue } from '../../session/session.ts';
import type { ThreadView } from '../../session/view/view.ts';
import { hasFinePointer } from '../base/focus.ts';
import { icon } from '../base/icons.ts';
import { isComposing } from '../base/keys.ts';
import type { ChatContext } from '../context.ts';
import type { Extras } from '../extras_loader.ts';
import { said } from '../i18n/strings.ts';
import { Choices, offersOf } from './choices.ts';
import { type Draft, Drafts, draftKeys } from './drafts.ts';
import { FieldHeight } from './field_height.ts';
import { contentOf, type Edited, taggedText } from './tagged_text.ts';
import type { Toolbox, ToolboxComposer } from './toolbox.ts';

const UNREACHABLE: Sentence = 'The server cannot be reached. Check the connection and try again.';

export class Composer implements ToolboxComposer {
  readonly #context: ChatContext;
  #drafts = this.#newDrafts();
  #box: Toolbox | null = null;
  readonly choices: Choices;
  #error: string | null = null;
  /** The thread no longer exists on the server. */
  #isGone = false;
  readonly #height = new FieldHeight(() => this.fit());
  /** Added files, by draft, until the bundles that upload them are loaded. */
  #draftsToUpload: readonly Draft[] = [];
  /** Where to put the cursor once the field shows the text. */
  #caret: number | null = null;

  constructor(context: ChatContext) {
    this.#context = context;
    this.choices = new Choices(() => context.options);
  }

  /** Shows the draft of the open thread; called for each view. */
  useThread(threadId: string | null, phase: ThreadView['phase']): void {
    if (!this.#drafts.follow(threadId, phase)) return;
    this.#error = null;
    this.leave();
  }

  /** Ends dictation and searches. Called when the chat leaves the page; the draft stays. */
  leave(): void {
    this.#box?.leave();
  }

  /**
   * Another server or person: shows the drafts that were written for it. Those for the previous one are
   * stored for a return to it, except files that are being uploaded; a message that it refuses returns to its
   * draft.
   */
  reset(): void {
    this.leave();
    this.#box?.giveUp();
    this.#drafts = this.#newDrafts();
    this.#error = null;
    this.#context.changed();
  }

  #newDrafts(): Drafts {
    return new Drafts(
      () => sessionStorage,
      () => draftKeys(this.#context.options, this.#context.root().host),
    );
  }

  get value(): ComposerState {
    const draft = this.draft;
    const { text, reply, attachments } = draft;
    return {
      text,
      content: contentOf(draft),
      reply,
      attachments,
      selectedToolId: this.choices.tool?.id ?? null,
      selectedModelId: this.choices.model?.id ?? null,
    };
  }

  /** The chosen tool and model for the next message. */
  get inferenceOptions(): UserMessageInput['inference_options'] {
    return this.choices.inferenceOptions;
  }

  /** Replaces the given fields of the draft, without moving the focus. */
  set(value: Partial<ComposerValue>): void {
    const draft = this.draft;
    // Suggestions refer to the old text.
    if (value.content !== undefined || value.text !== undefined) this.#box?.endSuggestions();
    if (value.content !== undefined) Object.assign(draft, taggedText(value.content));
    else if (value.text !== undefined) Object.assign(draft, { text: value.text, tags: [] });
    if (value.reply !== undefined) draft.reply = value.reply;
    if (value.attachments !== undefined) draft.attachments = value.attachments;
    if (value.files !== undefined) void this.attach(value.files);
    if (value.selectedToolId !== undefined) this.#setTool(value.selectedToolId);
    if (value.selectedModelId !== undefined) this.choices.modelId = value.selectedModelId;
    this.#drafts.keep();
    this.#context.changed();
  }

  /**
   * Inserts a refused message that was sent from elsewhere before the current draft, and shows the reason.
   */
  restoreDraft(
    { content, quoted_text }: Pick<UserMessageInput, 'content'> & { quoted_text?: string | null },
    attachments: readonly Attachment[],
    error: unknown,
  ): void {
    const { reply, attachments: since, ...draft } = this.draft;
    const written = contentOf(draft);
    const gap = written.length === 0 ? [] : [{ type: 'input_text', text: '\n\n' } as const];
    this.set({
      content: [...content, ...gap, ...written],
      reply: reply ?? quoted_text ?? null,
      attachments: [...attachments, ...since],
    });
    this.refuse(error);
  }

  /** Shows why a message was refused; if the thread is gone, offers a new one. */
  refuse(error: unknown): void {
    const words =
      error instanceof Error ? said(error.message, this.#context.strings) : this.#context.strings.errorTitle;
    this.complain(words, error instanceof RequestError && error.status === 404 && error.code !== 'no_route');
  }

  /** Opens a new thread with the current draft. */
  #startAnew(): void {
    const { text, tags, reply, attachments } = this.draft;
    this.set({ text: '', reply: null, attachments: [] });
    this.#context.open(null);
    this.useThread(null, 'idle');
    Object.assign(this.draft, { text, tags, reply, attachments });
    this.#drafts.keep();
    this.#context.changed();
  }

  focus(): void {
    this.field?.focus({ preventScroll: true });
  }

  /** Fits the field to its text; called after each render and when the width of the field changes. */
  fit(): void {
    const field = this.field;
    if (field === null) return;
    const { text } = this.draft;
    if (field.value !== text) field.value = text;
    if (this.#caret !== null) field.setSelectionRange(this.#caret, this.#caret);
    this.#caret = null;
    if (this.#height.fit(field)) this.#followScroll();
  }

  template(): TemplateResult {
    const { view, strings } = this.#context;
    const draft = this.draft;
    const reason = this.#blockedBecause();
    const toolbox = this.#toolbox;
    const isBlocked = reason !== null;
    const isPlain = !offersOf(this.#context.options).buttons;
    return html`${
      this.#error === null
        ? nothing
        : html`<p class="inline-error" role="alert">${icon('danger')}<span dir="auto">${this.#error}</span>
        ${
          this.#isGone
            ? html`<button type="button" class="text-button"
                @click=${() => this.#startAnew()}>${strings.startNewChat}</button>`
            : nothing
        }</p>`
    }
      <div class="composer ${isBlocked ? 'blocked' : ''} ${isPlain ? 'plain' : ''}"
        part="composer" @click=${this.#onFrameClick}>
        ${toolbox?.suggestionsTemplate() ?? nothing}
        ${
          draft.reply === null
            ? nothing
            : this.#context.extras.get()?.replyChip(draft.reply, strings, () => this.set({ reply: null }))
        }
        ${toolbox?.tray()}
        ${this.#fieldTemplate(draft, reason)}
        <div class="composer-bar">
          ${toolbox?.start(isBlocked)}<span class="spring"></span>
          ${toolbox?.end(isBlocked)}${this.#sendButton(view, reason)}</div>
      </div>`;
  }

  #fieldTemplate(draft: Draft, reason: string | null): TemplateResult {
    const { strings } = this.#context;
    const box = this.#box;
    const { entities, commands } = this.#context.options;
    const suggests = entities?.onTagSearch !== undefined || commands?.enabled === true;
    return html`<div class="field">
      ${draft.tags.length === 0 ? nothing : box?.mirror(draft)}
      <textarea id="message" part="input" rows="1" aria-label=${strings.message}
        dir=${draft.text === '' ? nothing : directionOf(draft.text) || 'ltr'}
        placeholder=${reason ?? this.#placeholder} ?disabled=${reason !== null}
        enterkeyhint="send" aria-autocomplete=${suggests ? 'list' : nothing}
        aria-controls=${box?.isSuggesting === true ? 'suggestions' : nothing}
        aria-activedescendant=${box?.activeId ?? nothing}
        @input=${this.#onInput} @keydown=${this.#onKey} @keyup=${this.#onCaret} @click=${this.#onCaret}
        @blur=${this.#onBlur} @scroll=${this.#followScroll}></textarea>
    </div>`;
  }

  /** The draft of the open thread. */
  get draft(): Draft {
    return this.#drafts.current;
  }

  get field(): HTMLTextAreaElement | null {
    return this.#context.root().getElementById('message') as HTMLTextAreaElement | null;
  }

  get #placeholder(): string {
    return (
      this.choices.tool?.placeholderOverride ??
      this.#context.options.composer?.placeholder ??
      this.#context.strings.placeholder
    );
  }

  get isBlocked(): boolean {
    return this.#blockedBecause() !== null;
  }

  #blockedBecause(): string | null {
    const { view, strings, isLoaded } = this.#context;
    const status = view.thread?.status;
    if (status?.type === 'locked') return status.reason ?? strings.locked;
    return view.phase === 'idle' && !isLoaded ? strings.notLoaded : null;
  }

  get #canSend(): boolean {
    const draft = this.draft;
    const isEmpty = draft.text.trim() === '' && draft.attachments.length === 0;
    const isBusy = this.#box?.isBusy === true || this.#draftsToUpload.includes(draft);
    const { view } = this.#context;
    return !isEmpty && !isBusy && (view.phase === 'idle' || waits(view)) && this.#blockedBecause() === null;
  }

  #sendButton(view: ThreadView, reason: string | null): TemplateResult {
    const { strings } = this.#context;
    const isStop = view.phase === 'responding' && view.canStop && !this.#canSend;
    const label = isStop ? strings.stop : strings.send;
    // One button for both, so that the focus stays on it. No submit button: a stop would send the draft.
    return html`<button type="button" class="send" part="send" aria-label=${label}
      ?disabled=${!isStop && (reason !== null || !this.#canSend)}
      @click=${isStop ? this.#onStop : this.#onSend}>${icon(isStop ? 'stop' : 'arrow-up')}</button>`;
  }

  // The toolbox

  /** Null until the extras are loaded, and if the page offers nothing besides text. */
  get #toolbox(): Toolbox | null {
    const { tags, attachments } = this.draft;
    const isWanted = offersOf(this.#context.options).anything || tags.length + attachments.length > 0;
    if (this.#box !== null || !isWanted) return this.#box;
    const extras = this.#context.extras.get();
    return extras === null ? null : this.#boxOf(extras);
  }

  #boxOf(extras: Extras): Toolbox {
    if (this.#box !== null) return this.#box;
    // Text that was typed before may already ask for suggestions.
    requestAnimationFrame(() => this.#context.root().activeElement === this.field && this.#box?.suggest());
    this.#box = new extras.Toolbox(this.#context, this);
    return this.#box;
  }

  /** Adds files to the current draft, even if another thread is open when the extras have loaded. */
  async attach(files: readonly File[]): Promise<void> {
    if (files.length === 0) return;
    const drafts = this.#drafts;
    const draft = drafts.current;
    this.#draftsToUpload = [...this.#draftsToUpload, draft];
    const extras = await this.#context.extras.when();
    const isHere = drafts === this.#drafts && extras !== null;
    const isLoaded = isHere && (await this.#boxOf(extras).attach(files, draft));
    this.#draftsToUpload = this.#draftsToUpload.toSpliced(this.#draftsToUpload.indexOf(draft), 1);
    if (isLoaded || drafts !== this.#drafts) return void this.#context.changed();
    const { strings } = this.#context;
    this.complain(`${files.map(({ name }) => name).join(', ')}: ${said(UNREACHABLE, strings)}`);
  }

  /** Stores a draft whose attachments have changed. */
  keep(draft: Draft): void {
    this.#drafts.keep(draft);
  }

  complain(words: string | null, isGone = false): void {
    this.#error = words;
    this.#isGone = isGone;
    this.#context.changed();
  }

  change({ text, tags, caret }: Edited): void {
    Object.assign(this.draft, { text, tags });
    this.#caret = caret;
    this.#drafts.keep();
    this.#error = null;
    this.#context.changed();
  }

  #setTool(id: string | null): void {
    if (id === this.choices.toolId) return;
    this.choices.toolId = id;
    this.#context.fire('tool-change', { toolId: id });
    this.#context.changed();
  }

  pickTool(id: string | null): void {
    this.#setTool(id);
    this.focus();
  }

  readonly #onInput = (event: Event): void => {
    const { value, selectionEnd } = event.target as HTMLTextAreaElement;
    const draft = this.draft;
    this.change(this.#edited(draft, value, selectionEnd));
    this.#box?.suggest();
  };

  /** The draft after an edit. Before the extras are loaded, only tags whose text has not moved stay. */
  #edited(draft: Draft, text: string, caret: number): Edited {
    const edited = draft.tags.length > 0 ? this.#toolbox?.edited(text, caret) : undefined;
    const tags = draft.tags.filter(({ start, end, tag }) => text.slice(start, end) === tag.text);
    return edited ?? { text, tags, caret: null };
  }

  readonly #onCaret = (): void => this.#box?.suggest();

  readonly #onBlur = (): void => this.#box?.onBlur();

  readonly #onKey = (event: KeyboardEvent): void => {
    if (this.#box?.onKey(event) === true) return;
    if (event.key !== 'Enter' || event.shiftKey || isComposing(event)) return;
    event.preventDefault();
    void this.#send();
  };

  readonly #onStop = (): void => this.#context.stop();

  readonly #onSend = (): void => {
    void this.#send();
    if (hasFinePointer()) this.focus();
  };

  readonly #followScroll = (): void => {
    const mirror = this.field?.previousElementSibling;
    if (mirror != null) mirror.scrollTop = this.field?.scrollTop ?? 0;
  };

  /** A click anywhere in the frame focuses the field. */
  readonly #onFrameClick = (event: Event): void => {
    // By the path, since a click that opens a menu has replaced its button before it arrives here.
    const path = event.composedPath();
    const inside = path.slice(0, path.indexOf(event.currentTarget as EventTarget));
    if (!inside.some((node) => node instanceof Element && node.matches('button, textarea, .menu')))
      this.focus();
  };

  async #send(): Promise<void> {
    if (!this.#canSend) return this.#box?.explain();
    const drafts = this.#drafts;
    const { draft, letGo, giveBack } = drafts.startSending();
    this.#error = null;
    const input = this.#inputOf(draft);
    const { tool, toolId } = this.choices;
    if (tool !== undefined && tool.persistent !== true) this.#setTool(null);
    this.#context.changed();
    try {
      await this.#context.submit(input, draft.attachments);
      letGo();
      this.#box?.forget(draft);
    } catch (error) {
      // The session has refused it. An accepted message that fails later is in the thread.
      if (giveBack() && drafts === this.#drafts) this.#refused(error, toolId);
      this.#context.changed();
    }
  }

  /** Shows the reason, and restores the tool of the message unless another one was chosen since. */
  #refused(error: unknown, toolId: string | null): void {
    this.refuse(error);
    if (this.choices.toolId === null) this.#setTool(toolId);
  }

  #inputOf(draft: Draft): UserMessageInput {
    const attachments = draft.attachments.map(({ id }) => id);
    return {
      content: contentOf(draft),
      attachments,
      quoted_text: draft.reply,
      inference_options: this.inferenceOptions,
    };
  }
}

/** Whether the turn waits for the answer to a widget: it gives way to a message. */
function waits({ items }: ThreadView): boolean {
  return items.some(({ item }) => item.type === 'widget' && item.answer?.status === 'pending');
}
