// Morphs the children of a component: matched by `key`, then `id`, then place, updated in place, moved
// only if they must be. The node with the focus never moves, since a moved node loses focus and selection.
import type { Props } from './props.ts';
import type { ComponentClass, Part } from './widget_context.ts';

/** Components below this depth are left out: a browser's layout recurses. */
const MAX_DEPTH = 60;

export class Children {
  readonly #box: HTMLElement;
  readonly #owner: Part;
  #shown: readonly Part[] = [];
  #list: readonly Props[] = [];

  constructor(box: HTMLElement, owner: Part) {
    this.#box = box;
    this.#owner = owner;
  }

  get shown(): readonly Part[] {
    return this.#shown;
  }

  update(list: readonly Props[]): void {
    if (isSameList(list, this.#list)) return;
    this.#list = list;
    const known = new Known(this.#shown);
    const { context, depth } = this.#owner;
    const isDeep = depth >= MAX_DEPTH && list.length > 0;
    if (isDeep)
      context.note(
        'widget.too_deep',
        '',
        `A widget has more than ${MAX_DEPTH} levels; the rest is not shown.`,
      );
    const wanted = (isDeep ? [] : list).map((props) => ({ props, type: context.classOf(props) }));
    const reused = wanted.map(({ props, type }) => known.claim(props, type));
    // Before any is added: they count towards the limit.
    for (const component of known.rest()) this.#remove(component);
    const shown: Part[] = [];
    for (const [at, { props, type }] of wanted.entries()) {
      if (reused[at] == null && !context.mayAdd(type)) continue;
      const component = reused[at] ?? new type(context, this.#owner);
      context.tryPatch(component, props);
      shown.push(component);
    }
    this.#shown = shown;
    if (shown.length < wanted.length) context.cut.add(this.#owner);
    else context.cut.delete(this.#owner);
    place(
      this.#box,
      shown.map(({ node }) => node),
    );
  }

  #remove(component: Part): void {
    component.dispose();
    component.node.remove();
    this.#owner.context.removed(component);
  }
}

function isSameList(a: readonly Props[], b: readonly Props[]): boolean {
  return a.length === b.length && a.length > 0 && a.every((props, at) => props === b[at]);
}

function nameOf({ key, id }: Props): string | null {
  if (typeof key === 'string' && key !== '') return `key ${key}`;
  return typeof id === 'string' && id !== '' ? `id ${id}` : null;
}

/** The components that were shown, until a new list has taken them. */
class Known {
  readonly #named = new Map<string, Part>();
  readonly #unnamed: Part[] = [];
  readonly #rest: Set<Part>;
  #at = 0;

  constructor(shown: readonly Part[]) {
    this.#rest = new Set(shown);
    for (const component of shown) {
      const name = nameOf(component.props);
      if (name === null) this.#unnamed.push(component);
      else if (!this.#named.has(name)) this.#named.set(name, component);
    }
  }

  claim(props: Props, type: ComponentClass): Part | null {
    const name = nameOf(props);
    const found = name === null ? this.#unnamed[this.#at++] : this.#named.get(name);
    if (found === undefined || found.constructor !== type || !this.#rest.delete(found)) return null;
    return found;
  }

  rest(): Iterable<Part> {
    return this.#rest;
  }
}

/** Puts `nodes` into `box` in this order, around the one that has the focus. */
function place(box: HTMLElement, nodes: readonly HTMLElement[]): void {
  const { activeElement = null } = box.getRootNode() as Partial<ShadowRoot>;
  const focused =
    activeElement === null
      ? -1
      : nodes.findIndex((node) => node.parentNode === box && node.contains(activeElement));
  const fixed = nodes[focused];
  let next: Node | null = null;
  for (let at = nodes.length - 1; at > focused; at--) next = putBefore(box, nodes[at]!, next);
  next = fixed ?? next;
  for (let at = focused - 1; at >= 0; at--) next = putBefore(box, nodes[at]!, next);
}

function putBefore(box: HTMLElement, node: HTMLElement, next: Node | null): Node {
  if (node.parentNode !== box || node.nextSibling !== next) {
    // Keeps scroll positions, animations and frames of the moved node where the browser can.
    const mover = box as HTMLElement & { moveBefore?: (node: Node, next: Node | null) => void };
    if (node.isConnected && node.parentNode === box && mover.moveBefore !== undefined)
      mover.moveBefore(node, next);
    else box.insertBefore(node, next);
  }
  return node;
}
