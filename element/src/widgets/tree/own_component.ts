// Components that the page renders itself, by their types on the wire.
import type { OwnComponentContext, OwnComponentRenderer } from '../../api/options.ts';
import { Component, make } from './component.ts';
import type { Props } from './props.ts';
import type { ComponentClass, Field, Part, WidgetContext } from './widget_context.ts';

/** The class of the component that `render` makes the node of. `render` is called anew for each update. */
export function ownClass(render: OwnComponentRenderer): ComponentClass {
  return class Own extends OwnComponent {
    protected override readonly renderer = render;
  };
}

abstract class OwnComponent extends Component {
  protected abstract readonly renderer: OwnComponentRenderer;
  readonly #values = new Map<string, unknown>();
  readonly #children = make('div', 'w-box');
  readonly #tools: OwnComponentContext;

  constructor(context: WidgetContext, parent: Part | null) {
    super(context, parent, make('div', 'w-own'));
    this.holdChildren(this.#children);
    this.#tools = {
      locale: context.locale,
      children: this.#children,
      act: (action) => context.run(this, action, 'self'),
      setValue: (name, value) => void this.#values.set(name, value),
    };
  }

  override get fields(): readonly Field[] {
    return [...this.#values].map(([name, value]) => ({ name, value }));
  }

  protected override update(props: Props): void {
    try {
      const node = this.renderer(props, this.#tools);
      if (node !== this.node.firstChild) this.node.replaceChildren(node);
    } catch (error) {
      this.node.replaceChildren(make('p', 'w-missing', this.context.words.missing));
      throw error;
    }
  }
}
