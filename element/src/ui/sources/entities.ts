// Entities: the things that messages refer to. The page handles clicks on them and provides previews.
import type { TemplateResult } from 'lit-html';
import type { ChatOptions, Entity } from '../../api/options.ts';
import type { EntitySource, Source, UserMessageContent } from '../../protocol/wire.ts';
import { html } from '../base/html.ts';

export type Tag = Extract<UserMessageContent, { type: 'input_tag' }>;

/** A tag, as what it refers to. */
export function sourceOfTag({ id, text, group, interactive, data }: Tag): EntitySource {
  return { type: 'entity', id, title: text, group: group ?? null, interactive: interactive === true, data };
}

/** What the page's handlers get. */
export function entityOf({ id, title, icon, group, interactive, data }: EntitySource): Entity {
  const fields = Object.entries({ id, title, icon, group, interactive, data });
  return Object.fromEntries(fields.filter(([, value]) => value != null)) as Entity;
}

/** Whether the page handles `entity`: only interactive ones can be clicked and previewed. */
export function isHandled({ interactive }: { interactive?: boolean }, { entities }: ChatOptions): boolean {
  const isHeard = entities?.onClick !== undefined || entities?.onRequestPreview !== undefined;
  return interactive === true && isHeard;
}

export function isClickable(source: Source, { entities }: ChatOptions): source is EntitySource {
  return source.type === 'entity' && source.interactive === true && entities?.onClick !== undefined;
}

export function tagTemplate(tag: Tag, options: ChatOptions): TemplateResult {
  return isHandled(tag, options)
    ? html`<button type="button" class="tag entity" part="entity"
        .subject=${sourceOfTag(tag)}>${tag.text}</button>`
    : html`<span class="tag" part="entity">${tag.text}</span>`;
}
