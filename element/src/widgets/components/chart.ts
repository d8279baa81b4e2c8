// Chart: its place, and its rows as a table. What draws it is a bundle of its own.
import type { ChartDrawing } from '../chart/drawing.ts';
import { blockStyles } from '../css/box.ts';
import { type Styles, setStyles } from '../css/values.ts';
import { Component, make, setAttributes } from '../tree/component.ts';
import type { Props } from '../tree/props.ts';
import type { Part, WidgetContext } from '../tree/widget_context.ts';
import { readChart } from './chart_data.ts';
import { ChartTable } from './chart_table.ts';

export class Chart extends Component {
  static readonly required = ['data', 'series', 'xAxis'];
  readonly #table = new ChartTable();
  #drawing: ChartDrawing | null = null;
  #isLoading = false;

  constructor(context: WidgetContext, parent: Part | null) {
    super(context, parent, make('div', 'w-chart'));
    this.node.append(this.#table.node);
  }

  protected override update(props: Props): void {
    setStyles(this.node, chartStyles(props));
    const data = readChart(props);
    // First the drawing, which asks for styles: those of the table would have to be computed too.
    this.#drawing?.update(data);
    this.#table.update(data, this.context);
    if (this.#drawing === null && !this.#isLoading) void this.#load();
  }

  /** Another update tries again if the bundle could not be loaded. */
  async #load(): Promise<void> {
    this.#isLoading = true;
    this.setAttributes({ 'aria-busy': 'true' });
    try {
      const { ChartDrawing } = await import('../chart/drawing.ts');
      this.#drawing = new ChartDrawing(this.node, this.context);
      this.#drawing.update(readChart(this.props));
      this.setAttributes({});
    } catch (error) {
      this.setAttributes({ 'data-failed': true });
      this.context.note('widget.chart_failed', '', `A Chart is shown as a table: ${error}`);
    }
    this.#isLoading = false;
    setAttributes(this.#table.node, 'own', { tabindex: this.#drawing === null ? '0' : null });
  }

  override dispose(): void {
    this.#drawing?.close();
  }
}

/**
 * The stylesheet gives a height, which neither a ratio nor the flexible size in a column may have. A ratio
 * could leave less than the legend needs.
 */
function chartStyles(props: Props): Styles {
  const styles = blockStyles(props);
  if (styles['height'] !== null) return styles;
  const hasRatio = styles['aspect-ratio'] !== null;
  if (hasRatio) styles['height'] = 'auto';
  if (hasRatio || styles['flex'] !== null) styles['min-height'] ??= hasRatio ? '100px' : '220px';
  return styles;
}
