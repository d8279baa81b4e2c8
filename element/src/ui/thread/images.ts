// Generated images with their progress, and the files of a message.
import { nothing, type TemplateResult } from 'lit-html';
import { safeHref } from '../../markdown/links.ts';
import { safeItemImageSource } from '../../markdown/render/pictures.ts';
import type { Attachment, ThreadItem } from '../../protocol/wire.ts';
import { html } from '../base/html.ts';
import { icon } from '../base/icons.ts';
import type { Strings } from '../i18n/strings.ts';
import { images } from '../theme/styles/images.ts';
import { type ItemContext, plainBlock } from './items.ts';

export const styles = [images];

type GeneratedImage = Extract<ThreadItem, { type: 'generated_image' }>;

export function generatedImage(
  { image }: GeneratedImage,
  progress: number | undefined,
  context: ItemContext,
): TemplateResult {
  const { strings } = context;
  const source = image == null ? null : safeItemImageSource(image.url, context.imageDomains);
  if (image != null && source === null)
    return plainBlock(`[${strings.generatedImage}](<${safeHref(image.url) ?? ''}>)`, context);
  const label = source === null ? strings.creatingImage : strings.generatedImage;
  return html`<figure class="generated" part="image" aria-label=${label} aria-busy=${source === null}>
    ${
      source === null
        ? html`<div class="image-wait">${icon('square-image')}<span>${label}</span></div>`
        : html`<img src=${source} alt=${label} referrerpolicy="no-referrer" />`
    }
    ${
      progress === undefined || progress >= 1
        ? nothing
        : html`<progress max="1" .value=${progress} aria-label=${strings.creatingImage}></progress>`
    }
  </figure>`;
}

export function attachmentsTemplate(files: readonly Attachment[], context: ItemContext): TemplateResult {
  return html`<div class="attachments">${files.map((file) => attachment(file, context))}</div>`;
}

function attachment(file: Attachment, context: ItemContext): TemplateResult {
  const preview =
    file.preview_url === undefined ? null : safeItemImageSource(file.preview_url, context.imageDomains);
  if (file.type === 'image' && preview !== null) {
    return html`<img class="attached-image" src=${preview} alt=${file.name} referrerpolicy="no-referrer"
      loading="lazy" />`;
  }
  return html`<span class="attached-file">${nameOf(file)}</span>`;
}

/** The attachments of a message that is not sent yet, each with a button that removes it, and its uploads. */
export function trayTemplate(
  files: readonly Attachment[],
  uploads: unknown,
  strings: Strings,
  remove: (file: Attachment) => void,
): TemplateResult {
  const chips = files.map(
    (file) => html`<span class="attached-file">${nameOf(file)}
      <button type="button" class="icon-button small" aria-label=${strings.removeAttachment(file.name)}
        @click=${() => remove(file)}>${icon('close')}</button></span>`,
  );
  return html`<div class="chips">${chips}${uploads}</div>`;
}

function nameOf({ type, name }: Attachment): TemplateResult {
  return html`${icon(type === 'image' ? 'square-image' : 'document')}<span>${name}</span>`;
}
