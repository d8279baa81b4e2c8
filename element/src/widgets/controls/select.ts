// Select: a button with a list of options below it, and a search in long lists.
import { drawIcon } from '../../ui/base/icons.ts';
import { isComposing } from '../../ui/base/keys.ts';
import { make, setAttributes } from '../tree/component.ts';
import { type Props, rawText, recordsOf, textOf } from '../tree/props.ts';
import { uniqueId } from '../tree/unique_id.ts';
import type { Part, WidgetContext } from '../tree/widget_context.ts';
import { PopupField } from './popup_field.ts';

type Option = {
  readonly value: string;
  readonly label: string;
  readonly description: string;
  readonly isDisabled: boolean;
};

/** A list with more options has a search, unless the widget says otherwise. */
const SEARCH_FROM = 16;
/** More options are found by searching. */
const MAX_OPTIONS = 300;

export class Select extends PopupField {
  static readonly cost: number = 6;
  static readonly required = ['name', 'options'];
  readonly #list = make('div', 'w-options');
  readonly #search = make('input', 'w-field w-search');
  /** The choice of a person; undefined as long as the default counts. */
  #chosen: string | null | undefined;
  #options: readonly Option[] = [];
  #found: readonly Option[] = [];
  #active = -1;
  #typed = '';
  #typedAt = 0;

