// Makes the children of a node equal to new ones while keeping every node that did not change,
// so that a selection, a scrolled table and a focused button survive while the tail of a text grows.

function sameKind(a: Node, b: Node): boolean {
  return a.nodeType === b.nodeType && a.nodeName === b.nodeName;
}

/** Set from outside, while a card describes the node. */
const DESCRIBED = 'aria-describedby';

function syncAttributes(from: Element, to: Element): void {
  for (const { name } of [...from.attributes])
    if (!to.hasAttribute(name) && name !== DESCRIBED) from.removeAttribute(name);
  for (const { name, value } of to.attributes)
    if (from.getAttribute(name) !== value) from.setAttribute(name, value);
}

/** The browser compares subtrees first: a script that walks one makes an object of each node and attribute. */
function syncNode(from: Node, to: Node): void {
  if (from.isEqualNode(to)) return;
  if (from instanceof Text) {
    syncText(from, to.nodeValue ?? '');
  } else if (from instanceof Element && to instanceof Element) {
    syncAttributes(from, to);
    morphChildren(from, [...to.childNodes], 0);
  }
}

function syncText(node: Text, value: string): void {
  if (value.startsWith(node.data)) node.appendData(value.slice(node.data.length));
  else node.data = value;
}

/** Replaces the children of `parent` from index `from` on by `wanted`; nodes that are equal already stay. */
export function morphChildren(parent: Node, wanted: readonly Node[], from: number): void {
  let present = parent.childNodes[from] ?? null;
  for (const node of wanted) {
    const next = present?.nextSibling ?? null;
    if (present === null) parent.appendChild(node);
    else if (present !== node && sameKind(present, node)) syncNode(present, node);
    else if (present !== node) parent.replaceChild(node, present);
    present = next;
  }
  while (parent.childNodes.length > from + wanted.length) parent.lastChild?.remove();
}
