// The texts of widgets in English.

export const WIDGET_TEXTS = {
  showMore: { other: 'Show # more' },
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
  /** A widget that was not answered in time. */
  over: 'This can no longer be answered.',
  chart: 'Chart: {labels}',
  noData: 'No data',
} as const;
