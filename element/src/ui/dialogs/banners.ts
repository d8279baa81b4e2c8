// Banners at the composer: notices, the end of a thread, a disclaimer.
import { nothing, type TemplateResult } from 'lit-html';
import type { ChatOptions } from '../../api/options.ts';
import type { RenderOptions } from '../../markdown/render/render.ts';
import type { NoticeView } from '../../session/view/view.ts';
import { html } from '../base/html.ts';
import { icon } from '../base/icons.ts';
import { markdown } from '../base/markdown_part.ts';
import type { Strings } from '../i18n/strings.ts';
import { banners } from './styles/banners.ts';

export const styles = [banners];

export function noticesTemplate(
  notices: readonly NoticeView[],
  strings: Strings,
  settings: Partial<RenderOptions>,
  dismiss: (id: string) => void,
): TemplateResult | typeof nothing {
  if (notices.length === 0) return nothing;
  return html`<div class="notices">${notices.map(
    (notice) => html`<div class="card ${levelOf(notice, strings)}" part="notice" role="group"
      aria-label=${strings.notice[levelOf(notice, strings)]}>
    ${icon(levelOf(notice, strings))}
    <div class="card-text">${notice.title === null ? nothing : html`<strong>${notice.title}</strong>`}
      ${markdown(notice.message, false, settings)}</div>
    <button type="button" class="icon-button small" aria-label=${strings.dismiss}
      @click=${() => dismiss(notice.id)}>${icon('close')}</button>
  </div>`,
  )}</div>`;
}

/** The level as a class; unknown levels map to a known one. */
function levelOf({ level }: NoticeView, { notice }: Strings): NoticeView['level'] {
  return Object.hasOwn(notice, level) ? level : 'info';
}

export function closedTemplate(
  reason: string | null | undefined,
  strings: Strings,
  newChat: () => void,
): TemplateResult {
  return html`<div class="closed" part="closed"
    role="status">${icon('info')}<p dir="auto">${reason ?? strings.closed}</p>
    <button type="button" class="button"
      @click=${newChat}>${icon('compose')}${strings.startNewChat}</button></div>`;
}

export function disclaimerTemplate(
  options: ChatOptions,
  settings: Partial<RenderOptions>,
): TemplateResult | typeof nothing {
  const disclaimer = options.disclaimer;
  if (disclaimer === undefined) return nothing;
  const contrast = disclaimer.highContrast === true ? 'high' : '';
  const text = markdown(disclaimer.text, false, settings);
  return html`<div part="disclaimer" class="disclaimer ${contrast}">${text}</div>`;
}
