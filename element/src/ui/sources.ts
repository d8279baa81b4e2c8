// The sources of an answer: numbered once per message, shown as superscripts and as a folded list.
import { html, nothing, type TemplateResult } from 'lit';
import { safeHref } from '../markdown/links.ts';
import type { Mark } from '../markdown/marks.ts';
import type { Annotation, AssistantMessageItem, Source } from '../protocol/wire.ts';
import { icon, type Icon } from './icons.ts';
import type { Strings } from './strings.ts';

function identity(source: Source): string {
  if (source.type === 'url') return source.url;
  return source.type === 'file' ? `file:${source.filename}` : `entity:${source.id}`;
}

/** The distinct sources of a message in order of appearance: their place is their number. */
export function sourcesOf(item: AssistantMessageItem): readonly Source[] {
  const distinct = new Map<string, Source>();
  for (const { source } of item.content.flatMap(({ annotations }) => annotations ?? [])) {
    if (!distinct.has(identity(source))) distinct.set(identity(source), source);
  }
  return [...distinct.values()];
}

export function marksOf(annotations: readonly Annotation[], sources: readonly Source[]): Mark[] {
  return annotations.flatMap(({ source, index }) => {
    if (typeof index !== 'number') return [];
    const number = sources.findIndex((other) => identity(other) === identity(source)) + 1;
    const href = source.type === 'url' ? source.url : null;
    return [{ index, label: String(number), title: source.title, href }];
  });
}

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

export function sourceTemplate(source: Source): TemplateResult {
  const href = source.type === 'url' ? safeHref(source.url) : null;
  const second = detail(source);
  const body = html`${symbol(source)}<span class="source-title">${source.title}</span>${
    second === '' || second === source.title ? nothing : html`<span class="source-detail">${second}</span>`
  }`;
  return href === null
    ? html`<span class="source">${body}</span>`
    : html`<a class="source" href=${href} target="_blank" rel="noopener noreferrer">${body}</a>`;
}

export function sourcesTemplate(sources: readonly Source[], strings: Strings): TemplateResult | typeof nothing {
  if (sources.length === 0) return nothing;
  return html`<details class="fold sources">
    <summary>${icon('globe')}<span class="fold-title">${strings.sources(sources.length)}</span>${icon('chevron-down')}</summary>
    <ol class="source-list">
      ${sources.map((source, at) => html`<li><span class="source-number">${at + 1}</span>${sourceTemplate(source)}</li>`)}
    </ol>
  </details>`;
}
