// Components that the page renders itself, by their types on the wire.
import type { OwnComponentContext, OwnComponentRenderer } from '../../api/options.ts';
import { Component, make } from './component.ts';
import { type Props, rawText } from './props.ts';
import type { ComponentClass, Field, Part, WidgetContext } from './widget_context.ts';

/** The class of the component that `render` makes the node of. `render` is called anew for each update. */
export function ownClass(render: OwnComponentRenderer): ComponentClass {
  return class Own extends OwnComponent {
    protected override readonly renderer = render;
  };
}

export abstract class OwnComponent extends Component {
  protected abstract readonly renderer: OwnComponentRenderer;
  #value: unknown;
  readonly #children = make('div', 'w-box');
  readonly #tools: OwnComponentContext;

  constructor(context: WidgetContext, parent: Part | null) {
    super(context, parent, make('div', 'w-own'));
    this.holdChildren(this.#children);
    const valueNow = () => this.#value;
    this.#tools = {
      locale: context.locale,
      get value() {
        return valueNow();
      },
      children: this.#children,
      act: (action) => context.run(this, action, 'self'),
      setValue: (value) => void (this.#value = value),
    };
  }

  get fieldName(): string {
    return rawText(this.props['name']);
  }

  override get fields(): readonly Field[] {
    return this.#value === undefined ? [] : [{ name: this.fieldName, value: this.#value }];
  }

  /** Shows a value that was sent. */
  show(value: unknown): void {
    this.#value = value;
    this.update(this.props);
  }

  protected override update(props: Props): void {
    try {
      const node = this.renderer(props, this.#tools);
      if (node !== this.node.firstChild) this.node.replaceChildren(node);
    } catch (error) {
      this.node.replaceChildren(make('p', 'w-missing', this.context.words.missing));
      const message = `The widget component "${props.type}" failed: ${String(error)}`;
      this.context.note('widget.failed', props.type, message);
    }
  }
}
