// One widget, as a node that is reused through all updates.

import type { FramesOption, OwnComponentRenderer } from '../api/options.ts';
import type { OwnTexts } from '../api/texts/texts.ts';
import { WIDGET_TEXTS } from '../api/texts/widget_texts.ts';
import type { RenderOptions } from '../markdown/render/render.ts';
import type { WidgetAnswer } from '../protocol/wire.ts';
import { compile } from '../ui/i18n/compile.ts';
import { Missing } from './components/missing.ts';
import { classFor, missingIn } from './components/registry.ts';
import { Label } from './controls/choices.ts';
import { FieldComponent } from './controls/field.ts';
import { type ActionHandlers, ActionRunner, declaredIn, waitsForIdle } from './forms/actions.ts';
import { showAnswer } from './forms/answers.ts';
import { formOf } from './forms/fields.ts';
import { make } from './tree/component.ts';
import { ownClass } from './tree/own_component.ts';
import type { Props } from './tree/props.ts';
import type {
  ComponentClass,
  ConfirmLink,
  Loading,
  Part,
  WidgetContext,
  WidgetWords,
} from './tree/widget_context.ts';

/** Widgets that cost more than so many texts are cut, with a notice: one must not hold up the page. */
const MAX_COST = 2000;

/** What a widget shows itself with, and who takes its actions. */
export type WidgetSettings = {
  readonly locale: string;
  /** In the language of `locale`; English where one is missing. */
  readonly texts: OwnTexts['widgets'];
  readonly markdown: Partial<RenderOptions>;
  readonly imageDomains: readonly string[];
  readonly isDev: boolean;
  /** A field that asks for the focus may take it: the widget has just come. */
  readonly mayFocus: boolean;
  readonly actions: ActionHandlers;
  /** Renderers of the page's own components, by type. */
  readonly components?: Readonly<Record<string, OwnComponentRenderer>>;
  /** What the page allows frames; without it, none is shown. */
  readonly frames?: FramesOption | undefined;
  readonly confirmLink?: ConfirmLink;
  readonly log: (name: string, message: string) => void;
};

/** What changes while a widget is shown. */
export type WidgetState = {
  /** A response streams. */
  readonly isBusy: boolean;
  /** Nothing in the widget can be used: the thread is locked, or the widget was answered. */
  readonly isInert: boolean;
  /** What came of a widget that a turn waits for. */
  readonly answer: WidgetAnswer | null;
};

