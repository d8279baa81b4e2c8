// <turnstream-widget>: one widget without a chat around it. The page takes all its actions.
import type { ChatEvents } from '../api/events.ts';
import { checkOptions, type WidgetElementOptions } from '../api/options.ts';
import { sheetOf } from '../dom/css.ts';
import { highlighter, mathematics } from '../markdown/heavy/lazy.ts';
import type { RenderOptions } from '../markdown/render/render.ts';
import { OptionsError } from '../protocol/errors.ts';
import type { WidgetNode } from '../protocol/wire.ts';
import { isWidgetNode } from '../session/view/widget_update.ts';
import { ExtrasLoader } from '../ui/extras_loader.ts';
import { type Language, LanguageKeeper } from '../ui/i18n/language.ts';
import { styles as chatStyles } from '../ui/theme/styles/index.ts';
import { applyTheme } from '../ui/theme/theme.ts';
import type { Action, ActionHandlers } from '../widgets/forms/actions.ts';
import { styles as widgetStyles } from '../widgets/styles/index.ts';
import { make } from '../widgets/tree/component.ts';
import { type WidgetSettings, type WidgetState, WidgetView } from '../widgets/widget_view.ts';

const NAME = 'turnstream-widget';

/** After the chat's own styles, which fill the element and paint a background. */
const OWN_STYLES = `
  :host { display: block; position: static; background: none; }
  .alone { container: shell / inline-size; }
`;

const STATE: WidgetState = { isBusy: false, isInert: false, answer: null };

