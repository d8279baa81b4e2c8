// The base of components that are fields of a form.
import { Component } from '../tree/component.ts';
import { type Props, rawText } from '../tree/props.ts';
import { uniqueId } from '../tree/unique_id.ts';
import type { Field, Part, WidgetContext } from '../tree/widget_context.ts';

export abstract class FieldComponent<Node extends HTMLElement = HTMLElement> extends Component<Node> {
  /** The element that a `Label` names and focuses. */
  protected readonly control: HTMLElement;
  #label = '';

  constructor(context: WidgetContext, parent: Part | null, node: Node, control: HTMLElement = node) {
    super(context, parent, node);
    this.control = control;
    this.control.id = uniqueId();
  }

  override patch(props: Props): void {
    const before = this.fieldName;
    super.patch(props);
    if (before !== this.fieldName) this.context.relink();
  }

  abstract get value(): unknown;
  /** Shows a value that was sent; anything that the field cannot have is ignored. */
  abstract show(value: unknown): void;

  get fieldName(): string {
    return rawText(this.props['name']);
  }

  override get fields(): readonly Field[] {
    return [{ name: this.fieldName, value: this.value }];
  }

  get controlId(): string {
    return this.control.id;
  }

  /** The id of the label that names the field; empty if there is none. */
  set labelId(id: string) {
    if (id === this.#label) return;
    this.#label = id;
    this.reflectName();
  }
  get labelId(): string {
    return this.#label;
  }

  focus(): void {
    this.control.focus();
  }

  /** Sets the accessible name of the control. Without a label, its own words must do. */
  protected reflectName(): void {
    const own = rawText(this.props['ariaLabel']) || rawText(this.props['placeholder']) || this.fieldName;
    if (this.#label === '') this.control.setAttribute('aria-label', own);
    else this.control.removeAttribute('aria-label');
  }

  /** The value has changed by a person's hand. */
  protected changed(): void {
    const action = this.props['onChangeAction'];
    if (action !== undefined && action !== null) this.context.run(this, action, 'none');
  }
}
