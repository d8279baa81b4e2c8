// The words of widgets in English. A locale brings them with its other strings.

export type WidgetWords = {
  readonly showMore: (count: number) => string;
  readonly clear: string;
  readonly search: string;
  readonly noMatches: string;
  readonly chooseDate: string;
  readonly previousMonth: string;
  readonly nextMonth: string;
  readonly previousYear: string;
  readonly nextYear: string;
  readonly cut: string;
  readonly missing: string;
  readonly patternMismatch: string;
  readonly table: string;
  /** A widget that was not answered in time. */
  readonly over: string;
  readonly chart: (labels: string) => string;
  readonly noData: string;
};

export const ENGLISH_WORDS: WidgetWords = {
  showMore: (count) => `Show ${count} more`,
  clear: 'Clear',
  search: 'Search',
  noMatches: 'No matches',
  chooseDate: 'Choose a date',
  previousMonth: 'Previous month',
  nextMonth: 'Next month',
  previousYear: 'Previous year',
  nextYear: 'Next year',
  cut: 'The rest is too large to show.',
  missing: 'This part cannot be shown.',
  patternMismatch: 'Use the requested format.',
  table: 'Table',
  over: 'This can no longer be answered.',
  chart: (labels) => `Chart: ${labels}`,
  noData: 'No data',
};
