// Containers without a look of their own.
import { blockStyles, boxStyles } from '../css/box.ts';
import { color, LINE } from '../css/colors.ts';
import { length, setStyles } from '../css/values.ts';
import { type Attributes, Component, make } from '../tree/component.ts';
import type { Props } from '../tree/props.ts';
import type { Part, WidgetContext } from '../tree/widget_context.ts';

export class Box extends Component {
  constructor(context: WidgetContext, parent: Part | null) {
    super(context, parent, make('div', 'w-box'));
    this.holdChildren();
  }

  protected override update(props: Props): void {
    this.setAttributes(flowAttributes(props));
    setStyles(this.node, boxStyles(props, directionOf(props), this.context.node));
  }
}

/** `Row` and `Col` have their direction in their name. */
export function directionOf({ type, direction }: Props): 'row' | 'column' {
  return type === 'Row' || (type !== 'Col' && direction === 'row') ? 'row' : 'column';
}

/**
 * In a column without an alignment, texts and fields are as wide as it is, and buttons as wide as their
 * label.
 */
export function flowAttributes(props: Props): Attributes {
  const isColumn = directionOf(props) === 'column' && (props['align'] ?? null) === null;
  return { 'data-flow': isColumn ? 'column' : null };
}

export class Spacer extends Component {
  constructor(context: WidgetContext, parent: Part | null) {
    super(context, parent, make('div', 'w-spacer'));
  }

  protected override update(props: Props): void {
    setStyles(this.node, {
      'min-inline-size': length(props['minSize'], 'px'),
      'min-block-size': length(props['minSize'], 'px'),
    });
  }
}

export class Divider extends Component {
  constructor(context: WidgetContext, parent: Part | null) {
    super(context, parent, make('div', 'w-divider'));
    this.node.setAttribute('role', 'separator');
  }

  protected override update(props: Props): void {
    this.setAttributes({ 'data-flush': props['flush'] === true });
    setStyles(this.node, {
      '--divider-color': color(props['color'], LINE),
      '--divider-size': length(props['size'], 'px'),
      '--divider-space': length(props['spacing'], 'spacing'),
    });
  }
}

/** Fades a child in when another one takes its place, and animates the change of height. */
export class Transition extends Component {
  #child: Part | undefined;

  constructor(context: WidgetContext, parent: Part | null) {
    super(context, parent, make('div', 'w-transition'));
    this.holdChildren();
  }

  protected override update(props: Props): void {
    setStyles(this.node, blockStyles(props));
  }

  protected override updateChildren(props: Props): void {
    const isFirst = this.#child === undefined && this.node.childElementCount === 0 && !this.node.isConnected;
    const before = isFirst || !this.node.isConnected ? 0 : this.node.offsetHeight;
    super.updateChildren(props);
    const child = this.components[0];
    if (child !== this.#child && !isFirst && this.node.isConnected) this.#animate(before, child);
    this.#child = child;
  }

  #animate(before: number, child: Part | undefined): void {
    if (typeof this.node.animate !== 'function' || matchMedia('(prefers-reduced-motion: reduce)').matches)
      return;
    const timing = { duration: 220, easing: 'cubic-bezier(0.2, 0, 0, 1)' };
    child?.node.animate([{ opacity: 0 }, { opacity: 1 }], timing);
    const after = this.node.offsetHeight;
    if (after !== before)
      this.node.animate(
        [
          { height: `${before}px`, overflow: 'clip' },
          { height: `${after}px`, overflow: 'clip' },
        ],
        timing,
      );
  }
}

/** A component of an unknown type: its children, so that what is inside is not lost. */
export class Unknown extends Component {
  constructor(context: WidgetContext, parent: Part | null) {
    super(context, parent, make('div', 'w-box w-col'));
    this.holdChildren();
  }

  protected override update(props: Props): void {
    const message = `The widget component "${props.type}" is unknown; its children are shown.`;
    this.context.note('widget.unknown_component', props.type, message);
  }
}
