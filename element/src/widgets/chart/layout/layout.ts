// Where everything in a chart of one size is, in pixels.
import { type ScaleLinear, scaleLinear } from 'd3-scale';
import type { ChartData } from '../../components/chart_data.ts';
import { isRecord } from '../../tree/props.ts';
import type { TextRuler } from '../svg.ts';
import { domainOf, drawnRows, type Span, spansOf, stackName } from './spans.ts';
import { tickTexts } from './tick_texts.ts';

const TOP_PX = 10;
/** Room for half a mark at the ends of a chart without bars. */
const END_PX = 6;
const Y_LABEL_GAP_PX = 10;
const X_LABEL_GAP_PX = 8;
const TICK_DISTANCE_PX = 36;

export type Tick = { readonly y: number; readonly text: string; readonly isZero: boolean };

/** What a layout depends on besides the data. */
export type Surface = {
  readonly width: number;
  readonly height: number;
  readonly isRtl: boolean;
  readonly locale: string;
  readonly ruler: TextRuler;
  /** Of corners, which a theme may have sharp. */
  readonly maxRadius: number;
};

export class Layout {
  readonly data: ChartData;
  readonly surface: Surface;
  /** The edges of the area of the marks. */
  readonly left: number;
  readonly right: number;
  readonly top = TOP_PX;
  readonly bottom: number;
  readonly hasXAxis: boolean;
  readonly ticks: readonly Tick[];
  /** The names of the places of bars in a row. */
  readonly barNames: readonly string[];
  /** The rows that are drawn, by their index in the data. */
  readonly drawn: readonly number[];
  /** For each series, the spans of the drawn rows. */
  readonly spans: readonly (readonly Span[])[];
  /** The distance of two drawn rows. */
  readonly step: number;
  readonly y: ScaleLinear<number, number>;

  constructor(data: ChartData, surface: Surface) {
    const { series, props, labels } = data;
    this.data = data;
    this.surface = surface;
    const { xAxis } = props;
    this.hasXAxis = !(isRecord(xAxis) && xAxis['hide'] === true);
    const below = this.hasXAxis ? surface.ruler.lineHeight + X_LABEL_GAP_PX : END_PX;
    this.bottom = Math.max(this.top + 10, surface.height - below);
    this.barNames = [
      ...new Set(series.flatMap((one, at) => (one.kind === 'bar' ? [stackName(one, at)] : []))),
    ];
    const room = this.hasBars ? surface.width / (2 * this.barNames.length + 1) : surface.width / 2;
    this.drawn = drawnRows(series, labels.length, Math.max(10, Math.floor(room)));
    this.spans = spansOf(series, this.drawn);
    const count = Math.max(2, Math.min(6, Math.round((this.bottom - this.top) / TICK_DISTANCE_PX)));
    this.y = scaleLinear(domainOf(this.spans), [this.bottom, this.top]).nice(count);
    const values = this.y.ticks(count);
    const texts = tickTexts(values, surface.locale);
    this.ticks = values.map((value, at) => ({
      y: this.y(value),
      text: texts[at]!,
      isZero: value === 0,
    }));
    [this.left, this.right] = this.#edges(props['showYAxis'] === true);
    this.step = (this.right - this.left) / Math.max(1, this.drawn.length - (this.hasBars ? 0 : 1));
  }

  get hasBars(): boolean {
    return this.barNames.length > 0;
  }

  #edges(hasYAxis: boolean): [number, number] {
    const { width, isRtl, ruler } = this.surface;
    const end = this.hasBars ? 0 : END_PX;
    const widest = Math.max(0, ...this.ticks.map(({ text }) => ruler.widthOf(text)));
    const start = hasYAxis ? Math.min(Math.ceil(widest) + Y_LABEL_GAP_PX, width / 2) + end : end;
    return isRtl ? [end, width - start] : [start, width - end];
  }

  /** The middle of a drawn row. */
  x(at: number): number {
    const { left, right, step, drawn } = this;
    if (drawn.length === 1) return (left + right) / 2;
    const distance = step * (this.hasBars ? at + 0.5 : at);
    return this.surface.isRtl ? right - distance : left + distance;
  }

  /** The drawn row next to a place. */
  nearest(x: number): number {
    const distance = (this.surface.isRtl ? this.right - x : x - this.left) / this.step;
    const at = this.hasBars ? Math.floor(distance) : Math.round(distance);
    return Math.max(0, Math.min(this.drawn.length - 1, at));
  }
}
