// The sources of an answer, numbered once per message in order of appearance, and the citations in its text.
import { type Mark, withMarks } from '../../markdown/render/mark_places.ts';
import type { Marks } from '../../markdown/render/marks.ts';
import type { RenderOptions } from '../../markdown/render/render.ts';
import type { Annotation, AssistantMessageItem, Source } from '../../protocol/wire.ts';
import type { ChatContext } from '../context.ts';
import { cardsOf } from './cards_loader.ts';
import { citationNode } from './citation.ts';

/** What a message with sources is rendered with. */
export type Citations = {
  readonly sources: readonly Source[];
  /** The renderer's settings for each part of the content, with its citations. */
  readonly settings: readonly Partial<RenderOptions>[];
};

type Marked = { readonly base: Partial<RenderOptions>; readonly settings: Partial<RenderOptions> };
const marked = new WeakMap<readonly Annotation[], Marked>();

export function citationsOf(item: AssistantMessageItem, chat: ChatContext): Citations {
  cardsOf(chat).get();
  const sources = sourcesOf(item);
  const settings = item.content.map(({ annotations }) =>
    settingsOf(annotations ?? [], sources, chat.markdown),
  );
  return { sources, settings };
}

/** Cached per list of annotations and base, since the renderer starts again when the settings change. */
function settingsOf(
  annotations: readonly Annotation[],
  sources: readonly Source[],
  base: Partial<RenderOptions>,
): Partial<RenderOptions> {
  const places = marksOf(annotations, sources);
  if (places.length === 0) return base;
  const known = marked.get(annotations);
  if (known?.base === base) return known.settings;
  const settings = { ...base, marks: citationMarks(places, sources) };
  marked.set(annotations, { base, settings });
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

export function marksOf(annotations: readonly Annotation[], sources: readonly Source[]): Mark[] {
  return annotations.flatMap(({ source, index }) => {
    if (typeof index !== 'number') return [];
    return [{ index, number: sources.findIndex((other) => identity(other) === identity(source)) + 1 }];
  });
}

function citationMarks(places: readonly Mark[], sources: readonly Source[]): Marks {
  return {
    place: (source, isOpen) => withMarks(source, places, isOpen),
    node: (at) => {
      const number = places[at]?.number ?? 0;
      const source = sources[number - 1];
      return source === undefined ? document.createTextNode('') : citationNode(source, number);
    },
  };
}