export class WidgetView implements WidgetContext {
  readonly node = make('div', 'widget');
  readonly gates = new Set<Part>();
  readonly labels = new Set<Part>();
  #isLinked = true;
  readonly #runner = new ActionRunner(
    () => this.#root,
    () => this.#settings.actions,
  );
  readonly #noted = new Set<string>();
  readonly #own = new Map<string, ComponentClass>();
  readonly cut = new Set<Part>();
  readonly parting = new Set<() => void>();
  readonly #notice = make('p', 'w-missing');
  readonly #over = make('p', 'w-over');
  #shownAnswer: WidgetAnswer | null = null;
  #settings: WidgetSettings;
  #words: WidgetWords;
  #root: Part | null = null;
  #cost = 0;
  #state: WidgetState = { isBusy: false, isInert: false, answer: null };
  #toFocus: HTMLElement | null = null;

  constructor(settings: WidgetSettings) {
    this.#settings = settings;
    this.#words = wordsOf(settings);
  }

  get locale(): string {
    return this.#settings.locale;
  }
  get words(): WidgetWords {
    return this.#words;
  }
  get markdown(): Partial<RenderOptions> {
    return this.#settings.markdown;
  }
  get imageDomains(): readonly string[] {
    return this.#settings.imageDomains;
  }
  get isDev(): boolean {
    return this.#settings.isDev;
  }
  get frames(): FramesOption | null {
    return this.#settings.frames ?? null;
  }
  get isInert(): boolean {
    return this.#state.isInert;
  }
  get confirmLink(): ConfirmLink | null {
    return this.#settings.confirmLink ?? null;
  }

  /** The component of the root; null before the first update. */
  get root(): Part | null {
    return this.#root;
  }

  update(widget: Props, state: WidgetState, settings = this.#settings): void {
    const isOther = settings !== this.#settings;
    if (!isOther && widget === this.#root?.props && isSameState(state, this.#state)) return;
    this.#settings = settings;
    if (isOther) this.#words = wordsOf(settings);
    this.#reflectState(state);
    this.#show(widget);
    if (isOther) this.#root?.refresh();
    this.#linkLabels();
    this.#reflectCut();
    this.#showAnswer();
    this.#moveFocus();
  }

  /** Call it before the node leaves the page, which ends what is in its frames. */
  part(): void {
    for (const end of this.parting) end();
  }

  #show(widget: Props): void {
    const type = this.classOf(widget);
    if (this.#root === null || this.#root.constructor !== type) {
      this.#root?.dispose();
      this.#cost = 0;
      this.#root = new type(this, null);
      this.node.replaceChildren(this.#root.node);
    }
    this.tryPatch(this.#root, widget);
  }

  #reflectState(state: WidgetState): void {
    const before = this.#state;
    this.#state = state;
    this.node.inert = state.isInert;
    if (before.isBusy !== state.isBusy) for (const component of this.gates) component.reflectBusy();
  }

  #linkLabels(): void {
    if (this.#isLinked || this.#root === null) return;
    this.#isLinked = true;
    for (const label of this.labels) {
      if (!(label instanceof Label)) continue;
      const field = findField(formOf(label) ?? this.#root, label.fieldName);
      label.link(field);
    }
  }

  #reflectCut(): void {
    if (this.cut.size === 0) return this.#notice.remove();
    this.#notice.textContent = this.words.cut;
    this.node.append(this.#notice);
    this.note('widget.too_large', '', 'A widget has too many components; the rest is not shown.');
  }

  /** What was chosen stays visible, also in a thread that is opened later. */
  #showAnswer(): void {
    const { answer } = this.#state;
    if (answer === this.#shownAnswer || this.#root === null) return;
    this.#shownAnswer = answer;
    if (answer?.status === 'answered') showAnswer(this.#root, answer);
    const isOver = answer?.status === 'expired' || answer?.status === 'superseded';
    this.#over.textContent = this.words.over;
    if (isOver) this.node.append(this.#over);
    else this.#over.remove();
  }

  #moveFocus(): void {
    const node = this.#toFocus;
    this.#toFocus = null;
    if (node === null || !this.#settings.mayFocus) return;
    requestAnimationFrame(() => !isTyping(node) && node.focus({ preventScroll: true }));
  }

  // For its components

  classOf(props: Props): ComponentClass {
    if (Object.hasOwn(this.#settings.components ?? {}, props.type)) return this.#ownClassOf(props.type);
    return missingIn(props).length > 0 ? Missing : classFor(props);
  }

  /** One class per type, whatever renderer the page has for it now. */
  #ownClassOf(type: string): ComponentClass {
    const known =
      this.#own.get(type) ??
      ownClass((props, tools) => this.#settings.components?.[type]?.(props, tools) ?? make('span', ''));
    this.#own.set(type, known);
    return known;
  }

  mayAdd({ cost = 1 }: ComponentClass): boolean {
    if (this.#cost + cost > MAX_COST) return false;
    this.#cost += cost;
    this.#isLinked = false;
    return true;
  }

  removed(component: Part): void {
    this.#isLinked = false;
    this.#cost -= costOf(component);
  }

  relink(): void {
    this.#isLinked = false;
  }

  tryPatch(component: Part, props: Props): void {
    try {
      component.patch(props);
    } catch (error) {
      this.note('widget.failed', props.type, `The widget component "${props.type}" failed: ${String(error)}`);
    }
  }

  run(from: Part, action: unknown, loading: Loading): void {
    void this.#runner.run(from, action, loading);
  }

  accepts(action: unknown): boolean {
    return declaredIn(action) === null || !this.#state.isBusy || !waitsForIdle(action);
  }

  focusLater(node: HTMLElement): void {
    this.#toFocus ??= node;
  }

  log(name: string, message: string): void {
    this.#settings.log(name, message);
  }

  failed(error: Error): void {
    this.#settings.actions.failed(error);
  }

  note(name: string, subject: string, message: string): void {
    const key = `${name} ${subject}`;
    if (this.#noted.has(key)) return;
    this.#noted.add(key);
    this.#settings.log(name, message);
  }
}

function isSameState(a: WidgetState, b: WidgetState): boolean {
  return a.isBusy === b.isBusy && a.isInert === b.isInert && a.answer === b.answer;
}

function costOf(part: Part): number {
  const { cost = 1 } = part.constructor as ComponentClass;
  return part.components.reduce((sum, inner) => sum + costOf(inner), cost);
}

function findField(within: Part, name: string): FieldComponent | null {
  for (const part of within.components) {
    const found = part instanceof FieldComponent && part.fieldName === name ? part : findField(part, name);
    if (found !== null) return found;
  }
  return null;
}

/** Somebody has the cursor in another field that is not empty. */
function isTyping(node: HTMLElement): boolean {
  const { activeElement } = node.getRootNode() as ShadowRoot | Document;
  const isField = activeElement instanceof HTMLInputElement || activeElement instanceof HTMLTextAreaElement;
  return isField && activeElement.value !== '';
}

function wordsOf({ texts = {}, locale }: WidgetSettings): WidgetWords {
  return compile(WIDGET_TEXTS, texts, locale);
}
