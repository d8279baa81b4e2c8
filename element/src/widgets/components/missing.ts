// What stands for a component that lacks a field it cannot be shown without, so that its place is not empty.
import { Component, make, setText } from '../tree/component.ts';
import type { Props } from '../tree/props.ts';
import type { Part, WidgetContext } from '../tree/widget_context.ts';
import { missingIn } from './registry.ts';

export class Missing extends Component {
  constructor(context: WidgetContext, parent: Part | null) {
    super(context, parent, make('p', 'w-missing'));
  }

  protected override update(props: Props): void {
    const names = missingIn(props).map((name) => `\`${name}\``);
    const message = `The widget component "${props.type}" needs ${names.join(' and ')}.`;
    this.context.note('widget.missing_field', `${props.type} ${names.join()}`, message);
    setText(this.node, this.context.isDev ? message : this.context.words.missing);
  }
}
