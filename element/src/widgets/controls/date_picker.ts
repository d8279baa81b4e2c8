// DatePicker: a button with a calendar. Its value is the chosen day as an ISO datetime, at midnight in UTC.
import { drawIcon } from '../../ui/base/icons.ts';
import { CONTROL_SIZES, VARIANTS } from '../components/buttons.ts';
import { make, setAttributes, setText } from '../tree/component.ts';
import { oneOf, type Props, rawText, textOf } from '../tree/props.ts';
import { uniqueId } from '../tree/unique_id.ts';
import type { Part, WidgetContext } from '../tree/widget_context.ts';
import { Calendar, type Day, dayText, isDay } from './calendar.ts';
import { FieldComponent } from './field.ts';
import { Popup } from './popup.ts';

/** The day of a date or datetime, as it is written: 1 May stays 1 May in every time zone. */
function dayOf(value: unknown): Day | null {
  const day = rawText(value).slice(0, 10);
  return isDay(day) ? day : null;
}

export class DatePicker extends FieldComponent {
  static readonly cost: number = 8;
  static readonly required = ['name'];
  readonly #button: HTMLButtonElement;
  readonly #shown = make('span', 'w-select-value');
  readonly #clear = make('button', 'w-clear', drawIcon('close'));
  readonly #calendar = new Calendar((day) => this.#pick(day));
  readonly #popup: Popup;
  /** The choice of a person; undefined as long as the default counts. */
  #chosen: Day | null | undefined;

  constructor(context: WidgetContext, parent: Part | null) {
    const button = make('button', 'w-select w-date');
    button.type = 'button';
    super(context, parent, make('div', 'w-select-box'), button);
    this.#button = button;
    const box = make('div', 'w-popup', this.#calendar.node);
    setAttributes(box, 'dialog', { role: 'dialog' });
    setAttributes(button, 'dialog', { 'aria-haspopup': 'dialog', 'aria-expanded': 'false' });
    this.#popup = new Popup(box, button, () => button.setAttribute('aria-expanded', 'false'));
    this.#shown.id = uniqueId();
    this.#clear.type = 'button';
    button.append(drawIcon('calendar'), this.#shown);
    this.node.append(button, this.#clear, box);
    button.addEventListener('click', () => (this.#popup.isOpen ? this.#popup.close() : this.#open()));
    this.#clear.addEventListener('click', () => {
      this.#choose(null);
      button.focus();
    });
    box.addEventListener('keydown', (event) => this.#onKey(event));
  }

  get value(): string | null {
    return this.#day === null ? null : `${this.#day}T00:00:00.000Z`;
  }

  get #day(): Day | null {
    return this.#chosen === undefined ? dayOf(this.props['defaultValue']) : this.#chosen;
  }

  override show(value: unknown): void {
    this.#chosen = dayOf(value);
    this.#reflectValue();
  }

  override dispose(): void {
    this.#popup.close();
  }

  protected override update(props: Props): void {
    this.setAttributes({ 'data-block': props['block'] === true });
    setAttributes(this.#button, 'own', {
      disabled: props['disabled'] === true,
      'data-variant': oneOf(props['variant'], VARIANTS, 'outline'),
      'data-size': oneOf(props['size'], CONTROL_SIZES, null),
      'data-pill': props['pill'] === true,
    });
    this.#clear.setAttribute('aria-label', this.context.words.clear);
    this.#popup.side = oneOf(props['side'], ['top', 'bottom', 'left', 'right'], 'bottom');
    this.#popup.align = oneOf(props['align'], ['start', 'center', 'end'], 'start');
    this.#popup.node.setAttribute('aria-label', this.#placeholder);
    this.reflectName();
    this.#reflectValue();
    if (this.#popup.isOpen) this.#showCalendar();
  }

  get #placeholder(): string {
    return textOf(this.props['placeholder']) || this.context.words.chooseDate;
  }

  /** The name has the value, which a label alone would replace. */
  protected override reflectName(): void {
    const name = this.labelId === '' ? {} : { 'aria-labelledby': `${this.labelId} ${this.#shown.id}` };
    setAttributes(this.#button, 'name', name);
  }

  #showCalendar(): void {
    const { locale, words } = this.context;
    const { min, max } = this.props;
    this.#calendar.show({ locale, words, min: dayOf(min), max: dayOf(max), chosen: this.#day });
  }

  #open(): void {
    this.#showCalendar();
    this.#popup.open();
    this.#button.setAttribute('aria-expanded', 'true');
    this.#calendar.focus();
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    this.#popup.close();
    this.#button.focus();
  }

  #pick(day: Day): void {
    this.#popup.close();
    this.#button.focus();
    this.#choose(day);
  }

  #choose(day: Day | null): void {
    const before = this.#day;
    this.#chosen = day;
    this.#reflectValue();
    if (day !== before) this.changed();
  }

  #reflectValue(): void {
    const day = this.#day;
    setText(this.#shown, day === null ? this.#placeholder : dayText(day, this.context.locale));
    this.#shown.toggleAttribute('data-placeholder', day === null);
    this.#clear.hidden = day === null || this.props['clearable'] !== true || this.props['disabled'] === true;
  }
}
