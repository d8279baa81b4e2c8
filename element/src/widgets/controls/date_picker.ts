// DatePicker: a button with a calendar. Its value is the chosen day as an ISO datetime, at midnight in UTC.
import { drawIcon } from '../../ui/base/icons.ts';
import { setAttributes } from '../tree/component.ts';
import { oneOf, type Props, rawText, textOf } from '../tree/props.ts';
import { uniqueId } from '../tree/unique_id.ts';
import type { Part, WidgetContext } from '../tree/widget_context.ts';
import { Calendar, type Day, dayText, isDay } from './calendar.ts';
import { PopupField } from './popup_field.ts';

/** The day of a date or datetime, as it is written: 1 May stays 1 May in every time zone. */
function dayOf(value: unknown): Day | null {
  const day = rawText(value).slice(0, 10);
  return isDay(day) ? day : null;
}

export class DatePicker extends PopupField {
  static readonly cost: number = 8;
  static readonly required = ['name'];
  readonly #calendar = new Calendar((day) => this.#pick(day));
  /** The choice of a person; undefined as long as the default counts. */
  #chosen: Day | null | undefined;

  constructor(context: WidgetContext, parent: Part | null) {
    super(context, parent, 'w-select w-date');
    this.box.append(this.#calendar.node);
    setAttributes(this.box, 'dialog', { role: 'dialog' });
    setAttributes(this.button, 'dialog', { 'aria-haspopup': 'dialog' });
    this.shown.id = uniqueId();
    this.button.append(drawIcon('calendar'), this.shown);
    this.box.addEventListener('keydown', (event) => this.#onKey(event));
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

  protected override update(props: Props): void {
    this.showField(props);
    this.popup.side = oneOf(props['side'], ['top', 'bottom', 'left', 'right'], 'bottom');
    this.popup.align = oneOf(props['align'], ['start', 'center', 'end'], 'start');
    this.popup.node.setAttribute('aria-label', this.#placeholder);
    this.#reflectValue();
    if (this.popup.isOpen) this.#showCalendar();
  }

  get #placeholder(): string {
    return textOf(this.props['placeholder']) || this.context.words.chooseDate;
  }

  /** The name has the value, which a label alone would replace. */
  protected override reflectName(): void {
    const name = this.labelId === '' ? {} : { 'aria-labelledby': `${this.labelId} ${this.shown.id}` };
    setAttributes(this.button, 'name', name);
  }

  #showCalendar(): void {
    const { locale, words } = this.context;
    const { min, max } = this.props;
    this.#calendar.show({ locale, words, min: dayOf(min), max: dayOf(max), chosen: this.#day });
  }

  protected override open(): void {
    this.#showCalendar();
    this.popup.open();
    this.reflectOpen();
    this.#calendar.focus();
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    this.finish();
  }

  #pick(day: Day): void {
    this.finish();
    this.choose(day);
  }

  protected override choose(day: Day | null): void {
    const before = this.#day;
    this.#chosen = day;
    this.#reflectValue();
    if (day !== before) this.changed();
  }

  #reflectValue(): void {
    const day = this.#day;
    this.showValue(day === null ? this.#placeholder : dayText(day, this.context.locale), day !== null);
  }
}
