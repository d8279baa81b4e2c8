// Makes the children of a node equal to new ones while keeping every node that did not change,
// so that a selection, a scrolled table and a focused button survive while the tail of a text grows.

function sameKind(a: Node, b: Node): boolean {
  return a.nodeType === b.nodeType && a.nodeName === b.nodeName;
}

// Names instead of `attributes`, for each entry of which the browser makes an object and keeps it.
function syncAttributes(from: Element, to: Element): void {
  for (const name of from.getAttributeNames()) if (!to.hasAttribute(name)) from.removeAttribute(name);
  for (const name of to.getAttributeNames()) {
    const value = to.getAttribute(name) ?? '';
    if (from.getAttribute(name) !== value) from.setAttribute(name, value);
  }
}

/** The browser compares equal subtrees itself: a script that walks them makes an object for each node. */
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
  if (node.data === value) return;
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
