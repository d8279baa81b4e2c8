// Where a person writes: the field, what goes with its text, and the buttons.
import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { ChatOptions, ModelOption, ToolOption } from '../../options.ts';
import { withData } from '../../message.ts';
import type { Attachment, UserMessageContent, UserMessageInput } from '../../protocol/wire.ts';
import type { ComposerValue } from '../../state/session.ts';
import type { ThreadView } from '../../state/view.ts';
import { type Draft, Drafts } from './drafts.ts';
import { hasFinePointer } from '../focus.ts';
import { icon } from '../icons.ts';
import { MenuController } from '../menu.ts';
import type { Strings } from '../strings.ts';

export type ComposerHost = {
  readonly strings: Strings;
  readonly options: ChatOptions;
  readonly view: ThreadView;
  /** The thread that is open is known, or there is none. */
  readonly isLoaded: boolean;
  readonly root: () => ShadowRoot;
  readonly changed: () => void;
  readonly submit: (input: UserMessageInput, attachments: readonly Attachment[]) => Promise<void>;
  readonly stop: () => void;
  readonly toolChanged: (toolId: string | null) => void;
};

const MAX_LINES = 8;

export class Composer {
  private readonly host: ComposerHost;
  private readonly menus: MenuController;
  private readonly drafts = new Drafts(() => sessionStorage, () => `turnstream:drafts:${this.host.options.api.url}`);
  private toolId: string | null = null;
  private modelId: string | null = null;
  private error: string | null = null;
  private fitted = '';

  constructor(host: ComposerHost) {
    this.host = host;
    this.menus = new MenuController(host.root, host.changed);
  }

  /** Shows the draft of the open thread; called for each view. */
  useThread(threadId: string | null, phase: ThreadView['phase']): void {
    if (this.drafts.follow(threadId, phase)) this.error = null;
  }

  /** Leaves the focus where it is. */
  set(value: Partial<ComposerValue>): void {
    const draft = this.drafts.current;
    if (value.content !== undefined) setContent(draft, value.content.map(withData));
    if (value.text !== undefined) draft.text = value.text;
    if (value.reply !== undefined) draft.reply = value.reply;
    if (value.attachments !== undefined) draft.attachments = value.attachments;
    if (value.selectedToolId !== undefined) this.setTool(value.selectedToolId);
    if (value.selectedModelId !== undefined) this.modelId = value.selectedModelId;
    this.drafts.keep();
    this.host.changed();
  }

  focus(): void {
    this.field?.focus({ preventScroll: true });
  }

  /** Fits the field to its text; called after each render. */
  fit(): void {
    const field = this.field;
    if (field === null) return;
    // Measuring costs a layout, and a streaming answer renders the page sixty times a second.
    const fitted = `${field.clientWidth} ${field.value}`;
    if (fitted === this.fitted) return;
    this.fitted = fitted;
    field.style.setProperty('height', 'auto');
    const line = Number.parseFloat(getComputedStyle(field).lineHeight) || 24;
    const height = Math.min(field.scrollHeight, Math.ceil(line * MAX_LINES));
    field.style.setProperty('height', `${height}px`);
    field.classList.toggle('scrolls', field.scrollHeight > height + 1);
  }

  template(): TemplateResult {
    const { view, strings } = this.host;
    const draft = this.drafts.current;
    const reason = this.blockedBecause();
    return html`${this.error === null ? nothing : html`<p class="inline-error" role="alert">${icon('danger')}<span>${this.error}</span></p>`}
      <div class="composer ${reason === null ? '' : 'blocked'} ${this.isPlain ? 'plain' : ''}" @click=${this.onFrameClick}>
        ${draft.reply === null ? nothing : this.replyChip(draft.reply)}
        ${draft.tags.length + draft.attachments.length === 0 ? nothing : html`<div class="chips">
          ${draft.attachments.map((file) => this.attachmentChip(file))}${draft.tags.map((tag) => html`<span class="tag">${tag.text}</span>`)}</div>`}
        <textarea id="message" rows="1" dir=${draft.text === '' ? nothing : 'auto'} aria-label=${strings.message} placeholder=${reason ?? this.placeholder} ?disabled=${reason !== null}
          enterkeyhint="send" .value=${live(draft.text)} @input=${this.onInput} @keydown=${this.onKey}></textarea>
        <div class="composer-bar">${this.toolControls(reason !== null)}<span class="spring"></span>${this.modelControl(reason !== null)}${this.sendButton(view, reason)}</div>
      </div>`;
  }

