// Changes inside a widget tree. Only the path from the root to the changed component is copied.
import type { WidgetNode } from '../../protocol/wire.ts';

/** The tree with the component of this id changed; the same tree if it contains no such component. */
export function updateComponent(
  root: WidgetNode,
  id: string,
  change: (node: WidgetNode) => WidgetNode,
): WidgetNode {
  if (root.id === id) return change(root);
  const children = updateChildren(root['children'], id, change);
  return children === root['children'] ? root : { ...root, children };
}

export function appendText(node: WidgetNode, delta: string, isDone: boolean): WidgetNode {
  const value = typeof node['value'] === 'string' ? node['value'] : '';
  return { ...node, value: value + delta, streaming: !isDone };
}

/** `children` is a list in most components, and one component in a few. */
function updateChildren(children: unknown, id: string, change: (node: WidgetNode) => WidgetNode): unknown {
  if (!Array.isArray(children))
    return isWidgetNode(children) ? updateComponent(children, id, change) : children;
  for (const [index, child] of (children as unknown[]).entries()) {
    if (!isWidgetNode(child)) continue;
    const changed = updateComponent(child, id, change);
    if (changed !== child) return children.with(index, changed);
  }
  return children;
}

export function isWidgetNode(value: unknown): value is WidgetNode {
  return typeof value === 'object' && value !== null && 'type' in value;
}
