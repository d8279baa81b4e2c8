// Generated images with their progress, and the files of a message.
import { nothing, type TemplateResult } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import { safeHref } from '../../markdown/links.ts';
import type { Attachment } from '../../protocol/wire.ts';
import { html } from '../base/html.ts';
import { icon } from '../base/icons.ts';
import type { GeneratedImage } from '../thread/images.ts';
import { type ItemContext, plainBlock } from '../thread/items.ts';
import { enlarge } from './picture_dialog.ts';
import { definePicture, type Picture } from './picture_element.ts';
import { type PictureSource, sourcesOf, storeOf } from './picture_sources.ts';
import { pictures } from './styles/pictures.ts';
import { wordsOf } from './words.ts';

export const styles = [pictures];

export function generatedImage(
  { image }: GeneratedImage,
  progress: number | undefined,
  context: ItemContext,
): TemplateResult {
  const { strings } = context;
  const sources = sourcesOf(image?.url, context.chat);
  const isHere = sources.length > 0;
  if (image != null && !isHere)
    return plainBlock(`[${strings.generatedImage}](<${safeHref(image.url) ?? ''}>)`, context);
  const label = isHere ? strings.generatedImage : strings.creatingImage;
  const fallback = html`<div class="image-wait">${icon('square-image')}<span>${label}</span></div>`;
  const picture = openable(label, sources, fallback, context);
  return html`<figure class="generated" part="image" aria-label=${label} aria-busy=${!isHere}>
    ${isHere ? html`<turnstream-picture .picture=${picture}></turnstream-picture>` : fallback}
    ${
      progress === undefined || progress >= 1
        ? nothing
        : html`<progress max="1" .value=${progress} aria-label=${strings.creatingImage}></progress>`
    }
  </figure>`;
}

export function attachmentsTemplate(files: readonly Attachment[], context: ItemContext): TemplateResult {
  const isOne = files.filter(({ type }) => type === 'image').length === 1;
  return html`<div class="attachments ${isOne ? 'one' : ''}">${repeat(
    files,
    ({ id }) => id,
    (file) => attachment(file, context),
  )}</div>`;
}

function attachment(file: Attachment, context: ItemContext): TemplateResult {
  const name = html`<span class="attached-file">${nameOf(file)}</span>`;
  const sources = file.type === 'image' ? sourcesOf(file.preview_url, context.chat) : [];
  if (sources.length === 0) return name;
  return html`<turnstream-picture class="attached-image"
    .picture=${openable(file.name, sources, name, context)}></turnstream-picture>`;
}

/** A picture that a click enlarges. */
function openable(
  name: string,
  sources: readonly PictureSource[],
  fallback: TemplateResult,
  { chat, strings }: ItemContext,
): Picture {
  definePicture();
  const words = wordsOf(strings);
  const run = (): void => enlarge(chat.root(), picture, words.close);
  const action = { label: words.enlarge(name), run };
  const picture: Picture = { name, sources, fallback, store: storeOf(chat), action };
  return picture;
}

export function nameOf({ type, name }: Pick<Attachment, 'type' | 'name'>): TemplateResult {
  return html`${icon(type === 'image' ? 'square-image' : 'document')}<span class="file-name"
    dir="auto">${name}</span>`;
}
