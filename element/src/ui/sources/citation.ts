// A citation in the text of an answer: the number of its source, or the label and the icon of an entity.
import { withMarkers } from '../../markdown/hidden.ts';
import { safeHref } from '../../markdown/links.ts';
import type { Source } from '../../protocol/wire.ts';
import { drawIcon } from '../base/icons.ts';

const MAX_LABEL_CHARS = 80;

/**
 * A link to the page that is cited, and otherwise a button, in the role only: a browser breaks the line
 * before a `button`, which would part it from its word.
 */
export function citationNode(source: Source, number: number): Node {
  const href = source.type === 'url' ? safeHref(source.url) : null;
  const { icon = null, inline_label: given = null } = source.type === 'entity' ? source : {};
  const label = withMarkers((given || String(number)).slice(0, MAX_LABEL_CHARS));
  const title = withMarkers(source.title);
  const node = document.createElement(href === null ? 'span' : 'a');
  node.className = 'citation';
  node.dataset['source'] = String(number);
  node.ariaLabel = label === title ? title : `${label}: ${title}`;
  if (node instanceof HTMLAnchorElement) linkTo(node, href ?? '');
  else [node.role, node.tabIndex] = ['button', 0];
  if (given || icon !== null) {
    const words = document.createElement('span');
    words.className = 'citation-label';
    words.append(label);
    node.append(...(icon === null ? [] : [iconNode(icon)]), words);
    node.classList.add('labelled');
    return node;
  }
  node.append(label);
  const raised = document.createElement('sup');
  raised.append(node);
  return raised;
}

function linkTo(link: HTMLAnchorElement, href: string): void {
  link.href = href;
  link.target = '_blank';
  link.rel = 'noopener noreferrer';
}

type Drawing = { readonly original: SVGElement; readonly copies: SVGElement[] };
const drawings = new Map<string, Drawing>();

/**
 * A copy of one drawing for each name: the renderer compares the nodes of each update with those before it,
 * so they must be equal, drawn or not yet.
 */
function iconNode(name: string): SVGElement {
  const { original, copies } = drawings.get(name) ?? drawingOf(name);
  const copy = original.cloneNode(true) as SVGElement;
  if (!copy.hasChildNodes()) copies.push(copy);
  return copy;
}

function drawingOf(name: string): Drawing {
  const drawing: Drawing = { original: drawIcon(name), copies: [] };
  const { original, copies } = drawing;
  const arrival = new MutationObserver(() => {
    for (const copy of copies.splice(0)) copy.replaceChildren(...original.cloneNode(true).childNodes);
    arrival.disconnect();
  });
  arrival.observe(original, { childList: true });
  drawings.set(name, drawing);
  return drawing;
}
