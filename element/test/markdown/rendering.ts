// Renders a source at once or in steps, for tests that compare the two.
import { doubts, pictures } from '../../src/markdown/heavy/lazy.ts';
import type { RenderOptions } from '../../src/markdown/render/render.ts';
import { MarkdownStream } from '../../src/markdown/stream.ts';

await Promise.all([doubts.request(), pictures.request()]);

/**
 * The nodes below `node` as HTML, attributes by name, and ids of footnotes without the number of their
 * document.
 */
function serialised(node: Node): string {
  if (!(node instanceof Element)) return node.nodeValue ?? '';
  const attributes = [...node.attributes]
    .map(({ name, value }) => ` ${name}="${value}"`)
    .sort()
    .join('');
  return `<${node.localName}${attributes}>${inner(node)}</${node.localName}>`;
}

function inner(node: Node): string {
  return [...node.childNodes].map(serialised).join('');
}

export function html(stream: MarkdownStream): string {
  return inner(stream.node).replace(/footnote-\d+-/g, 'footnote-');
}

export function rendered(source: string, options: Partial<RenderOptions> = {}): HTMLElement {
  const stream = new MarkdownStream(options);
  stream.update(source, false);
  return stream.node;
}

export function oneShot(source: string): string {
  return streamed(source, []);
}

/** The final rendering of `source` when it arrives in pieces that end at `cuts`. */
export function streamed(source: string, cuts: readonly number[]): string {
  const stream = new MarkdownStream();
  for (const cut of cuts) stream.update(source.slice(0, cut), true);
  stream.update(source, false);
  return html(stream);
}

export function everyPrefix(source: string): number[] {
  return Array.from({ length: source.length }, (_, at) => at);
}
