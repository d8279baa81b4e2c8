// The buttons next to the field.
import { html, nothing, type TemplateResult } from 'lit-html';
import type { ModelOption, ToolOption } from '../../api/options.ts';
import { hasFinePointer } from '../base/focus.ts';
import { icon } from '../base/icons.ts';
import type { MenuController } from '../base/menu.ts';
import type { ChatContext } from '../context.ts';
import { filesOf } from '../thread/images.ts';
import type { DictationState } from './dictation.ts';
import type { OwnCommand } from './suggestions.ts';

/** What the controls show, and what they do. */
export type Controls = {
  readonly menus: MenuController;
  readonly tool: ToolOption | undefined;
  readonly model: ModelOption | undefined;
  readonly pickTool: (id: string | null) => void;
  readonly pickModel: (id: string) => void;
  readonly mention: () => void;
  readonly attach: (files: readonly File[]) => void;
  readonly dictation: DictationState;
  readonly dictate: () => void;
};

export class ComposerControls {
  readonly #context: ChatContext;
  readonly #controls: Controls;

  constructor(context: ChatContext, controls: Controls) {
    this.#context = context;
    this.#controls = controls;
  }

  tools(disabled: boolean): TemplateResult | typeof nothing {
    const { strings } = this.#context;
    const { tool, mention } = this.#controls;
    const pinned = this.#toolOptions.filter((one) => one.pinned === true && one.id !== tool?.id);
    return html`${this.#offersFiles ? this.#fileButton(disabled) : nothing}${this.#toolMenu(disabled)}
      ${
        this.#offersMention
          ? html`<button type="button" class="icon-button" aria-label=${strings.mention} ?disabled=${disabled}
              @click=${mention}>${icon('at')}</button>`
          : nothing
      }
      ${tool === undefined ? nothing : this.#chosenTool(tool)}
      ${pinned.map((one) => this.#pinnedTool(one, disabled))}`;
  }

