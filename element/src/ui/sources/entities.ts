// Entities: the things that messages refer to. The page handles clicks on them and provides previews.
import type { TemplateResult } from 'lit-html';
import type { Entity } from '../../api/options.ts';
import type { EntitySource, Source, UserMessageContent } from '../../protocol/wire.ts';
import { html } from '../base/html.ts';

type Tag = Extract<UserMessageContent, { type: 'input_tag' }>;

/** The delay in ms, so that passing over an entity requests no preview. */
const REST_MS = 250;
/** The time in ms to move from the entity into its preview. */
const LEAVE_MS = 200;

export type EntityActions = {
  readonly click: ((entity: Entity) => void) | null;
  readonly preview: ((entity: Entity, anchor: HTMLElement) => void) | null;
  readonly leave: () => void;
};

function ofTag({ id, text, group, interactive, data }: Tag): Entity {
  return withoutAbsent({
    id,
    title: text,
    group: group ?? undefined,
    interactive,
    data: data as Record<string, string> | undefined,
  });
}

export function ofSource({ id, title, icon, group, interactive, data }: EntitySource): Entity {
  return withoutAbsent({
    id,
    title,
    icon: icon ?? undefined,
    group: group ?? undefined,
    interactive,
    data: data as Record<string, string> | undefined,
  });
}

function withoutAbsent(entity: { [Key in keyof Entity]: Entity[Key] | undefined }): Entity {
  return Object.fromEntries(Object.entries(entity).filter(([, value]) => value != null)) as Entity;
}

/** Only interactive entities can be clicked and previewed, and only if the page handles that. */
function isActive(entity: Entity, { click, preview }: EntityActions): boolean {
  return entity.interactive === true && (click !== null || preview !== null);
}

/** A button around `body` if the page handles `entity`, otherwise plain content. */
export function entityTemplate(
  entity: Entity,
  className: string,
  body: unknown,
  actions: EntityActions | null,
): TemplateResult {
  if (actions === null || !isActive(entity, actions))
    return html`<span class=${className} part="entity">${body}</span>`;
  const { click, preview, leave } = actions;
  const ask = (event: Event): void => preview?.(entity, event.currentTarget as HTMLElement);
  return html`<button type="button" class="${className} entity" part="entity"
    @click=${() => click?.(entity)} @pointerenter=${ask} @focus=${ask} @pointerleave=${leave}
    @blur=${leave}>${body}</button>`;
}

export function tagTemplate(tag: Tag, actions: EntityActions): TemplateResult {
  return entityTemplate(ofTag(tag), 'tag', tag.text, actions);
}

/**
 * Handles the buttons among the superscripts of a message; attached to the message, since its text creates
 * them.
 */
export function citationHandler(sources: readonly Source[], actions: EntityActions): (event: Event) => void {
  return (event) => {
    const button =
      event.target instanceof Element ? event.target.closest<HTMLElement>('button.citation') : null;
    const source = sources[Number(button?.dataset['source']) - 1];
    if (button === null || source?.type !== 'entity') return;
    const entity = ofSource(source);
    if (event.type === 'click') actions.click?.(entity);
    else if (event.type === 'pointerover' || event.type === 'focusin') actions.preview?.(entity, button);
    else actions.leave();
  };
}

/** Opens and closes the preview of an entity. */
export class PreviewTimer {
  readonly #show: (entity: Entity, anchor: HTMLElement) => void;
  readonly #hide: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(show: (entity: Entity, anchor: HTMLElement) => void, hide: () => void) {
    this.#show = show;
    this.#hide = hide;
  }

  enter(entity: Entity, anchor: HTMLElement): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#show(entity, anchor), REST_MS);
  }

  /** Keeps the preview open while the pointer is over it. */
  stay(): void {
    clearTimeout(this.#timer);
  }

  leave(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#hide, LEAVE_MS);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#hide();
  }
}
