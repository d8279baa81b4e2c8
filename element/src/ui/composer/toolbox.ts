// The toolbox of the composer: tools and models, files, dictation, mentions and commands. Loaded
// if a page offers one of them.
import { html, nothing, type TemplateResult } from 'lit-html';
import type { ChatOptions } from '../../api/options.ts';
import type { ComposerValue } from '../../session/session.ts';
import { MenuController } from '../base/menu.ts';
import { menu } from '../base/styles/menu.ts';
import type { ChatContext } from '../context.ts';
import { sourceOfTag } from '../sources/entities.ts';
import { type Files, filesOf } from '../thread/images.ts';
import type { Choices } from './choices.ts';
import { ComposerControls } from './controls.ts';
import { Dictation } from './dictation.ts';
import type { Draft } from './drafts.ts';
import { toolbox } from './styles/toolbox.ts';
import { type OwnCommand, Suggestions, styles as suggestionStyles } from './suggestions.ts';
import { changeOf, edited, pieces, withTag } from './tag_editing.ts';
import type { Edited, PlacedTag, TaggedText } from './tagged_text.ts';
import { triggerAt } from './trigger.ts';

export const styles = [menu, toolbox, ...suggestionStyles];

/** What the toolbox uses of its composer. */
export interface ToolboxComposer {
  readonly field: HTMLTextAreaElement | null;
  readonly draft: Draft;
  readonly choices: Choices;
  readonly isBlocked: boolean;
  set(value: Partial<ComposerValue>): void;
  pickTool(id: string | null): void;
  attach(files: readonly File[]): Promise<void>;
  change(edited: Edited): void;
  complain(words: string | null): void;
  keep(draft: Draft): void;
  focus(): void;
}

export class Toolbox {
  readonly #context: ChatContext;
  readonly #composer: ToolboxComposer;
  readonly #controls: ComposerControls;
  #suggestions: Suggestions | null = null;
  #tray: InstanceType<Files['FileTray']> | null = null;
  #dictation: Dictation | null = null;
  /** The number of servers before. */
  #server = 0;