  constructor(context: WidgetContext, parent: Part | null) {
    super(context, parent, 'w-select');
    this.box.append(this.#search, this.#list);
    this.#list.id = uniqueId();
    setAttributes(this.#list, 'list', { role: 'listbox' });
    setAttributes(this.button, 'list', {
      role: 'combobox',
      'aria-haspopup': 'listbox',
      'aria-controls': this.#list.id,
    });
    setAttributes(this.#search, 'list', {
      role: 'combobox',
      'aria-expanded': 'true',
      autocomplete: 'off',
      'aria-controls': this.#list.id,
    });
    this.button.append(this.shown, drawIcon('chevron-down'));
    this.#listen();
  }

  get value(): string | null {
    const value = this.#chosen === undefined ? rawText(this.props['defaultValue']) : this.#chosen;
    return this.#options.some((option) => option.value === value) ? value : null;
  }

  override show(value: unknown): void {
    this.#chosen = typeof value === 'string' ? value : null;
    this.#reflectValue();
  }

  protected override update(props: Props): void {
    this.#options = recordsOf(props['options']).map((option) => ({
      value: rawText(option['value']),
      label: textOf(option['label']) || textOf(option['value']),
      description: textOf(option['description']),
      isDisabled: option['disabled'] === true,
    }));
    this.showField(props);
    this.#search.placeholder = this.context.words.search;
    this.#search.setAttribute('aria-label', this.context.words.search);
    this.#search.hidden = !this.#isSearchable;
    this.#reflectValue();
    if (this.popup.isOpen) this.#showOptions(this.#found[this.#active]?.value ?? null);
  }

  get #isSearchable(): boolean {
    const { searchable } = this.props;
    return typeof searchable === 'boolean' ? searchable : this.#options.length >= SEARCH_FROM;
  }

  #listen(): void {
    this.#search.addEventListener('input', () => this.#showOptions(null));
    for (const node of [this.button, this.#search])
      node.addEventListener('keydown', (event) => this.#onKey(event as KeyboardEvent));
    this.#list.addEventListener('pointerdown', (event) => event.preventDefault()); // Keeps the focus.
    this.#list.addEventListener('click', (event) => {
      const node = (event.target as Element).closest<HTMLElement>('[role=option]');
      const option = node === null ? undefined : this.#found[Number(node.dataset['at'])];
      if (option !== undefined && !option.isDisabled) this.#pick(option);
    });
    this.#list.addEventListener('pointermove', (event) => {
      const node = (event.target as Element).closest<HTMLElement>('[role=option]');
      if (node !== null && Number(node.dataset['at']) !== this.#active)
        this.#activate(Number(node.dataset['at']), false);
    });
  }

  protected override open(): void {
    this.#search.value = '';
    this.#showOptions(this.value);
    this.popup.open();
    this.reflectOpen();
    this.#activate(this.#active, true);
    if (this.#isSearchable) this.#search.focus({ preventScroll: true });
  }

  protected override reflectOpen(): void {
    super.reflectOpen();
    if (!this.popup.isOpen) this.button.removeAttribute('aria-activedescendant');
  }

  /** Shows the options that match the search; the one with the value `active` is highlighted. */
  #showOptions(active: string | null): void {
    const words = this.#isSearchable ? this.#search.value.trim().toLocaleLowerCase(this.context.locale) : '';
    const has = (text: string): boolean => text.toLocaleLowerCase(this.context.locale).includes(words);
    const found = this.#options.filter(
      ({ label, description }) => words === '' || has(label) || has(description),
    );
    this.#found = found.slice(0, MAX_OPTIONS);
    const none = make('p', 'w-options-none', this.context.words.noMatches);
    const nodes = this.#found.map((option, at) => this.#optionNode(option, at));
    this.#list.replaceChildren(...(nodes.length > 0 ? nodes : [none]));
    const at = this.#found.findIndex(({ value }) => value === active);
    this.#activate(at === -1 ? this.#found.findIndex(({ isDisabled }) => !isDisabled) : at, true);
  }

  #optionNode({ value, label, description, isDisabled }: Option, at: number): HTMLElement {
    const text = make('span', 'w-option-text', make('span', '', label));
    if (description !== '') text.append(make('small', '', description));
    const node = make('div', 'w-option', text);
    node.id = `${this.#list.id}-${at}`;
    node.dir = 'auto';
    node.dataset['at'] = String(at);
    const isChosen = value === this.value;
    setAttributes(node, 'option', {
      role: 'option',
      'aria-selected': String(isChosen),
      'aria-disabled': isDisabled ? 'true' : null,
    });
    if (isChosen) node.append(drawIcon('check'));
    return node;
  }

  #activate(at: number, scrolls: boolean): void {
    this.#list.querySelector('[data-active]')?.removeAttribute('data-active');
    this.#active = at;
    const node = this.#list.children[at] as HTMLElement | undefined;
    const isOption = node !== undefined && this.#found[at] !== undefined;
    node?.toggleAttribute('data-active', isOption);
    const target = this.#isSearchable ? this.#search : this.button;
    setAttributes(target, 'active', { 'aria-activedescendant': isOption ? node.id : null });
    if (isOption && scrolls) node.scrollIntoView?.({ block: 'nearest' });
  }

  #onKey(event: KeyboardEvent): void {
    if (isComposing(event) || event.ctrlKey || event.metaKey) return;
    const isHandled = this.popup.isOpen ? this.#onOpenKey(event) : this.#onClosedKey(event);
    if (!isHandled) return;
    event.preventDefault();
    event.stopPropagation();
  }

  #onClosedKey({ key }: KeyboardEvent): boolean {
    if (['ArrowDown', 'ArrowUp', 'Enter', ' '].includes(key)) return (this.open(), true);
    return false;
  }

  #onOpenKey(event: KeyboardEvent): boolean {
    const { key } = event;
    const isSearching = event.target === this.#search;
    const option = this.#found[this.#active];
    if (key === 'Escape' || (key === 'ArrowUp' && event.altKey)) return (this.finish(), true);
    if (key === 'Enter' || (key === ' ' && !isSearching)) {
      if (option !== undefined && !option.isDisabled) this.#pick(option);
      return true;
    }
    if (key === 'Tab') return (this.popup.close(), false);
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[key];
    if (step !== undefined) return this.#move(this.#active + step, Math.sign(step));
    if (!isSearching && key === 'Home') return this.#move(0, 1);
    if (!isSearching && key === 'End') return this.#move(this.#found.length - 1, -1);
    return !isSearching && key.length === 1 && this.#typeAhead(key);
  }

  /** To the option at `at`, or the next enabled one in this direction. */
  #move(at: number, direction: number): boolean {
    let to = Math.min(this.#found.length - 1, Math.max(0, at));
    while (this.#found[to]?.isDisabled) to += direction;
    if (this.#found[to] !== undefined) this.#activate(to, true);
    return true;
  }

  /** Letters typed in quick succession go to the option that begins with them. */
  #typeAhead(key: string): boolean {
    const now = performance.now();
    this.#typed = now - this.#typedAt > 700 ? key : this.#typed + key;
    this.#typedAt = now;
    const words = this.#typed.toLocaleLowerCase(this.context.locale);
    const at = this.#found.findIndex(
      ({ label, isDisabled }) =>
        !isDisabled && label.toLocaleLowerCase(this.context.locale).startsWith(words),
    );
    if (at !== -1) this.#activate(at, true);
    return true;
  }

  #pick({ value }: Option): void {
    this.finish();
    this.choose(value);
  }

  protected override choose(value: string | null): void {
    const before = this.value;
    this.#chosen = value;
    this.#reflectValue();
    if (this.value !== before) this.changed();
  }

  #reflectValue(): void {
    const chosen = this.#options.find(({ value }) => value === this.value);
    this.showValue(chosen?.label ?? textOf(this.props['placeholder']), chosen !== undefined);
  }
}
