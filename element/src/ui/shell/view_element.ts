// The base of a component: renders once for all changes of a task, and reports when that is done.
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

  /** Resolves when all changes so far are rendered. */
  get updateComplete(): Promise<void> {
    return this.#whenUpdated();
  }

  connectedCallback(): void {
    this.requestUpdate();
  }

  /**
   * Requests a rendering, which passes `property` to `willUpdate` and `updated`. It waits until the component
   * is connected.
   */
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
    this.#update = null; // Later requests are for the next rendering.
    if (isDrawn) this.updated(changed);
  }

  /** If rendering fails, the previous output stays. */
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
