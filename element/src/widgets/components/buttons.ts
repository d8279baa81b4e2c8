// Button, also in the footer of a card.
import { drawIcon } from '../../ui/base/icons.ts';
import { formOf } from '../forms/fields.ts';
import { Component, make, setAttributes, setText } from '../tree/component.ts';
import { oneOf, type Props, rawText, textOf } from '../tree/props.ts';
import type { Loading, Part, WidgetContext } from '../tree/widget_context.ts';

const COLORS = [
  'primary',
  'secondary',
  'info',
  'discovery',
  'success',
  'caution',
  'warning',
  'danger',
] as const;
export const VARIANTS = ['solid', 'soft', 'outline', 'ghost'] as const;
export const CONTROL_SIZES = ['3xs', '2xs', 'xs', 'sm', 'md', 'lg', 'xl', '2xl', '3xl'] as const;
const ICON_SIZES = ['sm', 'md', 'lg', 'xl', '2xl'] as const;

export class Button extends Component<HTMLButtonElement> {
  static readonly cost: number = 3;
  protected readonly loading: Loading = 'self';
  readonly #start = make('span', 'w-button-icon');
  readonly #label = make('span', 'w-button-label');
  readonly #end = make('span', 'w-button-icon');
  #icons: readonly [string, string] = ['', ''];

  constructor(context: WidgetContext, parent: Part | null) {
    super(context, parent, make('button', 'w-button'));
    this.#label.dir = 'auto';
    this.node.append(this.#start, this.#label, this.#end);
    this.node.addEventListener('click', (event) => this.#onClick(event));
    context.gates.add(this);
  }

  override dispose(): void {
    this.context.gates.delete(this);
  }

  override reflectBusy(): void {
    setAttributes(this.node, 'busy', {
      'aria-disabled': this.context.accepts(this.#action) ? null : 'true',
    });
  }

  get #isSubmit(): boolean {
    return this.props['submit'] === true;
  }

  /** The own action, or the one of the form that the button submits. */
  get #action(): unknown {
    return this.#isSubmit ? formOf(this)?.formAction : this.props['onClickAction'];
  }

  protected override update(props: Props): void {
    const label = textOf(props['label']);
    const icons = [rawText(props['iconStart']), rawText(props['iconEnd'])] as const;
    const isPrimary = props['style'] === 'primary';
    this.setAttributes({
      type: this.#isSubmit ? 'submit' : 'button',
      disabled: props['disabled'] === true,
      'data-color': oneOf(props['color'], COLORS, isPrimary ? 'primary' : 'secondary'),
      'data-variant': oneOf(props['variant'], VARIANTS, isPrimary ? 'solid' : 'soft'),
      'data-size': oneOf(props['size'], CONTROL_SIZES, null),
      'data-icon-size': oneOf(props['iconSize'], ICON_SIZES, null),
      'data-pill': props['pill'] === true,
      'data-uniform': props['uniform'] === true || (label === '' && icons.join('') !== ''),
      'data-block': props['block'] === true,
      'aria-label': label === '' ? this.#nameOf(icons) : null,
    });
    setText(this.#label, label);
    this.#label.hidden = label === '';
    this.#showIcons(icons);
    this.reflectBusy();
  }

  /** An icon alone is no name for somebody who does not see it; its own name is better than none. */
  #nameOf(icons: readonly string[]): string | null {
    const name = icons.find((one) => one !== '');
    if (name === undefined) return null;
    this.context.note('widget.button_without_label', name, `A Button with the icon "${name}" has no label.`);
    return name.replace(/^lucide:/, '').replaceAll('-', ' ');
  }

  #showIcons(icons: readonly [string, string]): void {
    [this.#start, this.#end].forEach((box, at) => {
      const name = icons[at]!;
      if (name !== this.#icons[at]) box.replaceChildren(...(name === '' ? [] : [drawIcon(name)]));
      box.hidden = name === '';
    });
    this.#icons = icons;
  }

  #onClick(event: Event): void {
    if (!this.context.accepts(this.#action)) event.preventDefault();
    else if (!this.#isSubmit) this.context.run(this, this.props['onClickAction'], this.loading);
  }
}

/** A button in the footer of a card: while its action runs, the whole card is inert. */
export class CardButton extends Button {
  static override readonly cost = 0; // It is counted with its card.
  protected override readonly loading: Loading = 'container';
}
