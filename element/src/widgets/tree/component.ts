// The base of a component: one DOM node, reused through all updates of the component.
import { Children } from './children.ts';
import { childrenOf, type Props, sameFields } from './props.ts';
import type { Field, Part, WidgetContext } from './widget_context.ts';

export const NOTHING: Props = { type: '' };

export abstract class Component<Node extends HTMLElement = HTMLElement> implements Part {
  readonly node: Node;
  readonly context: WidgetContext;
  readonly parent: Part | null;
  readonly depth: number;
  #props: Props = NOTHING;
  #children: Children | null = null;

  constructor(context: WidgetContext, parent: Part | null, node: Node) {
    this.context = context;
    this.parent = parent;
    this.node = node;
    this.depth = parent === null ? 0 : parent.depth + 1;
  }

  get props(): Props {
    return this.#props;
  }

  get components(): readonly Part[] {
    return this.#children?.shown ?? [];
  }

  get fields(): readonly Field[] {
    return [];
  }

  get isForm(): boolean {
    return false;
  }

  get formAction(): unknown {
    return undefined;
  }

  reflectBusy(): void {}

  patch(props: Props): void {
    if (props === this.#props) return;
    const before = this.#props;
    this.#props = props;
    if (!sameFields(before, props)) this.update(props);
    this.updateChildren(props);
  }

  refresh(): void {
    this.update(this.#props);
    for (const part of this.components) part.refresh();
    this.updateChildren(this.#props);
  }

  setLoading(isLoading: boolean): void {
    setAttributes(this.node, 'loading', {
      'data-loading': isLoading,
      'aria-busy': isLoading ? 'true' : null,
    });
  }

  dispose(): void {
    this.context.cut.delete(this);
    for (const part of this.components) part.dispose();
  }

  /** Shows the component's own fields; called if one of them has changed. */
  protected abstract update(props: Props): void;

  protected updateChildren(props: Props): void {
    if (this.#children !== null) this.#children.update(childrenOf(props));
  }

  /** Shows the children of the component in `box`. Called once, in the constructor. */
  protected holdChildren(box: HTMLElement = this.node): Children {
    return (this.#children = new Children(box, this));
  }

  /** The action that was chosen is one of this component. */
  markChosen(): void {
    setAttributes(this.node, 'answer', { 'data-chosen': true });
  }

  protected setAttributes(attributes: Attributes): void {
    setAttributes(this.node, 'own', attributes);
  }
}

/** `true` is an empty attribute; `false` and `null` are none. */
export type Attributes = Readonly<Record<string, string | boolean | null>>;

const given = new WeakMap<Element, Map<string, Attributes>>();

/**
 * Sets the attributes of `node`, and removes those that an earlier call set and this one lacks. Each `owner`
 * has its own attributes.
 */
export function setAttributes(node: Element, owner: string, attributes: Attributes): void {
  const owners = given.get(node) ?? new Map<string, Attributes>();
  const before = owners.get(owner) ?? {};
  given.set(node, owners.set(owner, attributes));
  for (const name of Object.keys(before)) if (!(name in attributes)) node.removeAttribute(name);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === before[name]) continue;
    if (value === null || value === false) node.removeAttribute(name);
    else node.setAttribute(name, value === true ? '' : value);
  }
}

/** An element with a class and children. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  className: string,
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const node = document.createElement(tag);
  if (className !== '') node.className = className;
  node.append(...children);
  return node;
}

/** Sets the text of a node that has nothing else in it. A text node that is kept costs less to lay out. */
export function setText(node: Element, text: string): void {
  const { firstChild } = node;
  if (node.textContent === text) return;
  if (firstChild instanceof Text && firstChild === node.lastChild) firstChild.data = text;
  else node.textContent = text;
}
