// What a chart shows, read from its fields.
import { isRecord, oneOf, type Props, recordsOf, textOf } from '../tree/props.ts';

/** More rows and series are left out. */
const MAX_ROWS = 10_000;
const MAX_SERIES = 24;

export type ChartSeries = {
  readonly kind: 'bar' | 'area' | 'line';
  readonly label: string;
  /** The fields of the series: `dataKey`, `stack`, `color`, `curveType`. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** A value for each row; null where the row has no number. */
  readonly values: readonly (number | null)[];
};

export type ChartData = {
  readonly props: Props;
  /** The name of the field on the x axis. */
  readonly xName: string;
  /** The x axis in words, one for each row. */
  readonly labels: readonly string[];
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly series: readonly ChartSeries[];
};

export function readChart(props: Props): ChartData {
  const { xAxis } = props;
  const { dataKey = xAxis, labels }: Record<string, unknown> = isRecord(xAxis) ? xAxis : {};
  const rows = recordsOf(props['data']).slice(0, MAX_ROWS);
  return {
    props,
    xName: textOf(dataKey),
    labels: rows.map((row) => {
      const value = ownOf(row, dataKey);
      return textOf(ownOf(labels, value) ?? value);
    }),
    rows,
    series: recordsOf(props['series'])
      .slice(0, MAX_SERIES)
      .map((fields) => ({
        kind: oneOf(fields['type'], ['bar', 'area', 'line'], 'bar'),
        label: textOf(fields['label']) || textOf(fields['dataKey']),
        fields,
        values: rows.map((row) => numberOf(ownOf(row, fields['dataKey']))),
      })),
  };
}

/** A field that the record itself has, and not its prototype. */
function ownOf(record: unknown, name: unknown): unknown {
  const isName = typeof name === 'string' || typeof name === 'number';
  return isName && isRecord(record) && Object.hasOwn(record, name) ? record[name] : undefined;
}

/** A finite number, or a text that is one. */
function numberOf(value: unknown): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return Number.isFinite(number) ? (number as number) : null;
}

/** The value of a row, for people: a number in the language of the chat, or the text that is there. */
export function valueText({ rows }: ChartData, series: ChartSeries, row: number, locale: string): string {
  const value = series.values[row] ?? null;
  if (value === null) return textOf(ownOf(rows[row], series.fields['dataKey'])) || '–';
  return formatOf(locale, value).format(value);
}

const formats = new Map<string, Intl.NumberFormat>();

function formatOf(locale: string, value: number): Intl.NumberFormat {
  const size = Math.abs(value);
  const notation = size >= 1e15 || (size > 0 && size < 1e-6) ? 'scientific' : 'standard';
  const name = `${locale} ${notation}`;
  const format =
    formats.get(name) ?? new Intl.NumberFormat(locale, { notation, maximumSignificantDigits: 12 });
  formats.set(name, format);
  return format;
}
