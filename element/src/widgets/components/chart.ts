// Chart: its place, and its rows as a table. What draws it is a bundle of its own.
import type { ChartDrawing } from '../chart/drawing.ts';
import { blockStyles } from '../css/box.ts';
import { type Styles, setStyles } from '../css/values.ts';
import { Component, make } from '../tree/component.ts';
import type { Props } from '../tree/props.ts';
import type { Part, WidgetContext } from '../tree/widget_context.ts';
import { readChart } from './chart_data.ts';
import { ChartTable } from './chart_table.ts';

export class Chart extends Component {
  static readonly required = ['data', 'series', 'xAxis'];
  readonly #table = new ChartTable();
  #drawing: ChartDrawing | null = null;
  #isLoading = false;
  #isDisposed = false;

  constructor(context: WidgetContext, parent: Part | null) {
    super(context, parent, make('div', 'w-chart'));
    this.node.append(this.#table.node);
  }

  protected override update(props: Props): void {
    setStyles(this.node, chartStyles(props));
    const data = readChart(props);
    this.#table.update(data, this.context);
    if (this.#drawing !== null) return this.#drawing.update(data);
    if (!this.#isLoading) void this.#load();
  }

  /** Another update tries again if the bundle could not be loaded. */
  async #load(): Promise<void> {
    this.#isLoading = true;
    this.setAttributes({ 'aria-busy': 'true' });
    try {
      const { ChartDrawing } = await import('../chart/drawing.ts');
      if (this.#isDisposed) return;
      this.#drawing = new ChartDrawing(this.node, this.context);
      this.#drawing.update(readChart(this.props));
      this.setAttributes({});
      this.#table.node.removeAttribute('tabindex');
    } catch (error) {
      this.setAttributes({ 'data-failed': true });
      this.#table.node.tabIndex = 0;
      this.context.note('widget.chart_failed', '', `A Chart is shown as a table: ${String(error)}`);
    }
    this.#isLoading = false;
  }

  override dispose(): void {
    this.#isDisposed = true;
    this.#drawing?.close();
  }
}

/** The stylesheet gives a height, which neither a ratio nor the flexible size in a column may have. */
function chartStyles(props: Props): Styles {
  const styles = blockStyles(props);
  if (styles['height'] !== null) return styles;
  if (styles['aspect-ratio'] !== null) return { ...styles, height: 'auto' };
  return styles['flex'] === null ? styles : { ...styles, 'min-height': styles['min-height'] ?? '220px' };
}
