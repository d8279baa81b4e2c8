// Parts of the chat that come when they are first shown, so that a page loads only what it shows.

const LOADERS = {
  actions: () => import('./thread/answer_actions.ts'),
  banners: () => import('./shell/banners.ts'),
  dictation: () => import('./composer/dictation.ts'),
  overlays: () => import('./dialogs/overlays.ts'),
  fonts: () => import('./theme/fonts.ts'),
  history: () => import('./history/panel.ts'),
  pageIntegration: () => import('./shell/page_integration.ts'),
  images: () => import('./thread/images.ts'),
  linkDialog: () => import('./dialogs/link_dialog.ts'),
  longText: () => import('./base/long_text.ts'),
  palette: () => import('./theme/palette.ts'),
  preview: () => import('./dialogs/preview.ts'),
  confirmations: () => import('./thread/confirmations.ts'),
  quote: () => import('./dialogs/quote.ts'),
  shortcuts: () => import('./dialogs/shortcuts.ts'),
  sources: () => import('./sources/sources.ts'),
  steps: () => import('./thread/workflow.ts'),
  suggestions: () => import('./composer/suggestions.ts'),
  tips: () => import('./dialogs/tips.ts'),
  toolbox: () => import('./composer/toolbox.ts'),
  uploads: () => import('./composer/uploads.ts'),
} as const;

type Loaders = typeof LOADERS;
type PartName = keyof Loaders;
type Part<Name extends PartName> = Awaited<ReturnType<Loaders[Name]>>;

/** They say nothing, or only what the entry says too. */
const SILENT: ReadonlySet<PartName> = new Set(['actions', 'banners', 'fonts', 'longText', 'palette', 'tips']);

/** A server that is being replaced may not have the part for a moment. */
const AGAIN_MS = 3000;
const MAX_AGAIN_MS = 60_000;

export type PartsHost = {
  /** Something has arrived: what shows it must be rendered again. */
  readonly arrived: (styles: readonly string[]) => void;
  readonly failed: (name: string, error: unknown) => void;
};

export class Parts {
  readonly #host: PartsHost;
  readonly #loaded = new Map<PartName, unknown>();
  readonly #loading = new Map<PartName, Promise<void>>();
  readonly #missing = new Set<PartName>();
  readonly #failures = new Map<PartName, number>();
  #version = 0;
  #missed = 0;

  constructor(host: PartsHost) {
    this.#host = host;
  }

  /** Another number after each arrival. */
  get version(): number {
    return this.#version;
  }

  /** How often a part was asked for that was not there. */
  get missed(): number {
    return this.#missed;
  }

  /** The part, or `null` until it has arrived. */
  get<Name extends PartName>(name: Name): Part<Name> | null {
    const part = this.#loaded.get(name) as Part<Name> | undefined;
    if (part === undefined && !this.#loading.has(name)) this.#loading.set(name, this.#load(name));
    if (part === undefined) this.#missed++;
    return part ?? null;
  }

  /** It could not be had, and is not asked for again yet. */
  isMissing(name: PartName): boolean {
    return this.#missing.has(name);
  }

  /** The part once it is there; `null` when it cannot be had now. */
  async when<Name extends PartName>(name: Name): Promise<Part<Name> | null> {
    const part = this.get(name);
    if (part !== null) return part;
    await this.#loading.get(name);
    return (this.#loaded.get(name) as Part<Name> | undefined) ?? null;
  }

  /** Resolves when everything that was asked for is there or has failed. */
  async loaded(): Promise<void> {
    await Promise.all(this.#loading.values());
  }

  /** Who has shown nothing for the part asks for it when it is rendered again. */
  #askAgain(name: PartName): void {
    this.#loading.delete(name);
    this.#missing.delete(name);
    this.#version++;
    this.#host.arrived([]);
  }

  #pauseMs(name: PartName): number {
    const failures = (this.#failures.get(name) ?? 0) + 1;
    this.#failures.set(name, failures);
    return Math.min(AGAIN_MS * 2 ** (failures - 1), MAX_AGAIN_MS);
  }

  async #load(name: PartName): Promise<void> {
    try {
      // English stands in for any language that cannot be had, so its words come with the first part that speaks.
      const words = SILENT.has(name) ? null : import('./i18n/english.ts');
      const [part]: [{ readonly styles: readonly string[] }, unknown] = await Promise.all([
        LOADERS[name](),
        words,
      ]);
      this.#loaded.set(name, part);
      this.#version++;
      this.#host.arrived(part.styles);
    } catch (error) {
      this.#missing.add(name);
      this.#host.failed(name, error);
      setTimeout(() => this.#askAgain(name), this.#pauseMs(name));
    }
  }
}
