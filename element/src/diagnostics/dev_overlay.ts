// For developers: a badge in a corner of the chat with the number of findings, which opens their list.
import { nothing, render, type TemplateResult } from 'lit-html';
import { sheetOf } from '../dom/css.ts';
import { html } from '../ui/base/html.ts';
import { icon } from '../ui/base/icons.ts';
import { devOverlay, devPlace } from './dev_overlay_styles.ts';
import { type Finding, findings, TITLES } from './diagnostic_messages.ts';
import type { Guards } from './guards.ts';

/** How often it looks for new findings, in pages in development only. */
const LOOK_MS = 250;

/** One for the overlay, one for the element's own root, in which it is placed. */
const [sheet, placing] = [sheetOf(devOverlay), sheetOf(devPlace)];

const overlays = new WeakMap<Element, Overlay>();

/** Shows the overlay in `host` while it has the attribute `dev`. */
export function reflect(host: Element, guards: Guards): void {
  const overlay = overlays.get(host) ?? new Overlay(host.shadowRoot!, guards);
  overlays.set(host, overlay);
  if (host.hasAttribute('dev')) host.shadowRoot!.append(overlay);
  else overlay.remove();
}

class Overlay extends HTMLElement {
  readonly #place: ShadowRoot;
  readonly #guards: Guards;
  readonly #root: ShadowRoot;
  /** Copies the theme and styles of the view, which may not exist yet. */
  readonly #themes = new MutationObserver(() => this.#wearTheme());
  #worn = '';
  #isOpen = false;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(place: ShadowRoot, guards: Guards) {
    super();
    this.#place = place;
    this.#guards = guards;
    this.#root = this.attachShadow({ mode: 'open' });
    place.adoptedStyleSheets.push(placing);
  }

  connectedCallback(): void {
    this.#themes.observe(this.#place, { childList: true, subtree: true, attributeFilter: ['style'] });
    this.#wearTheme();
    this.#render();
    this.#timer = setInterval(() => this.#render(), LOOK_MS);
  }

  disconnectedCallback(): void {
    this.#themes.disconnect();
    clearInterval(this.#timer);
  }

  get #view(): HTMLElement | undefined {
    return [...this.#place.children].find(
      (one): one is HTMLElement => one instanceof HTMLElement && one !== this,
    );
  }

  #wearTheme(): void {
    const view = this.#view;
    if (view === undefined || this.#worn === view.style.cssText) return;
    this.#worn = view.style.cssText;
    this.style.cssText = this.#worn;
    this.#root.adoptedStyleSheets = [...(view.shadowRoot?.adoptedStyleSheets ?? []), sheet];
  }

  /** Places the badge in the header, next to its last buttons, so that it covers neither buttons nor text. */
  #stepAside(): void {
    const shown = this.#view?.shadowRoot;
    this.dir = shown?.querySelector<HTMLElement>('.shell')?.dir ?? '';
    const buttons = [...(shown?.querySelectorAll('header > :is(.title, .spring) ~ *') ?? [])].map((one) =>
      one.getBoundingClientRect(),
    );
    const own = this.getBoundingClientRect();
    const isMirrored = getComputedStyle(this).direction === 'rtl';
    const covered = buttons.map(({ left, right }) => (isMirrored ? right - own.left : own.right - left) + 6);
    this.#root
      .querySelector<HTMLElement>('.badge')
      ?.style.setProperty('--badge-inset', `${Math.max(0, ...covered)}px`);
  }

  #render(): void {
    const found = findings(this.#guards);
    const words = found.length === 1 ? '1 finding' : `${found.length || 'No'} findings`;
    render(
      html`<button type="button" class="badge ${found.length === 0 ? 'clear' : ''}"
        aria-expanded=${this.#isOpen} aria-controls="findings" aria-label=${words} title=${words}
        @click=${() => this.#toggle()}>
          ${icon(found.length === 0 ? 'check' : 'danger')}<span>${found.length || nothing}</span></button>
        <section id="findings" lang="en" dir="ltr" aria-label="Findings" ?hidden=${!this.#isOpen}
          @keydown=${this.#onKey}>${this.#isOpen ? this.#list(found, words) : nothing}</section>`,
      this.#root,
    );
    this.#stepAside();
  }

  #list(found: readonly Finding[], words: string): TemplateResult {
    return html`<div class="head"><h2>${words}</h2>
        <button type="button" class="icon-button small" aria-label="Close"
          @click=${() => this.#toggle()}>${icon('close')}</button></div>
      ${
        found.length === 0
          ? html`<p class="none">The chat found no problems on this page.</p>`
          : html`<ul tabindex="0" aria-label="Findings">${found.map(entry)}</ul>`
      }`;
  }

  #toggle(): void {
    this.#isOpen = !this.#isOpen;
    this.#render();
    this.#root.querySelector<HTMLElement>(this.#isOpen ? '.head button' : '.badge')?.focus();
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    this.#toggle();
  };
}

customElements.define('turnstream-findings', Overlay);

function entry({ code, subject, message, count }: Finding): TemplateResult {
  return html`<li><div class="what"><strong>${TITLES[code]}</strong>${
    subject === undefined ? nothing : html`<code>${subject}</code>`
  }<span class="spring"></span>
      <span class="often">${frequency(count)}</span></div>
    <p>${message}</p></li>`;
}

function frequency(count: number): string {
  if (count === 0) return 'not needed yet';
  return count === 1 ? 'once' : `${count} times`;
}
