// Suggestions for "@…" and "/…", in a list over the field: searched while the person types, picked by key or
// click.

import { html, nothing, type TemplateResult } from 'lit-html';
import type { Command, Entity } from '../../api/options.ts';
import { icon } from '../base/icons.ts';
import { isComposing } from '../base/keys.ts';
import type { ChatContext } from '../context.ts';
import { suggestions } from './styles/suggestions.ts';
import type { Tag } from './tagged_text.ts';
import type { Trigger } from './trigger.ts';

export const styles = [suggestions];

export type SuggestionsComposer = {
  /** The composer's own commands. */
  readonly ownCommands: readonly OwnCommand[];
  /** Replaces the typed text by a tag, or by nothing. */
  readonly replace: (trigger: Trigger, tag: Tag | null) => void;
};

export type OwnCommand = Command & { readonly run: () => void };

type Suggestion = {
  readonly key: string;
  readonly label: string;
  readonly description?: string | undefined;
  readonly icon?: string | undefined;
  readonly group?: string | undefined;
  readonly pick: (trigger: Trigger) => void | Promise<void>;
};

/** The delay in ms before a search, since typing is faster than searching. */
const PAUSE_MS = 120;
const LIST_ID = 'suggestions';

export class Suggestions {
  readonly #context: ChatContext;
  readonly #composer: SuggestionsComposer;
  #trigger: Trigger | null = null;
  #found: readonly Suggestion[] = [];
  #active = 0;
  #state: 'idle' | 'searching' | 'failed' | 'running' = 'idle';
  /** The commands of a menu that a command opened. */
  #menu: readonly Command[] | null = null;
  #closedAt: number | null = null;
  /** Enter was pressed before the search had ended: its first result is picked. */
  #picksFirst = false;
  #search = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(context: ChatContext, composer: SuggestionsComposer) {
    this.#context = context;
    this.#composer = composer;
  }

  get isOpen(): boolean {
    return this.#trigger !== null && (this.#found.length > 0 || this.#state !== 'idle');
  }

  /** The id of the option that Enter would pick. */
  get activeId(): string | null {
    return this.isOpen && this.#found.length > 0 ? `suggestion-${this.#active}` : null;
  }

  /** Call it whenever the text or the cursor has changed. */
  follow(trigger: Trigger | null): void {
    if (trigger === null) this.#closedAt = null;
    if (trigger === null || trigger.start === this.#closedAt) return this.#leave();
    const before = this.#trigger;
    if (
      before !== null &&
      trigger.kind === before.kind &&
      trigger.query === before.query &&
      trigger.start === before.start
    )
      return;
    if (trigger.start !== before?.start) this.#menu = null;
    this.#trigger = trigger;
    this.#closedAt = null;
    this.#look(trigger);
  }

  close(): void {
    this.#closedAt = this.#trigger?.start ?? null;
    this.#leave();
  }

  #leave(): void {
    const wasOpen = this.isOpen;
    this.#reset();
    if (wasOpen) this.#context.changed();
  }

  /** Returns whether the list has handled the key. */
  onKey(event: KeyboardEvent): boolean {
    if (!this.isOpen || isComposing(event)) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Escape') this.close();
    else if (this.#found.length === 0) return false;
    else if (step !== undefined) this.#move(step);
    else if ((event.key === 'Enter' && !event.shiftKey) || event.key === 'Tab') this.#accept();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  template(): TemplateResult | typeof nothing {
    if (!this.isOpen || this.#trigger === null) return nothing;
    const { strings } = this.#context;
    const label = this.#trigger.kind === 'tag' ? strings.mentions : strings.commands;
    return html`<div class="suggestions" part="menu"
      aria-busy=${this.#state === 'searching' || this.#state === 'running'}
      @pointerdown=${(event: Event) => event.preventDefault()}>
      ${this.#state === 'failed' ? html`<p class="suggestion-note">${strings.searchFailed}</p>` : nothing}
      ${
        this.#state === 'searching' && this.#found.length === 0
          ? html`<p class="suggestion-note">${strings.searchingFor}</p>`
          : nothing
      }
      <div id=${LIST_ID} role="listbox"
        aria-label=${label}>${this.#groups().map(([group, entries]) => this.#group(group, entries))}</div>
    </div>`;
  }

  #group(group: string, entries: readonly [number, Suggestion][]): TemplateResult {
    const rows = entries.map(([at, suggestion]) => this.#row(suggestion, at));
    if (group === '') return html`${rows}`;
    return html`<div role="group" aria-label=${group}><div class="suggestion-group"
      aria-hidden="true">${group}</div>${rows}</div>`;
  }

  #row({ label, description, icon: name }: Suggestion, at: number): TemplateResult {
    return html`<div class="suggestion" role="option" id="suggestion-${at}"
      aria-selected=${at === this.#active} @click=${() => this.#pick(at)}
      @pointermove=${() => this.#point(at)}>
      ${name === undefined ? nothing : icon(name)}<span class="suggestion-text"
        dir="auto"><span>${label}</span>${
          description === undefined ? nothing : html`<small>${description}</small>`
        }</span></div>`;
  }

  /** In order of appearance, with each one's place in the list. */
  #groups(): [string, [number, Suggestion][]][] {
    const groups = new Map<string, [number, Suggestion][]>();
    this.#found.forEach((suggestion, at) => {
      const group = suggestion.group ?? '';
      groups.set(group, [...(groups.get(group) ?? []), [at, suggestion]]);
    });
    return [...groups];
  }

  #look(trigger: Trigger): void {
    clearTimeout(this.#timer);
    this.#picksFirst = false;
    const search = ++this.#search;
    if (this.#menu !== null)
      return this.#show(
        this.#matching(this.#menu, trigger.query).map((command) => this.#fromCommand(command)),
      );
    this.#state = 'searching';
    this.#timer = setTimeout(() => void this.#ask(trigger, search), trigger.query === '' ? 0 : PAUSE_MS);
  }

  async #ask(trigger: Trigger, search: number): Promise<void> {
    try {
      const found =
        trigger.kind === 'tag' ? await this.#entities(trigger.query) : await this.#commands(trigger.query);
      if (search === this.#search) this.#show(found);
    } catch (error) {
      if (search !== this.#search) return;
      this.#found = [];
      this.#picksFirst = false;
      this.#state = 'failed';
      this.#context.failed('suggestions_failed', error);
      this.#context.changed();
    }
  }

  #show(found: readonly Suggestion[]): void {
    this.#found = found.toSorted((a, b) => this.#firstOf(found, a) - this.#firstOf(found, b));
    this.#active = 0;
    this.#state = 'idle';
    const picksFirst = this.#picksFirst;
    this.#picksFirst = false; // Otherwise the first entry of a menu that the pick opens would be picked too.
    if (picksFirst && found.length > 0) return void this.#pick(0);
    if (found.length > 0) this.#context.announce(this.#context.strings.suggestionsFound(found.length));
    this.#context.changed();
  }

  /** The index of the first suggestion of the same group, by which groups are ordered. */
  #firstOf(found: readonly Suggestion[], { group }: Suggestion): number {
    return found.findIndex((other) => other.group === group);
  }

  async #entities(query: string): Promise<Suggestion[]> {
    const found = (await this.#context.options.entities?.onTagSearch?.(query.trimEnd())) ?? [];
    return found.map((entity) => this.#fromEntity(entity));
  }

  async #commands(query: string): Promise<Suggestion[]> {
    const own = this.#matching(this.#composer.ownCommands, query).map(
      (command): Suggestion => ({ ...shownOf(command), pick: (trigger) => this.#runOwn(command, trigger) }),
    );
    const found = (await this.#context.options.commands?.onSearch?.(query)) ?? [];
    return [...found.map((command) => this.#fromCommand(command)), ...own];
  }

  #matching<One extends Command>(commands: readonly One[], query: string): readonly One[] {
    const wanted = query.toLocaleLowerCase();
    return commands.filter(({ label }) => label.toLocaleLowerCase().includes(wanted));
  }

  #fromEntity(entity: Entity): Suggestion {
    const { id, title, icon: name, group } = entity;
    return {
      key: id,
      label: title,
      icon: name,
      group,
      pick: (trigger) => this.#finish(trigger, tagOf(entity)),
    };
  }

  #fromCommand(command: Command): Suggestion {
    return { ...shownOf(command), pick: (trigger) => this.#run(command, trigger) };
  }

  #runOwn(command: OwnCommand, trigger: Trigger): void {
    this.#finish(trigger, null);
    command.run();
  }

  async #run(command: Command, trigger: Trigger): Promise<void> {
    this.#state = 'running';
    this.#context.changed();
    const search = this.#search;
    const selection = await this.#context.options.commands?.onSelect?.(command);
    if (search !== this.#search) return; // Later typing has closed the list.
    if (selection?.type !== 'menu')
      return this.#finish(trigger, selection?.type === 'entity' ? tagOf(selection.entity) : null);
    this.#menu = selection.commands;
    this.#show(selection.commands.map((one) => this.#fromCommand(one)));
  }

  #finish(trigger: Trigger, tag: Tag | null): void {
    this.#reset();
    this.#composer.replace(trigger, tag);
  }

  /** Results that are shown during a search belong to an earlier text, so the pick waits for the new ones. */
  #accept(): void {
    if (this.#state === 'searching') this.#picksFirst = true;
    else void this.#pick(this.#active);
  }

  async #pick(at: number): Promise<void> {
    const trigger = this.#trigger;
    const suggestion = this.#found[at];
    if (trigger === null || suggestion === undefined || this.#state === 'running') return;
    try {
      await suggestion.pick(trigger);
    } catch (error) {
      this.#reset();
      this.#context.failed('suggestions_failed', error);
      this.#context.changed();
    }
  }

  #move(step: number): void {
    this.#point((this.#active + step + this.#found.length) % this.#found.length);
  }

  #point(at: number): void {
    if (at === this.#active) return;
    this.#active = at;
    this.#context.changed();
  }

  #reset(): void {
    clearTimeout(this.#timer);
    this.#search++;
    this.#trigger = null;
    this.#found = [];
    this.#menu = null;
    this.#picksFirst = false;
    this.#state = 'idle';
  }
}

function shownOf({ id, label, description, icon: name, group }: Command): Omit<Suggestion, 'pick'> {
  return { key: id, label, description, icon: name, group };
}

export function tagOf({ id, title, group, data, interactive }: Entity): Tag {
  return {
    type: 'input_tag',
    id,
    text: title,
    data: data ?? {},
    ...(group !== undefined && { group }),
    ...(interactive !== undefined && { interactive }),
  };
}
