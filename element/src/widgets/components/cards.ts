// The roots: Card, ListView with its items, Basic; and Form.
import { safeItemImageSource } from '../../markdown/render/pictures.ts';
import { drawIcon } from '../../ui/base/icons.ts';
import { borderStyles, boxStyles, flowStyles } from '../css/box.ts';
import { color, SURFACE } from '../css/colors.ts';
import { setStyles, spacing } from '../css/values.ts';
import { type Attributes, Component, make } from '../tree/component.ts';
import { isRecord, oneOf, type Props, rawText, textOf } from '../tree/props.ts';
import type { Part, WidgetContext } from '../tree/widget_context.ts';
import { directionOf, flowAttributes } from './boxes.ts';
import { CardButton } from './buttons.ts';

/** A widget may have a theme of its own, whose colours `styles/themes.ts` has. */
export function themeAttribute({ theme }: Props): Attributes {
  return { 'data-theme': oneOf(theme, ['light', 'dark'], null) };
}

/** The line above a widget that says what it is: an icon or a small picture, and words. */
export class StatusLine {
  readonly node = make('p', 'w-status');
  readonly #context: WidgetContext;
  #shown = '';

  constructor(context: WidgetContext) {
    this.#context = context;
  }

  update(status: unknown): void {
    const text = isRecord(status) ? textOf(status['text']) : '';
    this.node.hidden = text === '';
    const key = JSON.stringify(status ?? null);
    if (key === this.#shown) return;
    this.#shown = key;
    const words = make('span', '', text);
    words.dir = 'auto';
    this.node.replaceChildren(...(isRecord(status) ? this.#picture(status) : []), words);
  }

  #picture({ icon, favicon, frame }: Record<string, unknown>): Node[] {
    if (typeof icon === 'string') return [drawIcon(icon)];
    const source = safeItemImageSource(rawText(favicon), this.#context.imageDomains);
    if (source === null) return [];
    const picture = make('img', 'w-favicon');
    picture.src = source;
    picture.alt = '';
    picture.referrerPolicy = 'no-referrer';
    picture.toggleAttribute('data-frame', frame === true);
    return [picture];
  }
}

export class Card extends Component {
  readonly #status: StatusLine;
  readonly #body = make('div', 'w-card-body');
  readonly #foot = make('div', 'w-card-foot');
  readonly #confirm: CardButton;
  readonly #cancel: CardButton;

  constructor(context: WidgetContext, parent: Part | null, tag: 'section' | 'form' = 'section') {
    super(context, parent, make(tag, 'w-card'));
    this.#status = new StatusLine(context);
    this.#confirm = new CardButton(context, this);
    this.#cancel = new CardButton(context, this);
    this.#foot.append(this.#cancel.node, this.#confirm.node);
    this.node.append(this.#status.node, this.#body, this.#foot);
    this.holdChildren(this.#body);
  }

  /** The buttons of the footer, too. */
  override get components(): readonly Part[] {
    return [...super.components, this.#cancel, this.#confirm];
  }

  override dispose(): void {
    super.dispose();
    this.#confirm.dispose();
    this.#cancel.dispose();
  }

  protected override update(props: Props): void {
    this.setAttributes({
      'data-size': oneOf(props['size'], ['sm', 'md', 'lg', 'full'], 'md'),
      'data-nested': this.parent !== null,
      ...themeAttribute(props),
    });
    setStyles(this.node, {
      ...borderStyles(props['border']),
      background: color(props['background'], SURFACE, this.context.node),
    });
    setStyles(this.#body, spacing('padding', props['padding']));
    this.#body.hidden = props['collapsed'] === true;
    this.#status.update(props['status']);
    this.#showFoot(props);
  }

  #showFoot({ confirm, cancel }: Props): void {
    const isOpen = [
      this.#showButton(this.#cancel, cancel, 'secondary'),
      this.#showButton(this.#confirm, confirm, 'primary'),
    ].some(Boolean);
    this.#foot.hidden = !isOpen;
  }

  #showButton(button: CardButton, given: unknown, style: 'primary' | 'secondary'): boolean {
    const isShown = isRecord(given);
    button.node.hidden = !isShown;
    const { label, action } = isShown ? given : {};
    const submits = this.isForm && style === 'primary';
    const act = submits ? { submit: true } : { onClickAction: action };
    this.context.tryPatch(button, { type: 'Button', label, style, ...(isShown ? act : {}) });
    return isShown;
  }
}

/** A card whose confirm button submits the fields inside. */
export class FormCard extends Card {
  constructor(context: WidgetContext, parent: Part | null) {
    super(context, parent, 'form');
    watchSubmit(this, 'container');
  }

  override get isForm(): boolean {
    return true;
  }

  override get formAction(): unknown {
    const { confirm } = this.props;
    return isRecord(confirm) ? confirm['action'] : undefined;
  }
}

export class Form extends Component {
  constructor(context: WidgetContext, parent: Part | null) {
    super(context, parent, make('form', 'w-box w-form'));
    this.holdChildren();
    watchSubmit(this, 'self');
  }

  override get isForm(): boolean {
    return true;
  }

  override get formAction(): unknown {
    return this.props['onSubmitAction'];
  }

  protected override update(props: Props): void {
    this.setAttributes(flowAttributes(props));
    setStyles(this.node, boxStyles(props, directionOf(props), this.context.node));
  }
}

/** The browser has validated the fields when `submit` fires. */
function watchSubmit(form: Component, loading: 'self' | 'container'): void {
  form.node.addEventListener('submit', (event) => {
    event.preventDefault();
    event.stopPropagation(); // A form inside a form is its own.
    if (form.context.accepts(form.formAction)) form.context.run(form, form.formAction, loading);
  });
}

export class Basic extends Component {
  constructor(context: WidgetContext, parent: Part | null) {
    super(context, parent, make('div', 'w-box w-basic'));
    this.holdChildren();
  }

  protected override update(props: Props): void {
    this.setAttributes({ ...flowAttributes(props), ...themeAttribute(props) });
    setStyles(this.node, {
      ...flowStyles(props, directionOf(props)),
      ...spacing('padding', props['padding']),
    });
  }
}
