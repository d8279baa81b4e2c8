// Text, Title, Caption, Label and Badge: plain text, which is never read as markdown.
import { color, TEXT } from '../css/colors.ts';
import { length, type Styles, setStyles } from '../css/values.ts';
import { Component, make, setText } from '../tree/component.ts';
import { countOf, oneOf, type Props, textOf } from '../tree/props.ts';
import type { Part, WidgetContext } from '../tree/widget_context.ts';

const WEIGHTS = ['normal', 'medium', 'semibold', 'bold'] as const;
const ALIGNMENTS = ['start', 'center', 'end'] as const;

/** The fields that all texts share. */
export function textAttributes(
  props: Props,
  sizes: readonly string[],
): Record<string, string | boolean | null> {
  return {
    'data-size': oneOf(props['size'], sizes, null),
    'data-weight': oneOf(props['weight'], WEIGHTS, null),
    'data-align': oneOf(props['textAlign'], ALIGNMENTS, null),
    'data-truncate': props['truncate'] === true,
    'data-clamp': props['truncate'] !== true && countOf(props['maxLines'], 1000) !== null,
  };
}

export function textStyles(props: Props): Styles {
  const lines = countOf(props['maxLines'], 1000);
  return {
    color: color(props['color'], TEXT),
    '-webkit-line-clamp': lines === null ? null : String(lines),
  };
}

export const TEXT_SIZES = ['xs', 'sm', 'md', 'lg', 'xl'] as const;
const TITLE_SIZES = ['sm', 'md', 'lg', 'xl', '2xl', '3xl', '4xl', '5xl'] as const;
const CAPTION_SIZES = ['sm', 'md', 'lg'] as const;

export class Text extends Component {
  static readonly required = ['value'];

  constructor(context: WidgetContext, parent: Part | null) {
    super(context, parent, make('p', 'w-text'));
    this.node.dir = 'auto';
  }

  protected override update(props: Props): void {
    this.setAttributes({
      ...textAttributes(props, TEXT_SIZES),
      'data-italic': props['italic'] === true,
      'data-struck': props['lineThrough'] === true,
      'aria-busy': props['streaming'] === true ? 'true' : null,
    });
    const lines = countOf(props['minLines'], 100);
    setStyles(this.node, {
      ...textStyles(props),
      width: length(props['width'], 'px'),
      'min-height': lines === null ? null : `${lines}lh`,
    });
    setText(this.node, textOf(props['value']));
  }
}

/** A text in one of a few sizes, and nothing more. */
abstract class SizedText extends Component {
  static readonly required = ['value'];
  protected abstract readonly sizes: readonly string[];

  constructor(context: WidgetContext, parent: Part | null, className: string) {
    super(context, parent, make('p', className));
    this.node.dir = 'auto';
  }

  protected override update(props: Props): void {
    this.setAttributes(textAttributes(props, this.sizes));
    setStyles(this.node, textStyles(props));
    setText(this.node, textOf(props['value']));
  }
}

export class Title extends SizedText {
  protected override readonly sizes = TITLE_SIZES;

  constructor(context: WidgetContext, parent: Part | null) {
    super(context, parent, 'w-title');
    this.node.setAttribute('role', 'heading');
    this.node.ariaLevel = '3';
  }
}

export class Caption extends SizedText {
  protected override readonly sizes = CAPTION_SIZES;

  constructor(context: WidgetContext, parent: Part | null) {
    super(context, parent, 'w-caption');
  }
}

const BADGE_COLORS = ['secondary', 'success', 'danger', 'warning', 'info', 'discovery'] as const;

export class Badge extends Component {
  static readonly required = ['label'];

  constructor(context: WidgetContext, parent: Part | null) {
    super(context, parent, make('span', 'w-badge'));
    this.node.dir = 'auto';
  }

  protected override update(props: Props): void {
    this.setAttributes({
      'data-color': oneOf(props['color'], BADGE_COLORS, 'secondary'),
      'data-variant': oneOf(props['variant'], ['solid', 'soft', 'outline'], 'soft'),
      'data-size': oneOf(props['size'], ['sm', 'md', 'lg'], 'sm'),
      'data-pill': props['pill'] === true,
    });
    setText(this.node, textOf(props['label']));
  }
}
