// The base of fields whose value is chosen in a popup: a button that shows it, and one that clears it.
import { drawIcon } from '../../ui/base/icons.ts';
import { CONTROL_SIZES, VARIANTS } from '../components/buttons.ts';
import { make, setAttributes, setText } from '../tree/component.ts';
import { oneOf, type Props } from '../tree/props.ts';
import type { Part, WidgetContext } from '../tree/widget_context.ts';
import { FieldComponent } from './field.ts';
import { Popup } from './popup.ts';

export abstract class PopupField extends FieldComponent {
  protected readonly button: HTMLButtonElement;
  protected readonly shown = make('span', 'w-select-value');
  protected readonly clear = make('button', 'w-clear', drawIcon('close'));
  protected readonly box = make('div', 'w-popup');
  protected readonly popup: Popup;

  constructor(context: WidgetContext, parent: Part | null, className: string) {
    const button = make('button', className);
    button.type = 'button';
    super(context, parent, make('div', 'w-select-box'), button);
    this.button = button;
    this.popup = new Popup(this.box, button, () => this.reflectOpen());
    this.clear.type = 'button';
    this.node.append(button, this.clear, this.box);
    button.setAttribute('aria-expanded', 'false');
    button.addEventListener('click', () => (this.popup.isOpen ? this.popup.close() : this.open()));
    this.clear.addEventListener('click', () => {
      this.choose(null);
      button.focus();
    });
  }

  override dispose(): void {
    this.popup.close();
  }

  protected abstract open(): void;
  protected abstract choose(value: string | null): void;

  protected reflectOpen(): void {
    this.button.setAttribute('aria-expanded', String(this.popup.isOpen));
  }

  /** Gives the focus back to the button. */
  protected finish(): void {
    this.popup.close();
    this.button.focus();
  }

  protected showField(props: Props): void {
    this.setAttributes({ 'data-block': props['block'] === true });
    setAttributes(this.button, 'own', {
      disabled: props['disabled'] === true,
      'data-variant': oneOf(props['variant'], VARIANTS, 'outline'),
      'data-size': oneOf(props['size'], CONTROL_SIZES, null),
      'data-pill': props['pill'] === true,
    });
    this.clear.setAttribute('aria-label', this.context.words.clear);
    this.reflectName();
  }

  /** `text` is that of the value, or of the placeholder. */
  protected showValue(text: string, isChosen: boolean): void {
    const { clearable, disabled } = this.props;
    setText(this.shown, text);
    this.shown.toggleAttribute('data-placeholder', !isChosen);
    this.clear.hidden = !isChosen || clearable !== true || disabled === true;
  }
}