  constructor(context: ChatContext, composer: ToolboxComposer) {
    this.#context = context;
    this.#composer = composer;
    const box = (): Toolbox => this;
    this.#controls = new ComposerControls(context, {
      menus: new MenuController(
        () => context.root(),
        () => context.changed(),
      ),
      get tool() {
        return composer.choices.tool;
      },
      get model() {
        return composer.choices.model;
      },
      pickTool: (id) => composer.pickTool(id),
      pickModel: (id) => composer.set({ selectedModelId: id }),
      mention: () => this.#mention(),
      attach: (files) => void composer.attach(files),
      get dictation() {
        return box().#dictation?.state ?? 'idle';
      },
      dictate: () => void this.#dictate(),
    });
  }

  /** Whether a message has to wait for its files. */
  get isBusy(): boolean {
    return this.#tray?.isBusy === true;
  }

  /** The id of the suggestion that Enter would pick. */
  get activeId(): string | null {
    return this.#suggestions?.activeId ?? null;
  }

  get isSuggesting(): boolean {
    return this.#suggestions?.isOpen === true;
  }

  /** The controls at the start and at the end of the bar. */
  start(disabled: boolean): TemplateResult | typeof nothing {
    return this.#controls.tools(disabled);
  }

  end(disabled: boolean): readonly (TemplateResult | typeof nothing)[] {
    return [this.#controls.models(disabled), this.#controls.dictation(disabled)];
  }

  suggestionsTemplate(): TemplateResult | typeof nothing {
    return this.#suggestions?.template() ?? nothing;
  }

  /** The files of the draft. */
  tray(): TemplateResult | typeof nothing {
    const isOffered = this.#context.options.composer?.attachments?.enabled === true;
    const isWanted = isOffered || this.#composer.draft.attachments.length > 0;
    const files = isWanted ? filesOf(this.#context).loader.get() : null;
    return (files === null ? this.#tray : this.#trayOf(files))?.template() ?? nothing;
  }

  #trayOf({ FileTray }: Files): InstanceType<Files['FileTray']> {
    return (this.#tray ??= new FileTray(this.#context, this.#composer));
  }

  /** Lies behind the field and shows where its tags are. */
  mirror(draft: TaggedText): TemplateResult {
    return html`<div class="mirror" aria-hidden="true" dir="auto">${pieces(draft).map(mirrored)}</div>`;
  }

  /** Closes the suggestions: a running command may no longer replace text. */
  endSuggestions(): void {
    this.#suggestions?.follow(null);
  }

  /** Another draft is shown, or none. */
  leave(): void {
    this.endSuggestions();
    this.#tray?.leave();
    this.#dictation?.cancel();
  }

  /** Returns whether the suggestions have handled the key. */
  onKey(event: KeyboardEvent): boolean {
    return this.#suggestions?.onKey(event) === true;
  }

  onBlur(): void {
    if (this.isSuggesting) this.#suggestions?.close();
  }

  /** Adds files to `draft`. Resolves to false if what uploads them could not be loaded. */
  async attach(files: readonly File[], draft: Draft): Promise<boolean> {
    const server = this.#server;
    const loaded = await filesOf(this.#context).loader.when();
    // Otherwise these files are for a server before.
    if (loaded !== null && server === this.#server) this.#trayOf(loaded).add(files, draft);
    return loaded !== null;
  }

  /** Says why a message is not sent. */
  explain(): void {
    this.#tray?.explain();
  }

  /** The draft is gone: aborts its uploads. */
  forget(draft: Draft): void {
    this.#tray?.forget(draft);
  }

  /** Another server: aborts all uploads. */
  giveUp(): void {
    this.#server++;
    this.#tray?.giveUp();
  }

  /** The draft after its text became `text`. */
  edited(text: string, caret: number): Edited {
    return edited(this.#composer.draft, text, caret);
  }

  /** Searches suggestions for the text at the cursor. */
  suggest(): void {
    const { field } = this.#composer;
    const { options } = this.#context;
    if (field === null || !suggests(options)) return;
    const { entities, commands } = options;
    const isSelecting = field.selectionStart !== field.selectionEnd;
    const kinds = { tag: entities?.onTagSearch !== undefined, command: commands?.enabled === true };
    const trigger = isSelecting ? null : triggerAt(field.value, field.selectionStart, kinds);
    if (trigger !== null) this.#suggestions ??= this.#newSuggestions();
    this.#suggestions?.follow(trigger);
  }

  #newSuggestions(): Suggestions {
    const box = (): Toolbox => this;
    return new Suggestions(this.#context, {
      get ownCommands() {
        return box().#ownCommands;
      },
      replace: ({ start, end }, tag) =>
        this.#enter(tag === null ? this.#cut(start, end) : withTag(this.#composer.draft, start, end, tag)),
    });
  }

  get #ownCommands(): readonly OwnCommand[] {
    const { options, strings } = this.#context;
    const { model } = this.#composer.choices;
    const tools = (options.composer?.tools ?? []).map(({ id, label, icon }) => ({
      id,
      label,
      icon,
      group: strings.tools,
      run: () => this.#composer.pickTool(id),
    }));
    const models = (options.composer?.models ?? []).filter(
      ({ disabled, id }) => disabled !== true && id !== model?.id,
    );
    const choices = models.map(({ id, label, description }) => ({
      id,
      label,
      ...(description !== undefined && { description }),
      group: strings.model,
      run: () => this.#composer.set({ selectedModelId: id }),
    }));
    return [...this.#controls.commands, ...tools, ...choices];
  }

  #cut(start: number, end: number): Edited {
    const { draft } = this.#composer;
    return { ...edited(draft, draft.text.slice(0, start) + draft.text.slice(end), start), caret: start };
  }

  /** The button that starts a tag. */
  #mention(): void {
    const at = this.#composer.field?.selectionEnd ?? this.#composer.draft.text.length;
    this.#composer.focus();
    this.#insert(/(?:^|\s)$/.test(this.#composer.draft.text.slice(0, at)) ? '@' : ' @', at);
    requestAnimationFrame(() => this.suggest());
  }

  #insert(words: string, at: number): void {
    const { draft } = this.#composer;
    const text = draft.text.slice(0, at) + words + draft.text.slice(at);
    this.#enter({ ...edited(draft, text, at + words.length), caret: at + words.length });
  }

  #enter(edit: Edited): void {
    if (this.#composer.field !== null) typeInto(this.#composer.field, edit);
    this.#composer.change(edit);
  }

  async #dictate(): Promise<void> {
    this.#dictation ??= new Dictation(this.#context, {
      heard: (text) => this.#write(text),
      refused: (error) => this.#composer.complain(error),
    });
    await this.#dictation.toggle();
  }

  /** Inserts a transcript at the cursor. */
  #write(words: string): void {
    const { field, draft } = this.#composer;
    const at = field?.selectionEnd ?? draft.text.length;
    this.#composer.focus();
    this.#insert(/\S$/.test(draft.text.slice(0, at)) ? ` ${words}` : words, at);
  }
}

function suggests({ entities, commands }: ChatOptions): boolean {
  return entities?.onTagSearch !== undefined || commands?.enabled === true;
}

function mirrored(piece: string | PlacedTag): TemplateResult {
  return typeof piece === 'string'
    ? html`${piece}`
    : html`<mark .subject=${sourceOfTag(piece.tag)}>${piece.tag.text}</mark>`;
}

/**
 * Edits the field as typing does, so that Ctrl+Z undoes this edit only: assigning the value clears the
 * field's undo history. If the browser refuses, the next render assigns the text.
 */
function typeInto(field: HTMLTextAreaElement, { text, caret }: Edited): void {
  if ((field.getRootNode() as ShadowRoot).activeElement !== field) return;
  const { from, to, inserted } = changeOf(field.value, text, caret ?? text.length);
  if (from === to && inserted === 0) return;
  field.setSelectionRange(from, to);
  const words = text.slice(from, from + inserted);
  // Deprecated, but the only way to edit with an undo history, and supported by all browsers.
  document.execCommand?.(words === '' ? 'delete' : 'insertText', false, words);
}
