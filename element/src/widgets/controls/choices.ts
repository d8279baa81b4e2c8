// Checkbox, RadioGroup and Label.

import { TEXT_SIZES, textAttributes } from '../components/texts.ts';
import { color, TEXT } from '../css/colors.ts';
import { setStyles } from '../css/values.ts';
import { Component, make, setAttributes, setText } from '../tree/component.ts';
import { type Props, rawText, recordsOf, textOf } from '../tree/props.ts';
import { uniqueId } from '../tree/unique_id.ts';
import type { Part, WidgetContext } from '../tree/widget_context.ts';
import { FieldComponent } from './field.ts';

export class Checkbox extends FieldComponent {
  static readonly cost: number = 2;
  static readonly required = ['name'];
  readonly #box: HTMLInputElement;
  readonly #words = make('span', '');

  constructor(context: WidgetContext, parent: Part | null) {
    const box = make('input', '');
    box.type = 'checkbox';
    super(context, parent, make('label', 'w-choice'), box);
    this.#box = box;
    this.#words.dir = 'auto';
    this.node.append(box, this.#words);
    box.addEventListener('change', () => this.changed());
  }

  get value(): boolean {
    return this.#box.checked;
  }

  override show(value: unknown): void {
    this.#box.checked = value === true;
  }

  protected override update(props: Props): void {
    setAttributes(this.#box, 'own', {
      disabled: props['disabled'] === true,
      required: props['required'] === true,
    });
    const isChecked = props['defaultChecked'] === true;
    if (this.#box.defaultChecked !== isChecked) this.#box.defaultChecked = isChecked;
    const text = textOf(props['label']);
    setText(this.#words, text);
    this.#words.hidden = text === '';
    this.reflectName();
  }

  protected override reflectName(): void {
    if (textOf(this.props['label']) === '') super.reflectName();
    else this.control.removeAttribute('aria-label');
  }
}

export class RadioGroup extends FieldComponent {
  static readonly cost: number = 3;
  static readonly required = ['name'];
  readonly #group = uniqueId();
  readonly #radios = new Map<string, { node: HTMLElement; radio: HTMLInputElement; words: HTMLElement }>();
  #default: string | null = null;

  constructor(context: WidgetContext, parent: Part | null) {
    super(context, parent, make('div', 'w-radios'));
    this.node.setAttribute('role', 'radiogroup');
    this.node.addEventListener('change', () => this.changed());
  }

  get value(): string | null {
    return [...this.#radios].find(([, { radio }]) => radio.checked)?.[0] ?? null;
  }

  override show(value: unknown): void {
    for (const [one, { radio }] of this.#radios) radio.checked = one === value;
  }

  override focus(): void {
    const radios = [...this.#radios.values()].map(({ radio }) => radio);
    (radios.find(({ checked }) => checked) ?? radios.find(({ disabled }) => !disabled))?.focus();
  }

  protected override update(props: Props): void {
    this.setAttributes({
      'data-direction': props['direction'] === 'col' ? 'col' : 'row',
      'aria-required': props['required'] === true ? 'true' : null,
      'aria-disabled': props['disabled'] === true ? 'true' : null,
    });
    const options = recordsOf(props['options']);
    const values = new Set(options.map(({ value }) => rawText(value)));
    for (const [value, { node }] of this.#radios) {
      if (values.has(value)) continue;
      node.remove();
      this.#radios.delete(value);
    }
    options.forEach((option, at) => this.#showOption(option, at));
    this.#default = rawText(props['defaultValue']);
    this.reflectName();
  }

  protected override reflectName(): void {
    super.reflectName();
    setAttributes(this.node, 'name', { 'aria-labelledby': this.labelId || null });
  }

  #showOption(option: Record<string, unknown>, at: number): void {
    const value = rawText(option['value']);
    const one = this.#radios.get(value) ?? this.#newOption(value);
    setText(one.words, textOf(option['label']) || value);
    setAttributes(one.radio, 'own', {
      disabled: this.props['disabled'] === true || option['disabled'] === true,
      required: this.props['required'] === true,
    });
    const start = rawText(this.props['defaultValue']);
    // A new default counts as long as nobody has chosen.
    if (start !== this.#default) one.radio.defaultChecked = start !== '' && start === value;
    if (this.node.children[at] !== one.node) this.node.insertBefore(one.node, this.node.children[at] ?? null);
  }

  #newOption(value: string): { node: HTMLElement; radio: HTMLInputElement; words: HTMLElement } {
    const radio = make('input', '');
    radio.type = 'radio';
    radio.name = this.#group;
    radio.value = value;
    radio.defaultChecked = value !== '' && value === rawText(this.props['defaultValue']);
    const words = make('span', '');
    words.dir = 'auto';
    const one = { node: make('label', 'w-choice', radio, words), radio, words };
    this.#radios.set(value, one);
    return one;
  }
}

/** Names the field `fieldName` of its form, or of the widget. */
export class Label extends Component<HTMLLabelElement> {
  static readonly required = ['value', 'fieldName'];
  #field: FieldComponent | null = null;

  constructor(context: WidgetContext, parent: Part | null) {
    super(context, parent, make('label', 'w-label'));
    this.node.dir = 'auto';
    this.node.id = uniqueId();
    // A group of radios cannot be the target of a label.
    this.node.addEventListener('click', () => this.#field instanceof RadioGroup && this.#field.focus());
    context.labels.add(this);
  }

  override dispose(): void {
    this.context.labels.delete(this);
    if (this.#field?.labelId === this.node.id) this.#field.labelId = '';
  }

  get fieldName(): string {
    return rawText(this.props['fieldName']);
  }

  /** `field` is the one that the label names now. */
  link(field: FieldComponent | null): void {
    if (this.#field !== field && this.#field?.labelId === this.node.id) this.#field.labelId = '';
    this.#field = field;
    if (field !== null) field.labelId = this.node.id;
    setAttributes(this.node, 'field', { for: field === null ? null : field.controlId });
  }

  protected override update(props: Props): void {
    this.setAttributes(textAttributes(props, TEXT_SIZES));
    setStyles(this.node, { color: color(props['color'], TEXT) });
    setText(this.node, textOf(props['value']));
    this.context.relink();
  }
}
