// Long plain text: its beginning, and a button for the rest, since it is slow to lay out.
import type { DirectiveResult } from 'lit-html/directive.js';
import { guard } from 'lit-html/directives/guard.js';
import { withMarkers } from '../../markdown/hidden.ts';
import { MAX_TEXT_CHARS } from './html.ts';

export function longText(text: string, label: string): string | DirectiveResult {
  return text.length <= MAX_TEXT_CHARS ? text : guard([text, label], () => collapsed(text, label));
}

function collapsed(text: string, label: string): Element {
  const node = document.createElement('span');
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'button show-all';
  button.textContent = label;
  button.addEventListener('click', () => node.replaceChildren(withMarkers(text)));
  node.append(`${withMarkers(text.slice(0, MAX_TEXT_CHARS))}…`, button);
  return node;
}
