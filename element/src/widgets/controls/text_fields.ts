// Input, Textarea and editable Text. What somebody has typed survives every update: only the default changes,
// which the browser shows as long as the field is untouched.
import { isComposing } from '../../ui/base/keys.ts';
import { CONTROL_SIZES } from '../components/buttons.ts';
import { TEXT_SIZES, textAttributes, textStyles } from '../components/texts.ts';
import { length, setStyles } from '../css/values.ts';
import { formOf } from '../forms/fields.ts';
import { type Attributes, make } from '../tree/component.ts';
import { countOf, isRecord, oneOf, type Props, rawText } from '../tree/props.ts';
import type { Part, WidgetContext } from '../tree/widget_context.ts';
import { FieldComponent } from './field.ts';

const TYPES = ['number', 'email', 'text', 'password', 'tel', 'url'] as const;
const GUTTERS = ['2xs', 'xs', 'sm', 'md', 'lg', 'xl'] as const;

/** Keeps browser extensions from filling in the field, unless it allows them. */
function autofillAttributes(isAllowed: boolean): Attributes {
  const hint = isAllowed ? null : 'true';
  return { 'data-1p-ignore': hint, 'data-lpignore': hint, 'data-bwignore': hint };
}

abstract class TextField<
  Control extends HTMLInputElement | HTMLTextAreaElement,
> extends FieldComponent<Control> {
  #wasFocused = false;
  #selects = false;

  constructor(context: WidgetContext, parent: Part | null, node: Control) {
    super(context, parent, node);
    node.dir = 'auto';
    node.addEventListener('focus', () => this.#selects && node.select());
    node.addEventListener('keydown', (event) => this.#onKey(event as KeyboardEvent));
  }

  get value(): string {
    return this.node.value;
  }

  override show(value: unknown): void {
    if (typeof value === 'string') this.node.value = value;
  }

  /** The fields that all text fields share. */
  protected showField(props: Props, attributes: Attributes): void {
    this.setAttributes({
      required: props['required'] === true,
      disabled: props['disabled'] === true,
      placeholder: rawText(props['placeholder']) || null,
      autocomplete: rawText(props['autoComplete']) || 'off',
      ...autofillAttributes(props['allowAutofillExtensions'] === true),
      'data-variant': oneOf(props['variant'], ['soft', 'outline'], 'outline'),
      'data-size': oneOf(props['size'], CONTROL_SIZES, null),
      'data-gutter': oneOf(props['gutterSize'], GUTTERS, null),
      ...attributes,
    });
    const start = rawText(props['defaultValue']);
    if (this.node.defaultValue !== start) this.node.defaultValue = start;
    this.#selects = props['autoSelect'] === true;
    this.reflectName();
    if (props['autoFocus'] === true && !this.#wasFocused) this.context.focusLater(this.node);
    this.#wasFocused = true;
  }

  /** Enter submits, also where a form has several fields and no submit button. */
  #onKey(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || event.shiftKey || isComposing(event) || this.#breaksLines) return;
    const form = formOf(this)?.node;
    if (!(form instanceof HTMLFormElement)) return;
    event.preventDefault();
    form.requestSubmit();
  }

  get #breaksLines(): boolean {
    return this.node instanceof HTMLTextAreaElement && (this.node.rows > 1 || this.node.matches('.w-field'));
  }
}

export class Input extends TextField<HTMLInputElement> {
  static readonly cost: number = 2;
  static readonly required = ['name'];

  constructor(context: WidgetContext, parent: Part | null) {
    super(context, parent, make('input', 'w-field'));
  }

  protected override update(props: Props): void {
    this.showField(props, {
      type: oneOf(props['inputType'], TYPES, 'text'),
      step: props['inputType'] === 'number' ? 'any' : null,
      pattern: rawText(props['pattern']) || null,
      'data-pill': props['pill'] === true,
    });
  }
}

/** Fits the height of a text to its lines where the browser cannot. */
function fitHeight(node: HTMLTextAreaElement): void {
  if (typeof CSS === 'undefined' || CSS.supports('field-sizing', 'content')) return;
  node.style.setProperty('height', 'auto');
  node.style.setProperty('height', `${node.scrollHeight + 2}px`);
}

/** A text area has no `pattern` of its own. */
function reflectPattern(node: HTMLTextAreaElement, pattern: string, message: string): void {
  let isMatch = true;
  try {
    isMatch = pattern === '' || node.value === '' || new RegExp(`^(?:${pattern})$`, 'v').test(node.value);
  } catch {
    // A browser ignores a pattern that is no regular expression, too.
  }
  node.setCustomValidity(isMatch ? '' : message);
}

export class Textarea extends TextField<HTMLTextAreaElement> {
  static readonly cost: number = 2;
  static readonly required = ['name'];

  constructor(context: WidgetContext, parent: Part | null) {
    super(context, parent, make('textarea', 'w-field'));
    this.node.addEventListener('input', () => this.#onInput());
  }

  protected override update(props: Props): void {
    const rows = countOf(props['rows'], 50) ?? 3;
    this.showField(props, { rows: String(rows), 'data-auto': props['autoResize'] === true });
    const most = countOf(props['maxRows'], 200);
    setStyles(this.node, {
      '--rows': String(rows),
      'max-height': most === null ? null : `calc(${most}lh + var(--field-inset) + 2px)`,
    });
    this.#onInput();
  }

  #onInput(): void {
    reflectPattern(this.node, rawText(this.props['pattern']), this.context.words.patternMismatch);
    if (this.props['autoResize'] === true) fitHeight(this.node);
  }
}

/** A `Text` that somebody may change in its place. */
export class EditableText extends TextField<HTMLTextAreaElement> {
  static readonly required = ['value'];

  constructor(context: WidgetContext, parent: Part | null) {
    super(context, parent, make('textarea', 'w-text w-editable'));
    this.node.addEventListener('input', () => this.#onInput());
  }

  override get fieldName(): string {
    return rawText(this.#editable['name']);
  }

  get #editable(): Record<string, unknown> {
    const { editable } = this.props;
    return isRecord(editable) ? editable : {};
  }

  protected override update(props: Props): void {
    const lines = countOf(props['minLines'], 100) ?? 1;
    const value = rawText(props['value']);
    const field: Props = { ...this.#editable, type: props.type, defaultValue: value };
    const rows = value.includes('\n') ? Math.max(2, lines) : lines;
    this.showField(field, {
      ...textAttributes(props, TEXT_SIZES),
      'data-italic': props['italic'] === true,
      'data-struck': props['lineThrough'] === true,
      'data-clamp': null,
      'data-truncate': null,
      'data-variant': null,
      rows: String(rows),
    });
    setStyles(this.node, { ...textStyles(props), width: length(props['width'], 'px') });
    this.#onInput();
  }

  #onInput(): void {
    reflectPattern(this.node, rawText(this.#editable['pattern']), this.context.words.patternMismatch);
    fitHeight(this.node);
  }
}
