// What a message can be written with besides the keyboard: tools and models, files, speech, mentions and commands. Loaded
// where a page offers one of them.
import { html, nothing, type TemplateResult } from 'lit-html';
import type { ChatOptions, ModelOption, ToolOption } from '../../api/options.ts';
import { MenuController } from '../base/menu.ts';
import type { ComposerHost } from './composer_host.ts';
import { ComposerControls } from './controls.ts';
import type { Dictation } from './dictation.ts';
import type { Draft } from './drafts.ts';
import type { OwnCommand, Suggestions } from './suggestions.ts';
import { changeOf, edited, pieces, withTag } from './tag_editing.ts';
import type { Edited, PlacedTag, TaggedText } from './tagged_text.ts';
import { menu } from '../base/menu_styles.ts';
import { toolbox } from './styles/toolbox.ts';
import { triggerAt } from './trigger.ts';
import type { Uploads, UploadsHost } from './uploads.ts';

export const styles = [menu, toolbox];

/** The composer that it belongs to. */
export type ToolboxHost = {
  readonly composer: ComposerHost;
  readonly field: HTMLTextAreaElement | null;
  readonly draft: Draft;
  readonly tool: ToolOption | undefined;
  readonly model: ModelOption | undefined;
  readonly pickTool: (id: string | null) => void;
  readonly pickModel: (id: string) => void;
  readonly attach: (files: readonly File[]) => void;
  readonly change: (edited: Edited) => void;
  readonly complain: (words: string) => void;
  readonly focus: () => void;
};

export class Toolbox {
  readonly #host: ToolboxHost;
  readonly #controls: ComposerControls;
  #suggestions: Suggestions | null = null;
  #uploads: Uploads | null = null;
  #dictation: Dictation | null = null;
  /** Another number after each time that the draft was left. */
  #visit = 0;

