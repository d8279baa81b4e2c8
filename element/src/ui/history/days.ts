// Threads by the day they began: today, yesterday, the last seven days, then months, in the words of the
// locale.
import type { ThreadMeta } from '../../protocol/wire.ts';
import type { Strings } from '../i18n/strings.ts';

export type DayGroup = { readonly label: string; readonly threads: readonly ThreadMeta[] };

const DAY_MS = 86_400_000;

function startOfDay(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

function capitalised(text: string, locale: string): string {
  return text.charAt(0).toLocaleUpperCase(locale) + text.slice(1);
}

function labelOf(created: Date, now: Date, locale: string, strings: Strings): string {
  // Rounded, since a day of the clock change has 23 or 25 hours.
  const days = Math.round((startOfDay(now) - startOfDay(created)) / DAY_MS);
  if (days <= 1) {
    const words = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
    return capitalised(words.format(days <= 0 ? 0 : -1, 'day'), locale);
  }
  if (days < 7) return strings.lastSevenDays;
  const sameYear = created.getFullYear() === now.getFullYear();
  const format = new Intl.DateTimeFormat(
    locale,
    sameYear ? { month: 'long' } : { month: 'long', year: 'numeric' },
  );
  return capitalised(format.format(created), locale);
}

/** Groups `threads` in their given order; neighbours with the same label share a group. */
export function groupByDay(
  threads: readonly ThreadMeta[],
  now: Date,
  locale: string,
  strings: Strings,
): DayGroup[] {
  const groups: { label: string; threads: ThreadMeta[] }[] = [];
  for (const thread of threads) {
    const created = new Date(thread.created_at);
    const label = Number.isNaN(created.getTime())
      ? strings.lastSevenDays
      : labelOf(created, now, locale, strings);
    const last = groups.at(-1);
    if (last?.label === label) last.threads.push(thread);
    else groups.push({ label, threads: [thread] });
  }
  return groups;
}
