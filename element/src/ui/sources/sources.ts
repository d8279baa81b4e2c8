// The collapsed list of sources under an answer.
import { nothing, type TemplateResult } from 'lit-html';
import { hostOf, safeHref } from '../../markdown/links.ts';
import type { Source } from '../../protocol/wire.ts';
import { html } from '../base/html.ts';
import { type Icon, icon } from '../base/icons.ts';
import type { Strings } from '../i18n/strings.ts';
import { disclosure } from '../theme/styles/disclosure.ts';
import { sources } from './sources_styles.ts';

export const styles = [disclosure, sources];

export type SourcesContext = { readonly strings: Strings; readonly locale: string };

export function hrefOf(source: Source): string | null {
  return source.type === 'url' ? safeHref(source.url) : null;
}

/** Where the source comes from, in the words of its server. */
export function originOf(source: Source): string {
  if (source.type === 'url') return source.attribution ?? siteOf(source);
  return source.type === 'file' ? source.filename : (source.label ?? '');
}

/** The host of a page, whatever its attribution says. */
export function siteOf(source: Source): string {
  return (hostOf(hrefOf(source) ?? '') ?? '').replace(/^www\./, '');
}

/** Dates are in the locale; what is no date in ISO 8601 is shown as it is. */
export function dateOf({ timestamp }: Source, locale: string): string {
  const at = new Date(timestamp ?? '');
  if (timestamp == null || !/^\d{4}-\d\d-\d\d/.test(timestamp) || Number.isNaN(at.getTime()))
    return timestamp ?? '';
  // A day without a time is the same day everywhere.
  const zone = timestamp.length > 10 ? {} : { timeZone: 'UTC' };
  return at.toLocaleDateString(locale, { dateStyle: 'medium', ...zone });
}

/** A line of `names`, each in its own direction, without those that are empty or repeat another. */
export function line(className: string, names: readonly string[]): TemplateResult | typeof nothing {
  const shown = [...new Set(names)].filter((name) => name !== '');
  const pieces = shown.map((name, at) => html`${at === 0 ? '' : ' · '}<bdi>${name}</bdi>`);
  return shown.length === 0 ? nothing : html`<span class=${className}>${pieces}</span>`;
}

export function symbolOf(source: Source): Icon {
  if (source.type === 'entity') return icon(source.icon ?? 'cube');
  return icon(source.type === 'url' ? 'globe' : 'document');
}

export function sourceTemplate(source: Source, { locale }: SourcesContext): TemplateResult {
  const href = hrefOf(source);
  const origin = originOf(source);
  const details = line('source-detail', [origin === source.title ? '' : origin, dateOf(source, locale)]);
  const title = html`<span class="source-title" dir="auto">${source.title}</span>`;
  const body = html`${symbolOf(source)}${title}${details}`;
  return href === null
    ? html`<button type="button" class="source" part=${source.type === 'entity' ? 'entity' : nothing}
        .subject=${source}>${body}</button>`
    : html`<a class="source" href=${href} target="_blank" rel="noopener noreferrer"
        .subject=${source}>${body}</a>`;
}

export function sourcesTemplate(
  list: readonly Source[],
  context: SourcesContext,
): TemplateResult | typeof nothing {
  if (list.length === 0) return nothing;
  const groups = new Set(['', ...list.map(({ group }) => group ?? '')]);
  return html`<details class="disclosure sources" part="sources">
    <summary>${icon('globe')}
      <span class="disclosure-title">${context.strings.sources(list.length)}</span>${icon('chevron-down')}
    </summary>
    <div class="source-list">${[...groups].map((group) => groupTemplate(group, list, context))}</div>
  </details>`;
}

/** Sources without a group come first; the numbers are those of the text. */
function groupTemplate(
  group: string,
  list: readonly Source[],
  context: SourcesContext,
): TemplateResult | typeof nothing {
  const rows = list.map((source, at) =>
    (source.group ?? '') === group
      ? html`<li><span class="source-number">${at + 1}</span>${sourceTemplate(source, context)}</li>`
      : nothing,
  );
  if (rows.every((row) => row === nothing)) return nothing;
  if (group === '') return html`<ol>${rows}</ol>`;
  return html`<p class="source-group"><bdi>${group}</bdi></p><ol aria-label=${group}>${rows}</ol>`;
}