  constructor(host: ToolboxHost) {
    this.#host = host;
    const box = (): Toolbox => this;
    const { composer } = host;
    this.#controls = new ComposerControls({
      menus: new MenuController(composer.root, composer.changed),
      get strings() {
        return composer.strings;
      },
      get options() {
        return composer.options;
      },
      get tool() {
        return host.tool;
      },
      get model() {
        return host.model;
      },
      pickTool: host.pickTool,
      pickModel: host.pickModel,
      mention: () => this.#mention(),
      attach: host.attach,
      get dictation() {
        return box().#dictation?.state ?? 'idle';
      },
      dictate: () => void this.#dictate(),
    });
  }

  /** A message waits for its files. */
  get isBusy(): boolean {
    return this.#uploads?.isBusy === true;
  }

  /** The id of the suggestion that Enter would pick. */
  get activeId(): string | null {
    return this.#suggestions?.activeId ?? null;
  }

  get isSuggesting(): boolean {
    return this.#suggestions?.isOpen === true;
  }

  /** Beside the field, before and behind its middle. */
  start(disabled: boolean): TemplateResult | typeof nothing {
    return this.#controls.tools(disabled);
  }

  end(disabled: boolean): readonly (TemplateResult | typeof nothing)[] {
    return [this.#controls.models(disabled), this.#controls.dictation(disabled)];
  }

  suggestionsTemplate(): TemplateResult | typeof nothing {
    return this.#suggestions?.template() ?? nothing;
  }

  uploadsTemplate(): TemplateResult | typeof nothing {
    return this.#uploads?.template() ?? nothing;
  }

  /** Lies behind the field and shows where its tags are. */
  mirror(draft: TaggedText): TemplateResult {
    return html`<div class="mirror" aria-hidden="true" dir="auto">${pieces(draft).map(mirrored)}</div>`;
  }

  /** What a command that runs has still to say replaces nothing any more. */
  endSuggestions(): void {
    this.#suggestions?.follow(null);
  }

  /** Another draft is shown, or none. */
  leave(): void {
    this.#visit++;
    this.endSuggestions();
    this.#dictation?.cancel();
  }

  /** Returns whether the key was for the suggestions. */
  onKey(event: KeyboardEvent): boolean {
    return this.#suggestions?.onKey(event) === true;
  }

  onBlur(): void {
    if (this.isSuggesting) this.#suggestions?.close();
  }

  /** `draft` is what they go with, or null when they are not wanted any more. Returns false when nobody can take them. */
  async attach(files: readonly File[], draft: () => Draft | null): Promise<boolean> {
    const part = await this.#host.composer.parts.when('uploads');
    if (part === null) return false;
    const wanted = draft();
    this.#uploads ??= new part.Uploads(this.#uploadsHost());
    if (wanted !== null) this.#uploads.add(files, wanted);
    return true;
  }

  /** The draft is sent: nothing more can go with it. */
  forget(draft: Draft): void {
    this.#uploads?.forget(draft);
  }

  /** Another server: no file is on its way to it. */
  giveUp(): void {
    this.#uploads?.giveUp();
  }

  #uploadsHost(): UploadsHost {
    const { composer, complain } = this.#host;
    const box = (): ToolboxHost => this.#host;
    return {
      get strings() {
        return composer.strings;
      },
      get locale() {
        return composer.locale;
      },
      get options() {
        return composer.options.composer?.attachments ?? { enabled: true };
      },
      get draft() {
        return box().draft;
      },
      changed: composer.changed,
      upload: composer.upload,
      refused: complain,
      failed: (error) => composer.failed('upload_failed', error),
    };
  }

  /** Asks for what could stand for the words at the cursor. */
  suggest(): void {
    const { field, composer } = this.#host;
    if (field === null || !suggests(composer.options)) return;
    const { entities, commands } = composer.options;
    const isSelecting = field.selectionStart !== field.selectionEnd;
    const kinds = { tag: entities?.onTagSearch !== undefined, command: commands?.enabled === true };
    const trigger = isSelecting ? null : triggerAt(field.value, field.selectionStart, kinds);
    if (this.#suggestions === null && trigger !== null) void this.#loadSuggestions();
    this.#suggestions?.follow(trigger);
  }

  async #loadSuggestions(): Promise<void> {
    const { composer } = this.#host;
    const visit = this.#visit;
    const part = await composer.parts.when('suggestions');
    if (part === null || this.#suggestions !== null) return;
    const box = (): Toolbox => this;
    this.#suggestions = new part.Suggestions({
      get strings() {
        return composer.strings;
      },
      get options() {
        return composer.options;
      },
      get ownCommands() {
        return box().#ownCommands;
      },
      changed: composer.changed,
      announce: composer.announce,
      failed: (error) => composer.failed('suggestions_failed', error),
      replace: ({ start, end }, tag) =>
        this.#enter(tag === null ? this.#cut(start, end) : withTag(this.#host.draft, start, end, tag)),
    });
    if (visit === this.#visit) this.suggest();
  }

  get #ownCommands(): readonly OwnCommand[] {
    const {
      composer: { options, strings },
      model,
      pickTool,
      pickModel,
    } = this.#host;
    const tools = (options.composer?.tools ?? []).map(({ id, label, icon }) => ({
      id,
      label,
      icon,
      group: strings.tools,
      run: () => pickTool(id),
    }));
    const models = (options.composer?.models ?? []).filter(
      ({ disabled, id }) => disabled !== true && id !== model?.id,
    );
    const choices = models.map(({ id, label, description }) => ({
      id,
      label,
      ...(description !== undefined && { description }),
      group: strings.model,
      run: () => pickModel(id),
    }));
    return [...tools, ...choices];
  }

  #cut(start: number, end: number): Edited {
    const { draft } = this.#host;
    return { ...edited(draft, draft.text.slice(0, start) + draft.text.slice(end), start), caret: start };
  }

  /** The button that begins a tag. */
  #mention(): void {
    const at = this.#host.field?.selectionEnd ?? this.#host.draft.text.length;
    this.#host.focus();
    this.#insert(/(?:^|\s)$/.test(this.#host.draft.text.slice(0, at)) ? '@' : ' @', at);
    requestAnimationFrame(() => this.suggest());
  }

  #insert(words: string, at: number): void {
    const { draft } = this.#host;
    const text = draft.text.slice(0, at) + words + draft.text.slice(at);
    this.#enter({ ...edited(draft, text, at + words.length), caret: at + words.length });
  }

  #enter(edit: Edited): void {
    if (this.#host.field !== null) typeInto(this.#host.field, edit);
    this.#host.change(edit);
  }

  async #dictate(): Promise<void> {
    const { composer, complain } = this.#host;
    const visit = this.#visit;
    const part = await composer.parts.when('dictation');
    if (part === null || visit !== this.#visit) return;
    this.#dictation ??= new part.Dictation({
      get strings() {
        return composer.strings;
      },
      changed: composer.changed,
      transcribe: composer.transcribe,
      heard: (text) => this.#write(text),
      refused: complain,
      failed: (error) => composer.failed('dictation_failed', error),
    });
    await this.#dictation.toggle();
  }

  /** Puts what was said where the cursor is. */
  #write(words: string): void {
    const { field, draft, focus } = this.#host;
    const at = field?.selectionEnd ?? draft.text.length;
    focus();
    this.#insert(/\S$/.test(draft.text.slice(0, at)) ? ` ${words}` : words, at);
  }
}

function suggests({ entities, commands }: ChatOptions): boolean {
  return entities?.onTagSearch !== undefined || commands?.enabled === true;
}

function mirrored(piece: string | PlacedTag): TemplateResult {
  return typeof piece === 'string' ? html`${piece}` : html`<mark>${piece.tag.text}</mark>`;
}

/**
 * As the person would do it, so that Ctrl+Z takes back an edit and not everything: a field whose value is assigned forgets
 * what came before. Where that cannot be, the text is assigned at the next render.
 */
function typeInto(field: HTMLTextAreaElement, { text, caret }: Edited): void {
  if ((field.getRootNode() as ShadowRoot).activeElement !== field) return;
  const { from, to, inserted } = changeOf(field.value, text, caret ?? text.length);
  if (from === to && inserted === 0) return;
  field.setSelectionRange(from, to);
  const words = text.slice(from, from + inserted);
  // Nothing else writes into the history of a field, and all browsers have it.
  document.execCommand?.(words === '' ? 'delete' : 'insertText', false, words);
}
