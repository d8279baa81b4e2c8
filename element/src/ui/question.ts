// Whether a tool of the page may run: what it is, what it is given, and the person's answer.
import { html, nothing, type TemplateResult } from 'lit';
import type { ClientToolCallItem } from '../protocol/wire.ts';
import { icon } from './icons.ts';
import type { Strings } from './strings.ts';

export type QuestionContext = { readonly strings: Strings; readonly decide: (callId: string, isAllowed: boolean) => void };

/** "delete_rows" and "deleteRows" are "delete rows". */
function words(name: string): string {
  return name.replace(/([a-z\d])([A-Z])/g, '$1 $2').replace(/[_\-\s]+/g, ' ').trim().toLowerCase();
}

export function questionText({ name, confirm }: ClientToolCallItem, strings: Strings): string {
  return typeof confirm === 'string' && confirm.trim() !== '' ? confirm : strings.mayRun(words(name));
}

/** A list of plain values on one line, what has a shape of its own as indented JSON. */
function valueText(value: unknown): string {
  if (typeof value === 'string') return value;
  const isPlainList = Array.isArray(value) && value.every((one) => typeof one !== 'object');
  return isPlainList ? value.join(', ') : JSON.stringify(value, null, 2);
}

function argumentRow([name, value]: [string, unknown]): TemplateResult {
  return html`<dt><bdi>${words(name)}</bdi></dt><dd dir="auto">${valueText(value)}</dd>`;
}

export function questionTemplate(call: ClientToolCallItem, { strings, decide }: QuestionContext): TemplateResult {
  const text = questionText(call, strings);
  const given = Object.entries(call.arguments ?? {});
  return html`<div class="question" role="group" aria-label=${text}>
    ${icon('circle-question')}
    <p class="question-text" dir="auto">${text}</p>
    ${given.length === 0 ? nothing : html`<dl class="arguments">${given.map(argumentRow)}</dl>`}
    <div class="question-foot">
      <code class="line" title=${strings.toolName}>${call.name}</code><span class="spring"></span>
      <button type="button" class="button" @click=${() => decide(call.call_id, false)}>${strings.decline}</button>
      <button type="button" class="button primary" @click=${() => decide(call.call_id, true)}>${strings.allow}</button>
    </div>
  </div>`;
}
