// The sources of an answer, numbered once per message in order of appearance. Their superscripts are marks in
// its text.
import type { Mark } from '../../markdown/render/marks.ts';
import type { RenderOptions } from '../../markdown/render/render.ts';
import type { Annotation, AssistantMessageItem, Source } from '../../protocol/wire.ts';
import { citationHandler, type EntityActions } from './entities.ts';

/** What a message with sources is rendered with. */
export type Citations = {
  readonly sources: readonly Source[];
  /** The renderer's settings for each part of the content, with its superscripts. */
  readonly settings: readonly Partial<RenderOptions>[];
  /** Handles the buttons among the superscripts; null if there are none. */
  readonly ask: ((event: Event) => void) | null;
};

type Marked = {
  readonly base: Partial<RenderOptions>;
  readonly isAsked: boolean;
  readonly settings: Partial<RenderOptions>;
};
const marked = new WeakMap<readonly Annotation[], Marked>();

/** `base` is how Markdown is rendered; `entities` is null if the page has no handlers for them. */
export function citationsOf(
  item: AssistantMessageItem,
  base: Partial<RenderOptions>,
  entities: EntityActions | null,
): Citations {
  const sources = sourcesOf(item);
  const settings = item.content.map(({ annotations }) =>
    settingsOf(annotations ?? [], sources, base, entities !== null),
  );
  const ask = entities !== null && sources.some(isActive) ? citationHandler(sources, entities) : null;
  return { sources, settings, ask };
}

/** Cached per list of annotations and base, since the renderer starts again when the settings change. */
function settingsOf(
  annotations: readonly Annotation[],
  sources: readonly Source[],
  base: Partial<RenderOptions>,
  isAsked: boolean,
): Partial<RenderOptions> {
  const marks = marksOf(annotations, sources, isAsked);
  if (marks.length === 0) return base;
  const known = marked.get(annotations);
  if (known?.base === base && known.isAsked === isAsked) return known.settings;
  const settings = { ...base, marks };
  marked.set(annotations, { base, isAsked, settings });
  return settings;
}

function identity(source: Source): string {
  if (source.type === 'url') return source.url;
  return source.type === 'file' ? `file:${source.filename}` : `entity:${source.id}`;
}

/** The distinct sources of a message in order of appearance: their index gives their number. */
export function sourcesOf(item: AssistantMessageItem): readonly Source[] {
  const distinct = new Map<string, Source>();
  for (const { source } of item.content.flatMap(({ annotations }) => annotations ?? [])) {
    if (!distinct.has(identity(source))) distinct.set(identity(source), source);
  }
  return [...distinct.values()];
}

/** `isAsked`: the page handles entities. */
export function marksOf(
  annotations: readonly Annotation[],
  sources: readonly Source[],
  isAsked = false,
): Mark[] {
  return annotations.flatMap(({ source, index }) => {
    if (typeof index !== 'number') return [];
    const number = sources.findIndex((other) => identity(other) === identity(source)) + 1;
    const href = source.type === 'url' ? source.url : null;
    return [
      { index, label: String(number), title: source.title, href, isButton: isAsked && isActive(source) },
    ];
  });
}

function isActive(source: Source): boolean {
  return source.type === 'entity' && source.interactive === true;
}
