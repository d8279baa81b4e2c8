// What the components of one widget read and call.
import type { FramesOption } from '../../api/options.ts';
import type { WIDGET_TEXTS } from '../../api/texts/widget_texts.ts';
import type { RenderOptions } from '../../markdown/render/render.ts';
import type { Compiled } from '../../ui/i18n/compile.ts';
import type { Props } from './props.ts';

export type WidgetWords = Compiled<typeof WIDGET_TEXTS>;

/** What shows that an action runs, unless the action says otherwise. */
export type Loading = 'self' | 'container' | 'none';

/** Resolves to whether the link was opened. */
export type ConfirmLink = (href: string) => Promise<boolean>;

/** A form field: its name, and its value as it is sent. */
export type Field = { readonly name: string; readonly value: unknown };

/** A component as others see it. */
export interface Part {
  readonly node: HTMLElement;
  readonly props: Props;
  readonly parent: Part | null;
  /** The shown child components. */
  readonly components: readonly Part[];
  readonly depth: number;
  readonly context: WidgetContext;
  /** The fields that the component itself adds to its form. */
  readonly fields: readonly Field[];
  /** The fields inside belong to this component. */
  readonly isForm: boolean;
  /** The action that submitting this form runs. */
  readonly formAction: unknown;
  /** Shows `props`. What equals the shown component stays untouched. */
  patch(props: Props): void;
  /** Shows the same props again, in another language. */
  refresh(): void;
  /** Called for the components among `context.gates` when a response begins or has ended. */
  reflectBusy(): void;
  /** An action of this component runs, or has ended. */
  setLoading(isLoading: boolean): void;
  /** The action that was chosen is one of this component. */
  markChosen(): void;
  /** Called before the node is removed. */
  dispose(): void;
}

export type ComponentClass = {
  /** What one costs to show, in texts; 1 by default. */
  readonly cost?: number;
  /** Fields without which the component cannot be shown. */
  readonly required?: readonly string[];
  new (context: WidgetContext, parent: Part | null): Part;
};

export interface WidgetContext {
  /** The node around the widget. */
  readonly node: HTMLElement;
  readonly locale: string;
  readonly words: WidgetWords;
  readonly markdown: Partial<RenderOptions>;
  /** Hosts of images, besides the page's own. */
  readonly imageDomains: readonly string[];
  /** The page shows findings of the developer mode. */
  readonly isDev: boolean;
  /** What the page allows frames; null if it shows none. */
  readonly frames: FramesOption | null;
  /** Nothing in the widget can be used now. */
  readonly isInert: boolean;
  /** Asks the person whether a link may open, and opens it; null if nobody can be asked. */
  readonly confirmLink: ConfirmLink | null;
  /** What must end while the widget is still in the page. */
  readonly parting: Set<() => void>;

  /** The components that are disabled while a response streams. */
  readonly gates: Set<Part>;
  /** Components that lack children, since the widget has too many. */
  readonly cut: Set<Part>;
  /** The labels, which name fields elsewhere in the widget. */
  readonly labels: Set<Part>;
  /** The name of a field has changed, or that of the field that a label names. */
  relink(): void;

  classOf(props: Props): ComponentClass;
  /** Counts a new component. Returns false if the widget has too many. */
  mayAdd(type: ComponentClass): boolean;
  /** Shows `props` in `component`; a failure is logged. */
  tryPatch(component: Part, props: Props): void;
  /** A component was removed, with all that is in it. */
  removed(component: Part): void;
  /** Runs the action that a component declares in one of its fields; anything else is ignored. */
  run(from: Part, action: unknown, loading: Loading): void;
  /** Whether `run` would do something now. */
  accepts(action: unknown): boolean;
  /** Focuses a field that asks for it, once the widget is shown, unless somebody is typing elsewhere. */
  focusLater(node: HTMLElement): void;
  /** Logs what a frame of the widget does. */
  log(name: string, message: string): void;
  /** Reports an error of the page. */
  failed(error: Error): void;
  /** Logs something about the widget, once for each `name` and `subject`. */
  note(name: string, subject: string, message: string): void;
}
