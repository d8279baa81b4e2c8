// The drawing of a chart, redrawn as a whole when the data or the size changes: its few paths cost less than
// finding out what is different.
import { sheetOf } from '../../dom/css.ts';
import type { ChartData } from '../components/chart_data.ts';
import { make } from '../tree/component.ts';
import { uniqueId } from '../tree/unique_id.ts';
import type { WidgetContext } from '../tree/widget_context.ts';
import { grid, xLabels, yLabels } from './axes.ts';
import { chartStyles } from './chart_styles.ts';
import { Layout } from './layout/layout.ts';
import { cursor, dots, marks } from './marks/marks.ts';
import { RowPointer } from './row_pointer.ts';
import { setValues, svg, TextRuler } from './svg.ts';
import { swatchFor } from './tooltip.ts';

export class ChartDrawing {
  readonly #context: WidgetContext;
  readonly #frame = make('div', 'w-chart-frame');
  readonly #svg = svg('svg', 'w-chart-svg');
  readonly #legend = make('ul', 'w-chart-legend');
  readonly #empty = make('p', 'w-chart-empty');
  readonly #id = uniqueId();
  readonly #pointer: RowPointer;
  readonly #back = svg('g', '');
  readonly #front = svg('g', '');
  #data: ChartData | null = null;
  #width = 0;
  #height = 0;

  /** Puts itself before what `box` contains. */
  constructor(box: HTMLElement, context: WidgetContext) {
    this.#context = context;
    this.#pointer = new RowPointer(this.#svg, (layout, at) => this.#mark(layout, at));
    this.#legend.setAttribute('aria-hidden', 'true');
    this.#frame.append(this.#svg, this.#empty, this.#pointer.tooltip.node, this.#pointer.spoken);
    new ResizeObserver(([entry]) => this.#resize(entry!.contentRect)).observe(this.#frame);
    box.prepend(this.#frame, this.#legend);
  }

  update(data: ChartData): void {
    this.#data = data;
    this.#showLegend(data);
    this.#noteMissing(data);
    this.#draw();
  }

  close(): void {
    this.#pointer.hide();
  }

  #resize({ width, height }: DOMRectReadOnly): void {
    this.#width = width;
    this.#height = height;
    this.#draw();
  }

  #draw(): void {
    if (this.#data === null || !(this.#width > 0 && this.#height > 0)) return;
    adopt(this.#frame);
    const data = this.#data;
    const hasValues = hasNumbers(data);
    this.#empty.hidden = hasValues;
    this.#empty.textContent = this.#context.words.noData;
    this.#svg.toggleAttribute('hidden', !hasValues);
    if (!hasValues) return this.#clear();
    const layout = this.#layout(data);
    const { width, height } = layout.surface;
    setValues(this.#svg, {
      viewBox: `0 0 ${width} ${height}`,
      role: 'img', // Not before it has a name.
      'aria-label': this.#context.words.chart(data.series.map(({ label }) => label).join(', ')),
    });
    this.#svg.replaceChildren(
      this.#back,
      grid(layout),
      ...(data.props['showYAxis'] === true ? [yLabels(layout)] : []),
      ...(layout.hasXAxis ? [xLabels(layout)] : []),
      marks(layout, this.#id),
      this.#front,
    );
    this.#pointer.update(layout);
  }

  #clear(): void {
    this.#pointer.update(null);
    this.#svg.replaceChildren();
    setValues(this.#svg, { viewBox: null, role: null, 'aria-label': null });
  }

  #layout(data: ChartData): Layout {
    const style = getComputedStyle(this.#svg);
    return new Layout(data, {
      width: this.#width,
      height: this.#height,
      isRtl: getComputedStyle(this.#frame).direction === 'rtl',
      locale: this.#context.locale,
      ruler: new TextRuler(style),
      maxRadius: Number.parseFloat(style.getPropertyValue('--radius-full')) || 0,
    });
  }

  /** Marks the row that is pointed at. */
  #mark(layout: Layout, at: number | null): void {
    this.#back.replaceChildren(...(at === null ? [] : [cursor(layout, at)]));
    this.#front.replaceChildren(...(at === null ? [] : dots(layout, at)));
  }

  #showLegend(data: ChartData): void {
    const { series, props } = data;
    this.#legend.hidden = props['showLegend'] === false || !hasNumbers(data);
    this.#legend.replaceChildren(
      ...series.map(({ label, fields }, at) => {
        const text = make('span', 'w-chart-legend-label', label);
        text.dir = 'auto';
        return make('li', '', swatchFor(fields['color'], at), text);
      }),
    );
  }

  /** An empty chart is mostly a wrong name. */
  #noteMissing({ series, rows }: ChartData): void {
    if (rows.length === 0) return;
    for (const { label, fields, values } of series) {
      if (values.some((value) => value !== null)) continue;
      const names = Object.keys(rows[0]!).slice(0, 20).join(', ');
      const message =
        `The series "${label}" of a Chart has no numbers: no row has a number in the field that its ` +
        `\`dataKey\` names, ${JSON.stringify(fields['dataKey'] ?? null)}. The first row has: ${names}.`;
      this.#context.note('widget.chart_without_numbers', label, message);
    }
  }
}

function hasNumbers({ series }: ChartData): boolean {
  return series.some(({ values }) => values.some((value) => value !== null));
}

/** The sheet of charts comes with them. The last sheet of a chat is for forced colours and stays last. */
function adopt(node: Node): void {
  const root = node.getRootNode();
  if (!(root instanceof ShadowRoot || root instanceof Document)) return;
  const sheet = sheetOf(chartStyles);
  const sheets = root.adoptedStyleSheets;
  if (!sheets.includes(sheet)) root.adoptedStyleSheets = [...sheets.slice(0, -1), sheet, ...sheets.slice(-1)];
}
