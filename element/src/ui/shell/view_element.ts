// The least that a component needs: it renders itself again, once for all changes of a task, and tells when that is done.
import { render, type TemplateResult } from 'lit-html';
import { sheetOf } from '../../dom/css.ts';

export abstract class ViewElement extends HTMLElement {
  readonly renderRoot: ShadowRoot;
  #changed = new Set<string>();
  #update: Promise<void> | null = null;
  #hasUpdated = false;

  constructor(styles: readonly string[]) {
    super();
    this.renderRoot = this.attachShadow({ mode: 'open' });
    this.renderRoot.adoptedStyleSheets = styles.map(sheetOf);
  }

  get hasUpdated(): boolean {
    return this.#hasUpdated;
  }

  /** Resolves when everything that changed until then is on the screen. */
  get updateComplete(): Promise<void> {
    return this.#whenUpdated();
  }

  connectedCallback(): void {
    this.requestUpdate();
  }

  /** `property` is told to `willUpdate` and `updated`. Out of a page nothing is rendered: that waits until the component is in one. */
  requestUpdate(property?: string): void {
    if (property !== undefined) this.#changed.add(property);
    if (this.isConnected) this.#update ??= this.#run();
  }

  protected abstract willUpdate(changed: ReadonlySet<string>): void;
  protected abstract render(): TemplateResult;
  protected abstract updated(changed: ReadonlySet<string>): void;
  protected abstract failed(error: unknown): void;

  async #whenUpdated(): Promise<void> {
    while (this.#update !== null) await this.#update;
  }

  async #run(): Promise<void> {
    await Promise.resolve();
    if (!this.isConnected) return void (this.#update = null);
    const changed = this.#changed;
    this.#changed = new Set();
    const isDrawn = this.#draw(changed);
    this.#update = null; // What asks from now on is for another time.
    if (isDrawn) this.updated(changed);
  }

  /** What is on the screen stays where rendering fails. */
  #draw(changed: ReadonlySet<string>): boolean {
    try {
      this.willUpdate(changed);
      render(this.render(), this.renderRoot);
      this.#hasUpdated = true;
      return true;
    } catch (error) {
      this.failed(error);
      return false;
    }
  }
}
