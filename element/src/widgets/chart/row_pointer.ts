// Points at one row of a chart: by mouse, touch and keyboard.
import { type ChartData, valueText } from '../components/chart_data.ts';
import { make, setText } from '../tree/component.ts';
import type { Layout } from './layout/layout.ts';
import { setValues } from './svg.ts';
import { Tooltip } from './tooltip.ts';

type Marker = (layout: Layout, at: number | null) => void;

export class RowPointer {
  readonly tooltip: Tooltip;
  /** The row for screen readers, when the keyboard has led to it. */
  readonly spoken = make('p', 'w-chart-spoken');
  readonly #svg: SVGSVGElement;
  readonly #mark: Marker;
  #layout: Layout | null = null;
  /** The drawn row that is pointed at. */
  #at: number | null = null;
  /** Where the pointer is in the chart; null for the keyboard. */
  #pointerY: number | null = null;

  constructor(node: SVGSVGElement, mark: Marker) {
    this.#svg = node;
    this.spoken.setAttribute('role', 'status');
    this.#mark = mark;
    this.tooltip = new Tooltip(() => this.hide());
    node.addEventListener('pointermove', this.#onPointer);
    node.addEventListener('pointerdown', this.#onPointer);
    node.addEventListener('pointerleave', (event) => event.pointerType === 'mouse' && this.hide());
    node.addEventListener('pointercancel', () => this.hide());
    node.addEventListener('focus', () => this.#at === null && this.#pointAt(0, null));
    node.addEventListener('blur', () => this.hide());
    node.addEventListener('keydown', this.#onKey);
  }

  /** Shows the same row in another layout; `null` if nothing is drawn. */
  update(layout: Layout | null): void {
    const isOff = layout === null || layout.data.props['showTooltip'] === false;
    if (isOff || (this.#at !== null && this.#at >= layout.drawn.length)) this.hide();
    this.#layout = isOff ? null : layout;
    setValues(this.#svg, { tabindex: isOff ? null : 0 });
    if (this.#at !== null) this.#pointAt(this.#at, this.#pointerY);
  }

  hide(): void {
    this.tooltip.hide();
    setText(this.spoken, '');
    if (this.#at !== null && this.#layout !== null) this.#mark(this.#layout, null);
    this.#at = null;
  }

  #pointAt(at: number, pointerY: number | null): void {
    const layout = this.#layout;
    if (layout === null || !this.#svg.isConnected) return;
    this.#at = at;
    this.#pointerY = pointerY;
    this.#mark(layout, at);
    const { left, top } = this.#svg.getBoundingClientRect();
    const { isRtl, locale } = layout.surface;
    const y = pointerY ?? (layout.top + layout.bottom) / 2;
    const half = layout.hasBars ? Math.min(layout.step / 2, 60) : 0;
    const place = { x: left + layout.x(at), y: top + y, half, isRtl };
    const row = layout.drawn[at]!;
    this.tooltip.show(layout.data, row, locale, place);
    if (pointerY === null) setText(this.spoken, rowText(layout.data, row, locale));
  }

  readonly #onPointer = (event: PointerEvent): void => {
    const { left, top } = this.#svg.getBoundingClientRect();
    if (this.#layout !== null) this.#pointAt(this.#layout.nearest(event.clientX - left), event.clientY - top);
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    if (this.#layout === null) return;
    const last = this.#layout.drawn.length - 1;
    const { isRtl } = this.#layout.surface;
    const next = nextOf(event.key, this.#at, last, isRtl);
    if (next === null) return;
    event.preventDefault();
    this.#pointAt(next, null);
  };
}

function rowText(data: ChartData, row: number, locale: string): string {
  const values = data.series.map((one) => `${one.label} ${valueText(data, one, row, locale)}`);
  return `${data.labels[row]}: ${values.join(', ')}`;
}

/** The row that a key leads to; null for other keys. */
function nextOf(key: string, at: number | null, last: number, isRtl: boolean): number | null {
  if (key === 'Home') return 0;
  if (key === 'End') return last;
  const isForward = key === (isRtl ? 'ArrowLeft' : 'ArrowRight');
  if (!isForward && key !== (isRtl ? 'ArrowRight' : 'ArrowLeft')) return null;
  if (at === null) return isForward ? 0 : last;
  return Math.max(0, Math.min(last, at + (isForward ? 1 : -1)));
}
