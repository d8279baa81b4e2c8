// The rows of a chart as a table: for screen readers, and for everybody if the chart cannot be drawn.
import { make, setText } from '../tree/component.ts';
import type { WidgetContext } from '../tree/widget_context.ts';
import { type ChartData, valueText } from './chart_data.ts';

/** A larger table takes longer than a frame. */
const MAX_CELLS = 4000;

export class ChartTable {
  readonly node = make('div', 'w-table w-chart-table');
  readonly #body = make('tbody', '');

  constructor() {
    this.node.append(withRole(make('table', '', this.#body), 'table'));
  }

  update(data: ChartData, { locale, words }: WidgetContext): void {
    const { labels, series, xName } = data;
    const shown = labels.slice(0, MAX_CELLS / (series.length + 1));
    const lines = [
      [xName, ...series.map(({ label }) => label)],
      ...shown.map((label, row) => [label, ...series.map((one) => valueText(data, one, row, locale))]),
      ...(shown.length < labels.length ? [[words.cut]] : []),
    ];
    resize(this.#body, lines.length, () => withRole(make('tr', 'w-table-row'), 'row'));
    lines.forEach((texts, at) => showLine(this.#body.children[at]!, texts, at === 0));
  }
}

/** While hidden, it is laid out as lines of text, which is faster. Without roles, it would be no table then. */
function withRole(node: HTMLElement, role: string): HTMLElement {
  node.setAttribute('role', role);
  return node;
}

function showLine(row: Element, texts: readonly string[], isHeader: boolean): void {
  row.toggleAttribute('data-header', isHeader);
  resize(row, texts.length, (at) => {
    if (!isHeader && at > 0) return withRole(make('td', 'w-table-cell'), 'cell');
    return withRole(make('th', 'w-table-cell'), isHeader ? 'columnheader' : 'rowheader');
  });
  texts.forEach((text, at) => setText(row.children[at]!, text));
}

function resize(node: Element, count: number, create: (at: number) => Node): void {
  while (node.children.length > count) node.lastElementChild!.remove();
  while (node.children.length < count) node.append(create(node.children.length));
}
