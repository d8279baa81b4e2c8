// Pictures that the assistant makes, with how far they are.
import { html, nothing, type TemplateResult } from 'lit-html';
import { safeHref, safeImageSource } from '../markdown/links.ts';
import type { ThreadItem } from '../protocol/wire.ts';
import { icon } from './icons.ts';
import { type ItemContext, plainBlock } from './items.ts';
import { images } from './styles/images.ts';

export const styles = [images];

type GeneratedImage = Extract<ThreadItem, { type: 'generated_image' }>;

export function generatedImage({ image }: GeneratedImage, progress: number | undefined, context: ItemContext): TemplateResult {
  const { strings } = context;
  const source = image == null ? null : safeImageSource(image.url, context.imageDomains);
  if (image != null && source === null) return plainBlock(`[${strings.generatedImage}](<${safeHref(image.url) ?? ''}>)`, context);
  const label = source === null ? strings.creatingImage : strings.generatedImage;
  return html`<figure class="generated" part="image" aria-label=${label} aria-busy=${source === null}>
    ${source === null ? html`<div class="image-wait">${icon('square-image')}<span>${label}</span></div>` : html`<img src=${source} alt=${label} referrerpolicy="no-referrer" />`}
    ${progress === undefined || progress >= 1 ? nothing : html`<progress max="1" .value=${progress} aria-label=${strings.creatingImage}></progress>`}
  </figure>`;
}