  private get field(): HTMLTextAreaElement | null {
    return this.host.root().getElementById('message') as HTMLTextAreaElement | null;
  }

  private get tools(): readonly ToolOption[] {
    return this.host.options.composer?.tools ?? [];
  }

  private get isPlain(): boolean {
    return this.tools.length === 0 && (this.host.options.composer?.models ?? []).length === 0;
  }

  private get tool(): ToolOption | undefined {
    return this.tools.find(({ id }) => id === this.toolId);
  }

  private get model(): ModelOption | undefined {
    const models = this.host.options.composer?.models ?? [];
    return models.find(({ id }) => id === this.modelId) ?? models.find((model) => model.default === true) ?? models[0];
  }

  private get placeholder(): string {
    return this.tool?.placeholderOverride ?? this.host.options.composer?.placeholder ?? this.host.strings.placeholder;
  }

  private blockedBecause(): string | null {
    const { view, strings, isLoaded } = this.host;
    const status = view.thread?.status;
    if (status?.type === 'locked') return status.reason ?? strings.locked;
    return view.phase === 'idle' && !isLoaded ? strings.notLoaded : null;
  }

  private get canSend(): boolean {
    const { text, tags, attachments } = this.drafts.current;
    const isEmpty = text.trim() === '' && tags.length + attachments.length === 0;
    return !isEmpty && this.host.view.phase === 'idle' && this.blockedBecause() === null;
  }

  private attachmentChip(file: Attachment): TemplateResult {
    const label = this.host.strings.removeAttachment(file.name);
    const remove = (): void => this.set({ attachments: this.drafts.current.attachments.filter((other) => other !== file) });
    return html`<span class="attached-file">${icon(file.type === 'image' ? 'square-image' : 'document')}<span>${file.name}</span>
      <button type="button" class="icon-button small" aria-label=${label} title=${label} @click=${remove}>${icon('close')}</button></span>`;
  }

  private replyChip(reply: string): TemplateResult {
    const { strings } = this.host;
    return html`<div class="reply" aria-label=${strings.quote}>${icon('quote')}<span dir="auto">${reply}</span>
      <button type="button" class="icon-button small" aria-label=${strings.removeQuote} @click=${() => this.set({ reply: null })}>${icon('close')}</button></div>`;
  }

  private sendButton(view: ThreadView, reason: string | null): TemplateResult {
    const { strings, stop } = this.host;
    const isStop = view.phase === 'responding' && view.canStop;
    const label = isStop ? strings.stop : strings.send;
    // One button for both, so that the focus stays on it. No submit button: a stop would send the draft.
    return html`<button type="button" class="send" aria-label=${label} title=${label} ?disabled=${!isStop && (reason !== null || !this.canSend)}
      @click=${isStop ? stop : this.onSend}>${icon(isStop ? 'stop' : 'arrow-up')}</button>`;
  }

  private toolControls(disabled: boolean): TemplateResult | typeof nothing {
    if (this.tools.length === 0) return nothing;
    const { strings } = this.host;
    const entries = this.tools.map(({ id, label, icon: name }) => ({ id, label, icon: name, checked: id === this.toolId }));
    const menu = this.menus.template({
      name: 'tools', label: strings.chooseTool, button: html`${icon('plus')}`, buttonClass: 'icon-button', entries, disabled,
      onPick: (id) => this.pickTool(id === this.toolId ? null : id),
    });
    const pinned = this.tools.filter((tool) => tool.pinned === true && tool.id !== this.toolId);
    return html`${menu}${this.tool === undefined ? nothing : this.toolChip(this.tool)}${pinned.map((tool) => this.pinnedTool(tool, disabled))}`;
  }

