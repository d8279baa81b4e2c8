// A month to choose a day from. Days are counted in UTC, so that no time zone moves them.
import { drawIcon } from '../../ui/base/icons.ts';
import { make, setAttributes, setText } from '../tree/component.ts';
import type { WidgetWords } from '../tree/widget_context.ts';

const DAY_MS = 86_400_000;

/** A day as `2026-12-31`. */
export type Day = string;

export function isDay(value: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value));
}

function toDate(day: Day): Date {
  return new Date(`${day}T00:00:00Z`);
}

function toDay(date: Date): Day {
  return date.toISOString().slice(0, 10);
}

function addDays(day: Day, count: number): Day {
  return toDay(new Date(toDate(day).getTime() + count * DAY_MS));
}

/** The same day of another month, or its last day. */
function addMonths(day: Day, count: number): Day {
  const date = toDate(day);
  const wanted = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + count);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(wanted, last));
  return toDay(date);
}

export function today(): Day {
  const now = new Date();
  return toDay(new Date(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate())));
}

export function dayText(day: Day, locale: string): string {
  return new Intl.DateTimeFormat(locale, {
    dateStyle: 'medium',
    timeZone: 'UTC',
    calendar: 'gregory',
  }).format(toDate(day));
}

/** 0 is Sunday. */
function firstWeekday(locale: string): number {
  type WeekInfo = { firstDay: number };
  const named = new Intl.Locale(locale) as Intl.Locale & { getWeekInfo?(): WeekInfo; weekInfo?: WeekInfo };
  return ((named.getWeekInfo?.() ?? named.weekInfo)?.firstDay ?? 1) % 7;
}

export type CalendarOptions = {
  readonly locale: string;
  readonly words: WidgetWords;
  readonly min: Day | null;
  readonly max: Day | null;
  readonly chosen: Day | null;
};

export class Calendar {
  readonly node = make('div', 'w-calendar');
  readonly #title = make('p', 'w-calendar-title');
  readonly #grid = make('table', '');
  readonly #buttons = [-12, -1, 1, 12].map((months) => this.#stepButton(months));
  readonly #onChoose: (day: Day) => void;
  #options: CalendarOptions | null = null;
  #day: Day = today();

