// The collapsed list of sources under an answer.
import { nothing, type TemplateResult } from 'lit-html';
import { hostOf, safeHref } from '../../markdown/links.ts';
import type { Source } from '../../protocol/wire.ts';
import { html } from '../base/html.ts';
import { type Icon, icon } from '../base/icons.ts';
import type { Strings } from '../i18n/strings.ts';
import { disclosure } from '../theme/styles/disclosure.ts';
import { type EntityActions, entityTemplate, ofSource } from './entities.ts';
import { sources } from './sources_styles.ts';

export const styles = [disclosure, sources];

export type SourcesContext = { readonly strings: Strings; readonly entities: EntityActions | null };

function host(url: string): string {
  const href = safeHref(url);
  return href === null ? '' : new URL(href).hostname.replace(/^www\./, '');
}

function detail(source: Source): string {
  if (source.type === 'url') return source.attribution ?? host(source.url);
  return source.type === 'file' ? source.filename : (source.label ?? source.group ?? '');
}

function symbol(source: Source): Icon {
  if (source.type === 'entity') return icon(source.icon ?? 'cube');
  return icon(source.type === 'url' ? 'globe' : 'document');
}

export function sourceTemplate(source: Source, entities: EntityActions | null): TemplateResult {
  const href = source.type === 'url' ? safeHref(source.url) : null;
  const second = detail(source);
  const body = html`${symbol(source)}<span class="source-title">${source.title}</span>${
    second === '' || second === source.title ? nothing : html`<span class="source-detail">${second}</span>`
  }`;
  if (source.type === 'entity') return entityTemplate(ofSource(source), 'source', body, entities);
  return href === null
    ? html`<span class="source">${body}</span>`
    : html`<a class="source" href=${href} title=${hostOf(href) ?? nothing} target="_blank"
        rel="noopener noreferrer">${body}</a>`;
}

export function sourcesTemplate(
  list: readonly Source[],
  { strings, entities }: SourcesContext,
): TemplateResult | typeof nothing {
  if (list.length === 0) return nothing;
  return html`<details class="disclosure sources" part="sources">
    <summary>${icon('globe')}
      <span class="disclosure-title">${strings.sources(list.length)}</span>${icon('chevron-down')}</summary>
    <ol class="source-list">
      ${list.map((source, at) => numbered(source, at + 1, entities))}
    </ol>
  </details>`;
}

function numbered(source: Source, number: number, entities: SourcesContext['entities']): TemplateResult {
  return html`<li><span class="source-number">${number}</span>${sourceTemplate(source, entities)}</li>`;
}