  models(disabled: boolean): TemplateResult | typeof nothing {
    const { strings } = this.#context;
    const { menus, model, pickModel } = this.#controls;
    if (model === undefined) return nothing;
    const entries = this.#modelOptions.map(({ id, label, description, disabled: off }) => ({
      id,
      label,
      description,
      disabled: off,
      checked: id === model.id,
    }));
    return menus.template({
      name: 'model',
      label: `${strings.model}: ${model.label}`,
      buttonClass: 'quiet-button',
      entries,
      disabled,
      button: html`<span>${model.label}</span>${icon('chevron-down')}`,
      onPick: pickModel,
    });
  }

  /** The dictation button: starts and stops a recording, and shows that it is being transcribed. */
  dictation(disabled: boolean): TemplateResult | typeof nothing {
    const { strings, options } = this.#context;
    const { dictation: state, dictate } = this.#controls;
    if (options.composer?.dictation?.enabled !== true) return nothing;
    const label = {
      idle: strings.dictate,
      asking: strings.stopDictating,
      recording: strings.stopDictating,
      writing: strings.writingDown,
    }[state];
    return html`<button type="button" class="icon-button dictate ${state}" aria-label=${label}
      ?disabled=${(disabled && state === 'idle') || state === 'writing'}
      @click=${dictate}>${icon(state === 'recording' ? 'stop' : 'mic')}</button>`;
  }

  /** What the buttons for files and dictation do, as commands. */
  get commands(): readonly OwnCommand[] {
    const { strings, options } = this.#context;
    const { dictation: state, dictate } = this.#controls;
    const attach = { id: 'attach', label: strings.attach, icon: 'paperclip', run: () => this.#pick('files') };
    const speak = { id: 'dictate', label: strings.dictate, icon: 'mic', run: dictate };
    return [
      ...(this.#offersFiles ? [attach] : []),
      ...(options.composer?.dictation?.enabled === true && state === 'idle' ? [speak] : []),
    ];
  }

  get #offersFiles(): boolean {
    return this.#context.options.composer?.attachments?.enabled === true;
  }

  #fileButton(disabled: boolean): TemplateResult {
    const { strings, options } = this.#context;
    const accept = Object.entries(options.composer?.attachments?.accept ?? {})
      .flat(2)
      .join(',');
    const button =
      this.#cameraMenu(disabled) ??
      html`<button type="button" class="icon-button" aria-label=${strings.attach} ?disabled=${disabled}
        @click=${() => this.#pick('files')}>${icon('paperclip')}</button>`;
    return html`${button}
      <input class="files" type="file" multiple hidden tabindex="-1" aria-hidden="true" accept=${
        accept === '' ? nothing : accept
      } @change=${this.#onFiles} />`;
  }

  /** The camera besides the files: a phone does not offer it for every list of types. */
  #cameraMenu(disabled: boolean): TemplateResult | null {
    const { strings, options } = this.#context;
    const files = hasFinePointer() ? null : filesOf(this.#context).loader.get();
    const accepts = Object.keys(options.composer?.attachments?.accept ?? { 'image/*': [] });
    if (files === null || !accepts.some((type) => /^(?:image\/(?:\*|jpeg)|\*\/\*)$/.test(type))) return null;
    const { camera, chooseFiles } = files.wordsOf(strings);
    return html`${this.#controls.menus.template({
      name: 'files',
      label: strings.attach,
      button: html`${icon('paperclip')}`,
      buttonClass: 'icon-button',
      entries: [
        { id: 'camera', label: camera, icon: 'camera' },
        { id: 'files', label: chooseFiles, icon: 'document' },
      ],
      disabled,
      onPick: (id) => this.#pick(id),
    })}
    <input class="camera" type="file" hidden tabindex="-1" aria-hidden="true" accept="image/*"
      capture="environment" @change=${this.#onFiles} />`;
  }

  #pick(input: string): void {
    this.#context.root().querySelector<HTMLInputElement>(`input.${input}`)?.click();
  }

  readonly #onFiles = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    this.#controls.attach([...(input.files ?? [])]);
    input.value = ''; // So that the same file can be chosen again.
  };

  get #toolOptions(): readonly ToolOption[] {
    return this.#context.options.composer?.tools ?? [];
  }

  get #modelOptions(): readonly ModelOption[] {
    return this.#context.options.composer?.models ?? [];
  }

  get #offersMention(): boolean {
    const { entities } = this.#context.options;
    return entities?.onTagSearch !== undefined && entities.showComposerMenu === true;
  }

  #toolMenu(disabled: boolean): TemplateResult | typeof nothing {
    if (this.#toolOptions.length === 0) return nothing;
    const { strings } = this.#context;
    const { menus, tool, pickTool } = this.#controls;
    const entries = this.#toolOptions.map(({ id, label, icon: name }) => ({
      id,
      label,
      icon: name,
      checked: id === tool?.id,
    }));
    return menus.template({
      name: 'tools',
      label: strings.chooseTool,
      button: html`${icon('plus')}`,
      buttonClass: 'icon-button',
      entries,
      disabled,
      onPick: (id) => pickTool(id === tool?.id ? null : id),
    });
  }

  #chosenTool(tool: ToolOption): TemplateResult {
    const label = this.#context.strings.removeTool(tool.label);
    return html`<button type="button" class="chip selected" aria-label=${label} title=${label}
      @click=${() => this.#controls.pickTool(null)}>
      ${icon(tool.icon)}<span>${tool.shortLabel ?? tool.label}</span>${icon('close')}</button>`;
  }

  #pinnedTool(tool: ToolOption, disabled: boolean): TemplateResult {
    return html`<button type="button" class="chip pinned" ?disabled=${disabled} aria-label=${tool.label}
      title=${tool.label} @click=${() => this.#controls.pickTool(tool.id)}>
      ${icon(tool.icon)}<span>${tool.shortLabel ?? tool.label}</span></button>`;
  }
}
