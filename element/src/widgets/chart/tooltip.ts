// The values of one row, in a box beside it: in the top layer, so that nothing clips it.
import { type ChartData, valueText } from '../components/chart_data.ts';
import { make, setText } from '../tree/component.ts';
import { seriesColor } from './series_colors.ts';

const GAP_PX = 12;
const EDGE_PX = 8;

/** The middle of a row in the window, and half of its width. */
export type Place = {
  readonly x: number;
  readonly y: number;
  readonly half: number;
  readonly isRtl: boolean;
};

export class Tooltip {
  readonly node = make('div', 'w-popup w-chart-tip');
  readonly #title = make('p', 'w-chart-tip-title');
  readonly #list = make('ul', '');
  readonly #onLeave: () => void;

  /** `onLeave` is called when a person has scrolled, points at something else or has pressed Escape. */
  constructor(onLeave: () => void) {
    this.#onLeave = onLeave;
    this.node.setAttribute('popover', 'manual');
    this.node.setAttribute('aria-hidden', 'true');
    this.node.hidden = true;
    this.node.append(this.#title, this.#list);
    this.#title.dir = 'auto';
  }

  get isOpen(): boolean {
    return !this.node.hidden;
  }

  show(data: ChartData, row: number, locale: string, place: Place): void {
    this.#open();
    setText(this.#title, data.labels[row] ?? '');
    this.#list.replaceChildren(
      ...data.series.map((one, at) => {
        const swatch = swatchFor(one.fields['color'], at);
        const label = make('span', 'w-chart-tip-label', one.label);
        label.dir = 'auto';
        return make('li', '', swatch, label, make('b', '', valueText(data, one, row, locale)));
      }),
    );
    this.#move(place);
  }

  hide(): void {
    if (!this.isOpen) return;
    this.node.hidePopover?.();
    this.node.hidden = true;
    removeEventListener('scroll', this.#onLeave, { capture: true });
    removeEventListener('pointerdown', this.#onPointer, true);
    removeEventListener('keydown', this.#onKey, true);
  }

  #open(): void {
    if (this.isOpen) return;
    this.node.hidden = false;
    this.node.showPopover?.();
    addEventListener('scroll', this.#onLeave, { capture: true, passive: true });
    addEventListener('pointerdown', this.#onPointer, true);
    addEventListener('keydown', this.#onKey, true);
  }

  /** After the row in the direction of reading, before it if there is no room. */
  #move({ x, y, half, isRtl }: Place): void {
    const { offsetWidth: width, offsetHeight: height } = this.node;
    const { clientWidth, clientHeight } = document.documentElement;
    const [before, after] = [x - half - GAP_PX - width, x + half + GAP_PX];
    const isBefore = isRtl ? before >= EDGE_PX : after + width > clientWidth - EDGE_PX;
    const left = Math.max(EDGE_PX, Math.min(isBefore ? before : after, clientWidth - width - EDGE_PX));
    const top = Math.max(EDGE_PX, Math.min(y - height / 2, clientHeight - height - EDGE_PX));
    this.node.style.setProperty('left', `${Math.round(left)}px`);
    this.node.style.setProperty('top', `${Math.round(top)}px`);
  }

  readonly #onPointer = (event: Event): void => {
    if (!this.#isFromChart(event)) this.#onLeave();
  };

  /** Escape in the chart means the tooltip only, and not what it means in the chat. */
  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    if (this.#isFromChart(event)) event.stopPropagation();
    this.#onLeave();
  };

  #isFromChart(event: Event): boolean {
    const chart = this.node.parentNode;
    return chart !== null && event.composedPath().includes(chart);
  }
}

/** A patch in the colour of a series. */
export function swatchFor(color: unknown, at: number): HTMLElement {
  const swatch = make('span', 'w-chart-swatch');
  swatch.style.setProperty('--c', seriesColor(color, at));
  return swatch;
}