  constructor(onChoose: (day: Day) => void) {
    this.#onChoose = onChoose;
    setAttributes(this.#grid, 'grid', { role: 'grid' });
    this.#title.setAttribute('aria-live', 'polite');
    const head = make('div', 'w-calendar-head');
    head.append(...this.#buttons.slice(0, 2), this.#title, ...this.#buttons.slice(2));
    this.node.append(head, this.#grid);
    this.#grid.addEventListener('keydown', (event) => this.#onKey(event));
    this.#grid.addEventListener('click', (event) => this.#onClick(event));
  }

  show(options: CalendarOptions): void {
    this.#options = options;
    const { words, chosen } = options;
    const labels = [words.previousYear, words.previousMonth, words.nextMonth, words.nextYear];
    this.#buttons.forEach((button, at) => button.setAttribute('aria-label', labels[at]!));
    this.#go(chosen ?? today(), false);
  }

  focus(): void {
    this.#grid.querySelector<HTMLElement>('[tabindex="0"]')?.focus({ preventScroll: true });
  }

  #stepButton(months: number): HTMLButtonElement {
    const name = `chevron${Math.abs(months) > 1 ? 's' : ''}-${months < 0 ? 'left' : 'right'}`;
    const button = make('button', 'icon-button small', drawIcon(name));
    button.type = 'button';
    button.addEventListener('click', () => this.#go(addMonths(this.#day, months), false));
    return button;
  }

  /** Shows the month of `day`, or of the nearest allowed one. */
  #go(day: Day, movesFocus: boolean): void {
    const { min, max } = this.#options!;
    if (day < '0001-01-01' || day > '9999-12-31' || !isDay(day)) return;
    this.#day = min !== null && day < min ? min : max !== null && day > max ? max : day;
    this.#draw();
    if (movesFocus) this.focus();
  }

  #draw(): void {
    const { locale, min, max } = this.#options!;
    const first = `${this.#day.slice(0, 7)}-01`;
    const format = new Intl.DateTimeFormat(locale, {
      month: 'long',
      year: 'numeric',
      timeZone: 'UTC',
      calendar: 'gregory',
    });
    setText(this.#title, format.format(toDate(first)));
    this.#grid.setAttribute('aria-label', this.#title.textContent ?? '');
    const start = firstWeekday(locale);
    const lead = (toDate(first).getUTCDay() - start + 7) % 7;
    const begin = addDays(first, -lead);
    const weeks = Array.from({ length: 6 }, (_, week) => this.#week(addDays(begin, week * 7)));
    this.#grid.replaceChildren(make('thead', '', this.#weekdays(start)), make('tbody', '', ...weeks));
    this.#buttons.forEach((button, at) => {
      const edge = addMonths(first, at < 2 ? 0 : 1);
      button.disabled = at < 2 ? min !== null && min >= edge : max !== null && max < edge;
    });
  }

  #weekdays(start: number): HTMLElement {
    const { locale } = this.#options!;
    const names = (weekday: 'long' | 'short'): string[] => {
      const format = new Intl.DateTimeFormat(locale, { weekday, timeZone: 'UTC' });
      // 4 January 1970 was a Sunday.
      return Array.from({ length: 7 }, (_, at) => format.format((3 + start + at) * DAY_MS));
    };
    const long = names('long');
    const cells = names('short').map((name, at) => {
      const cell = make('th', '', name);
      setAttributes(cell, 'day', { scope: 'col', 'aria-label': long[at]! });
      return cell;
    });
    return make('tr', '', ...cells);
  }

  #week(first: Day): HTMLElement {
    return make('tr', '', ...Array.from({ length: 7 }, (_, at) => this.#cell(addDays(first, at))));
  }

  #cell(day: Day): HTMLElement {
    const { min, max, chosen, locale } = this.#options!;
    const isOpen = (min === null || day >= min) && (max === null || day <= max);
    const isMonth = day.slice(0, 7) === this.#day.slice(0, 7);
    const number = new Intl.NumberFormat(locale, { useGrouping: false }).format(Number(day.slice(8)));
    const cell = make('td', '', number);
    cell.dataset['day'] = day;
    setAttributes(cell, 'day', {
      role: 'gridcell',
      tabindex: day === this.#day ? '0' : '-1',
      'aria-selected': String(day === chosen),
      'aria-disabled': isOpen ? null : 'true',
      'aria-current': day === today() ? 'date' : null,
      'aria-label': dayText(day, locale),
      'data-other': !isMonth,
    });
    return cell;
  }

  #onClick(event: Event): void {
    const cell = (event.target as Element).closest<HTMLElement>('[data-day]');
    if (cell !== null && cell.getAttribute('aria-disabled') !== 'true') this.#onChoose(cell.dataset['day']!);
  }

  #onKey(event: KeyboardEvent): void {
    const isRtl = getComputedStyle(this.#grid).direction === 'rtl';
    const { key, shiftKey } = event;
    const weekday = (toDate(this.#day).getUTCDay() - firstWeekday(this.#options!.locale) + 7) % 7;
    const days: Record<string, number> = {
      ArrowLeft: isRtl ? 1 : -1,
      ArrowRight: isRtl ? -1 : 1,
      ArrowUp: -7,
      ArrowDown: 7,
      Home: -weekday,
      End: 6 - weekday,
    };
    const months = { PageUp: -1, PageDown: 1 }[key];
    if (days[key] !== undefined) this.#go(addDays(this.#day, days[key]), true);
    else if (months !== undefined) this.#go(addMonths(this.#day, months * (shiftKey ? 12 : 1)), true);
    else if (key === 'Enter' || key === ' ') this.#onClick(event);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
