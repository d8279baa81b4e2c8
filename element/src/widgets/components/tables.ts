// Table, Table.Row and Table.Cell.
import { color, SURFACE } from '../css/colors.ts';
import { length, setStyles, spacing } from '../css/values.ts';
import { Component, make } from '../tree/component.ts';
import { countOf, oneOf, type Props } from '../tree/props.ts';
import type { Part, WidgetContext } from '../tree/widget_context.ts';

/** Scrolls sideways, by keyboard too, if it is wider than the widget. */
export class Table extends Component {
  constructor(context: WidgetContext, parent: Part | null) {
    super(context, parent, make('div', 'w-table'));
    const body = make('tbody', '');
    this.node.append(make('table', '', body));
    this.node.tabIndex = 0;
    this.node.setAttribute('role', 'group');
    this.holdChildren(body);
  }

  protected override update(): void {
    this.node.setAttribute('aria-label', this.context.words.table);
  }
}

export class TableRow extends Component {
  constructor(context: WidgetContext, parent: Part | null) {
    super(context, parent, make('tr', 'w-table-row'));
    this.holdChildren();
  }

  protected override update(props: Props): void {
    this.setAttributes({ 'data-header': props['header'] === true });
    for (const part of this.components) part.refresh();
  }
}

const ALIGNMENTS = ['start', 'center', 'end'] as const;
const VERTICAL = { start: 'top', center: 'middle', end: 'bottom' } as const;

export class TableCell extends Component {
  constructor(context: WidgetContext, parent: Part | null) {
    super(context, parent, make('td', 'w-table-cell'));
    this.holdChildren();
  }

  protected override update(props: Props): void {
    const isHeader = this.parent?.props['header'] === true;
    const span = (name: string, value: number | null): Record<string, string | null> => ({
      [name]: value === null || value === 1 ? null : String(value),
    });
    this.setAttributes({
      role: isHeader ? 'columnheader' : null,
      'data-col-size': oneOf(props['colSize'], ['xs', 'sm', 'md', 'lg', 'xl'], null),
      ...span('colspan', countOf(props['colSpan'], 100)),
      ...span('rowspan', countOf(props['rowSpan'], 100)),
    });
    const vertical = oneOf(props['vAlign'], ALIGNMENTS, null);
    setStyles(this.node, {
      ...spacing('padding', props['padding']),
      width: length(props['width'], 'px'),
      'text-align': oneOf(props['align'], ALIGNMENTS, null),
      'vertical-align': vertical === null ? null : VERTICAL[vertical],
      background: color(props['background'], SURFACE),
    });
  }
}
