// The sources of an answer, numbered once per message in order of appearance. Their superscripts are marks in
// its text.
import type { Mark } from '../../markdown/render/marks.ts';
import type { Annotation, AssistantMessageItem, Source } from '../../protocol/wire.ts';

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

export function isActive(source: Source): boolean {
  return source.type === 'entity' && source.interactive === true;
}