  private toolChip(tool: ToolOption): TemplateResult {
    const label = this.host.strings.removeTool(tool.label);
    return html`<button type="button" class="chip selected" aria-label=${label} title=${label} @click=${() => this.pickTool(null)}>
      ${icon(tool.icon)}<span>${tool.shortLabel ?? tool.label}</span>${icon('close')}</button>`;
  }

  private pinnedTool(tool: ToolOption, disabled: boolean): TemplateResult {
    return html`<button type="button" class="chip pinned" ?disabled=${disabled} aria-label=${tool.label} title=${tool.label} @click=${() => this.pickTool(tool.id)}>
      ${icon(tool.icon)}<span>${tool.shortLabel ?? tool.label}</span></button>`;
  }

  private modelControl(disabled: boolean): TemplateResult | typeof nothing {
    const models = this.host.options.composer?.models ?? [];
    const current = this.model;
    if (models.length === 0 || current === undefined) return nothing;
    const entries = models.map(({ id, label, description, disabled: off }) => ({ id, label, description, disabled: off, checked: id === current.id }));
    return this.menus.template({
      name: 'model', label: `${this.host.strings.model}: ${current.label}`, buttonClass: 'quiet-button', entries, disabled,
      button: html`<span>${current.label}</span>${icon('chevron-down')}`,
      onPick: (id) => this.set({ selectedModelId: id }),
    });
  }

  private setTool(id: string | null): void {
    if (id === this.toolId) return;
    this.toolId = id;
    this.host.toolChanged(id);
    this.host.changed();
  }

  private pickTool(id: string | null): void {
    this.setTool(id);
    this.focus();
  }

  private readonly onInput = (event: Event): void => {
    this.drafts.current.text = (event.target as HTMLTextAreaElement).value;
    this.drafts.keep();
    this.error = null;
    this.host.changed();
  };

  private readonly onKey = (event: KeyboardEvent): void => {
    // Safari reports the Enter that ends a composition with key code 229 and isComposing already false.
    const isComposing = event.isComposing || event.keyCode === 229;
    if (event.key !== 'Enter' || event.shiftKey || isComposing) return;
    event.preventDefault();
    void this.send();
  };

  private readonly onSend = (): void => {
    void this.send();
    if (hasFinePointer()) this.focus();
  };

  /** The whole frame is the field, for a finger or a mouse. */
  private readonly onFrameClick = (event: Event): void => {
    // By the path, since a click that opens a menu has rendered its button anew before it arrives here.
    const path = event.composedPath();
    const inside = path.slice(0, path.indexOf(event.currentTarget as EventTarget));
    if (!inside.some((node) => node instanceof Element && node.matches('button, textarea, .menu'))) this.focus();
  };

  private async send(): Promise<void> {
    if (!this.canSend) return;
    const { draft, letGo, giveBack } = this.drafts.take();
    this.error = null;
    const input = this.inputOf(draft);
    if (this.tool !== undefined && this.tool.persistent !== true) this.setTool(null);
    this.host.changed();
    try {
      await this.host.submit(input, draft.attachments);
      letGo();
    } catch (error) {
      // The session refused it; what it took and could not deliver is in the thread as a failed message.
      if (giveBack()) this.error = error instanceof Error ? error.message : this.host.strings.errorTitle;
      this.host.changed();
    }
  }

  private inputOf(draft: Draft): UserMessageInput {
    const text = draft.text.trim();
    const attachments = draft.attachments.map(({ id }) => id);
    const content = [...draft.tags, ...(text === '' ? [] : [{ type: 'input_text', text } as const])];
    const model = (this.host.options.composer?.models ?? []).length > 0 ? (this.model?.id ?? null) : null;
    const choice = this.tool === undefined ? null : { id: this.tool.id };
    return { content, attachments, quoted_text: draft.reply, inference_options: { tool_choice: choice, model } };
  }
}

function setContent(draft: Draft, content: readonly UserMessageContent[]): void {
  draft.tags = content.filter(({ type }) => type === 'input_tag');
  draft.text = content.flatMap((part) => (part.type === 'input_text' ? [part.text] : [])).join('');
}
