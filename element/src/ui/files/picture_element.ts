// One picture: the first of its sources that can be shown, or what stands for it. An element, because it must
// know when it leaves the page: then its object URL is revoked.
import { nothing, render, type TemplateResult } from 'lit-html';
import { html } from '../base/html.ts';
import type { PictureSource } from './picture_sources.ts';
import type { Lease, PictureStore } from './picture_store.ts';

const NAME = 'turnstream-picture';
/** How near to the visible part a picture is loaded. */
const NEAR = '400px';
/** A picture that is smaller is shown in its own size. */
const SMALL_PX = 120;

export type Picture = {
  readonly sources: readonly PictureSource[];
  readonly store: PictureStore;
  /** The text alternative. */
  readonly name: string;
  /** Stands for a picture that cannot be shown. */
  readonly fallback: TemplateResult;
  /** What a click does, and its name. */
  readonly action?: { readonly label: string; readonly run: () => void };
  /** Load it at once, even if it is out of sight. */
  readonly isEager?: boolean;
};

export class PictureElement extends HTMLElement {
  #picture: Picture | null = null;
  /** The index of the source that is tried or shown. */
  #at = 0;
  #lease: Lease | null = null;
  #url: string | null = null;
  #near: IntersectionObserver | null = null;

  get picture(): Picture | null {
    return this.#picture;
  }
  set picture(picture: Picture | null) {
    const before = this.#picture;
    this.#picture = picture;
    if (!this.isConnected) return;
    if (!startSame(before, picture, this.#at)) this.#restart();
    // All sources have failed, and now there is another.
    else if (this.#at === before?.sources.length) this.#try();
    else this.#draw();
  }

  connectedCallback(): void {
    if (this.#url === null) this.#restart();
  }

  /** Moving it in the page detaches and attaches it in one task. */
  disconnectedCallback(): void {
    queueMicrotask(() => this.isConnected || this.#leave());
  }

  #restart(): void {
    this.#leave();
    this.#at = 0;
    this.#try();
  }

  #leave(): void {
    this.#near?.disconnect();
    this.#near = null;
    this.#lease?.release();
    this.#lease = null;
    this.#url = null;
  }

  #try(): void {
    const source = this.#picture?.sources[this.#at];
    if (typeof source === 'string') this.#url = source;
    else if (source !== undefined) this.#whenNear(() => void this.#load(source));
    this.#draw();
  }

  async #load(source: Exclude<PictureSource, string>): Promise<void> {
    const lease = this.#picture!.store.lease(source);
    this.#lease = lease;
    try {
      const url = await lease.url;
      // It may have left the page meanwhile, or show another picture.
      if (this.#lease !== lease) return;
      this.#url = url;
      this.#draw();
    } catch {
      if (this.#lease === lease) this.#next();
    }
  }

  #next(): void {
    this.#leave();
    this.#at++;
    this.#try();
  }

  #whenNear(run: () => void): void {
    if (this.#picture?.isEager === true || !('IntersectionObserver' in globalThis)) return run();
    const near = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        near.disconnect();
        if (this.#near === near) run();
      },
      { rootMargin: NEAR },
    );
    this.#near = near;
    near.observe(this);
  }

  #draw(): void {
    if (this.#picture === null) return;
    const { sources, fallback, action } = this.#picture;
    const isBroken = this.#at >= sources.length;
    this.toggleAttribute('broken', isBroken);
    this.toggleAttribute('loading', !isBroken && this.#url === null);
    const shown = isBroken ? fallback : this.#url === null ? nothing : this.#image(this.#url);
    render(
      action === undefined || isBroken || shown === nothing
        ? shown
        : html`<button type="button" class="picture-button" aria-label=${action.label}
            @click=${action.run}>${shown}</button>`,
      this,
    );
  }

  #image(url: string): TemplateResult {
    const { name, isEager } = this.#picture!;
    return html`<img src=${url} alt=${name} referrerpolicy="no-referrer" decoding="async" draggable="false"
      loading=${isEager === true ? 'eager' : 'lazy'} @load=${this.#onLoad} @error=${this.#onError} />`;
  }

  readonly #onLoad = ({ target }: Event): void => {
    const { naturalWidth, naturalHeight, classList } = target as HTMLImageElement;
    classList.toggle('small', Math.max(naturalWidth, naturalHeight) < SMALL_PX);
  };

  readonly #onError = ({ target }: Event): void => {
    if ((target as HTMLImageElement).getAttribute('src') === this.#url) this.#next();
  };
}

/** Whether the sources up to the index `at`, and what they were, are those of both. */
function startSame(one: Picture | null, other: Picture | null, at: number): boolean {
  if (one === null || other === null || one.store !== other.store) return one === other;
  const until = Math.min(at + 1, one.sources.length);
  return one.sources.slice(0, until).every((source, index) => keyOf(source) === keyOf(other.sources[index]));
}

function keyOf(source: PictureSource | undefined): unknown {
  return typeof source === 'object' ? source.key : source;
}

/** Registers `<turnstream-picture>`; calling it again does nothing. */
export function definePicture(): void {
  if (customElements.get(NAME) === undefined) customElements.define(NAME, PictureElement);
}