export class TurnstreamWidget extends HTMLElement {
  readonly #root = this.attachShadow({ mode: 'open' });
  readonly #box = make('div', 'alone');
  readonly #languages = new LanguageKeeper(
    () => this.#changedAll(),
    (locale, error) => this.#failed('part.failed', error, { part: locale }),
    (error) => this.#refuse(error),
  );
  readonly #extras = new ExtrasLoader(
    (styles) => this.#adopt(styles),
    (error) => this.#failed('part.failed', error, { part: 'extras' }),
  );
  #options: WidgetElementOptions = {};
  #widget: WidgetNode | null = null;
  #view: WidgetView | null = null;
  /** What the shown widget was made with; null after the options have changed. */
  #settings: WidgetSettings | null = null;
  #isDue = false;

  constructor() {
    super();
    const sheets = [...chatStyles.slice(0, -1), ...widgetStyles, ...chatStyles.slice(-1), OWN_STYLES];
    this.#root.adoptedStyleSheets = sheets.map(sheetOf);
    this.#root.append(this.#box);
    for (const part of [highlighter, mathematics])
      void part.arrived.then(({ styles }) => this.#adopt(styles));
  }

  connectedCallback(): void {
    this.#upgrade();
    if (this.#widget !== null) this.#changed();
    else if (document.readyState === 'loading')
      document.addEventListener('DOMContentLoaded', () => this.#readDeclared(), { once: true });
    else this.#readDeclared();
  }

  /** The widget as JSON, as on the wire: a root or any component. Null shows nothing. */
  get widget(): WidgetNode | null {
    return this.#widget;
  }
  set widget(widget: WidgetNode | null) {
    if (widget !== null && !isWidgetNode(widget)) {
      this.#refuse(new OptionsError('widget', 'must be an object with a "type", or null.'));
      return;
    }
    this.#widget = widget;
    this.#changed();
  }

  /** Replaces all options. Never throws: invalid options are ignored and reported in `chatkit.error`. */
  setOptions(options: WidgetElementOptions): void {
    const { options: valid, problems } = checkOptions({ ...options, api: { url: '.' } });
    for (const problem of problems) this.#refuse(problem);
    this.#options = valid ?? {};
    this.#changedAll();
  }

  /** A page may set the property before the element is defined. */
  #upgrade(): void {
    if (!Object.hasOwn(this, 'widget')) return;
    const { widget } = this;
    Reflect.deleteProperty(this, 'widget');
    this.widget = widget;
  }

  /** A widget can stand in the page, as a script of the type `application/json` within the element. */
  #readDeclared(): void {
    const text = this.querySelector('script[type="application/json"]')?.textContent;
    if (text == null || this.#widget !== null) return;
    try {
      this.widget = JSON.parse(text) as WidgetNode;
    } catch (error) {
      this.#refuse(new OptionsError('widget', `is not valid JSON: ${String(error)}`));
    }
  }

  /** The options, the language or the colours have changed. */
  #changedAll(): void {
    this.#settings = null;
    this.#changed();
  }

  #changed(): void {
    if (this.#isDue || !this.isConnected) return;
    this.#isDue = true;
    queueMicrotask(() => {
      this.#isDue = false;
      this.#show();
    });
  }

  #show(): void {
    this.#settings ??= this.#prepare();
    if (this.#settings === null) return;
    if (this.#widget === null) {
      this.#view?.part();
      this.#view?.node.remove();
      this.#view = null;
      return;
    }
    if (this.#view === null) {
      this.#view = new WidgetView(this.#settings);
      this.#box.append(this.#view.node);
    }
    this.#view.update(this.#widget, STATE, this.#settings);
  }

  /** Applies theme and language; null while the language loads. */
  #prepare(): WidgetSettings | null {
    const { theme, strings, locale = navigator.language || 'en' } = this.#options;
    applyTheme(this, theme, this.#extras);
    this.#languages.follow(locale, strings);
    const { language } = this.#languages;
    if (language === null) return null;
    this.#box.lang = language.locale;
    this.#box.dir = language.direction ?? '';
    return this.#newSettings(language);
  }

  #newSettings({ locale, strings }: Language): WidgetSettings {
    const { widgets, images } = this.#options;
    const imageDomains = images?.allowedDomains ?? [];
    const markdown: Partial<RenderOptions> = {
      pictures: { domains: imageDomains, paths: images?.allowedPaths ?? [] },
      copyLabel: strings.copy,
      showAllLabel: strings.showAll,
    };
    return {
      locale,
      texts: strings.widgets,
      markdown,
      imageDomains,
      isDev: this.hasAttribute('dev'),
      mayFocus: true,
      actions: this.#handlers(),
      ...(widgets?.components && { components: widgets.components }),
      ...(widgets?.frames && { frames: widgets.frames }),
      confirmLink: async (href) =>
        (await this.#extras.when())?.confirmLink(this.#box, href, strings) ?? false,
      log: (name, message) => this.#fire('log', { name, data: { message } }),
    };
  }

  /** There is no server: the page takes the actions of both kinds. */
  #handlers(): ActionHandlers {
    const { onAction } = this.#options.widgets ?? {};
    const widget = (): WidgetNode => this.#widget ?? { type: '' };
    const handle =
      onAction && ((action: Action) => Promise.resolve(onAction(action, { id: this.id, widget: widget() })));
    return {
      client: handle ?? null,
      server: handle ?? null,
      sync: handle ?? null,
      failed: (error) => this.#refuse(error),
      unhandled: ({ type }) => {
        const message =
          `The page has no handler for the widget action "${type}". Set the option ` + '`widgets.onAction`.';
        this.#fire('log', { name: 'widget.action_unhandled', data: { message, type } });
      },
    };
  }

  #adopt(styles: readonly string[]): void {
    const sheets = this.#root.adoptedStyleSheets;
    const fresh = styles.map(sheetOf).filter((sheet) => !sheets.includes(sheet));
    // The last two stay last: forced colours, and what places the element.
    this.#root.adoptedStyleSheets = [...sheets.slice(0, -2), ...fresh, ...sheets.slice(-2)];
    this.#changedAll();
  }

  #failed(name: string, error: unknown, data: Record<string, unknown>): void {
    const message = error instanceof Error ? error.message : String(error);
    this.#fire('log', { name, data: { ...data, message } });
  }

  #refuse(error: Error): void {
    this.#fire('error', { error });
  }

  /** The events have the names and details that they have on the chat. */
  #fire<Name extends 'error' | 'log'>(name: Name, detail: ChatEvents[Name]): void {
    this.dispatchEvent(new CustomEvent(`chatkit.${name}`, { detail }));
  }
}

if (customElements.get(NAME) === undefined) customElements.define(NAME, TurnstreamWidget);
