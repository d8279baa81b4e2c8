// Confirmations of client tools, and the questions of structured inputs.
import { nothing, type TemplateResult } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import type { ClientToolCallItem, StructuredInputItem } from '../../protocol/wire.ts';
import { html } from '../base/html.ts';
import { icon } from '../base/icons.ts';
import { longText } from '../base/long_text.ts';
import type { Strings } from '../i18n/strings.ts';
import { codeOf, confirmationText, words } from './confirmation_text.ts';
import type { ItemContext } from './items.ts';
import { confirmations } from './styles/confirmations.ts';

export const styles = [confirmations];

export type ConfirmationContext = {
  readonly strings: Strings;
  readonly decide: (itemId: string, isAllowed: boolean) => void;
};

/** A list of plain values on one line, other values as indented JSON. */
function valueText(value: unknown): string {
  if (typeof value === 'string') return value;
  const isPlainList = Array.isArray(value) && value.every((one) => typeof one !== 'object');
  return isPlainList ? value.join(', ') : JSON.stringify(value, null, 2);
}

function argumentRow([name, value]: [string, unknown], label: string): TemplateResult {
  return html`<dt><bdi>${words(name)}</bdi></dt><dd dir="auto">${longText(valueText(value), label)}</dd>`;
}

/** Keyed by call, so that the next confirmation gets the focus when one is answered. */
export function confirmationsTemplate(
  calls: readonly ClientToolCallItem[],
  context: ConfirmationContext,
): unknown {
  return repeat(
    calls,
    ({ call_id }) => call_id,
    (call) => confirmationTemplate(call, context),
  );
}

function confirmationTemplate(
  call: ClientToolCallItem,
  { strings, decide }: ConfirmationContext,
): TemplateResult {
  const text = confirmationText(call, strings);
  const given = Object.entries(call.arguments ?? {});
  return html`<div class="question" part="question" role="group" aria-label=${text}>
    ${icon('circle-question')}
    <p class="question-text" dir="auto">${text}</p>
    ${
      given.length === 0
        ? nothing
        : html`<dl class="arguments">${given.map((one) => argumentRow(one, strings.showAll))}</dl>`
    }
    <div class="question-foot">
      <span class="spring"></span>
      <button type="button" class="button" @click=${() => decide(call.id, false)}>${strings.decline}</button>
      <button type="button" class="button primary"
        @click=${() => decide(call.id, true)}>${strings.allow}</button>
    </div>
  </div>`;
}

/** The person's answer to a confirmation. */
export function decision(call: ClientToolCallItem, { strings }: ItemContext): unknown {
  const what =
    typeof call.confirm === 'string' && call.confirm.trim() !== '' ? call.confirm : words(call.name);
  const isDeclined = codeOf(call) === 'declined';
  const text = isDeclined ? strings.youDeclined(what) : strings.youAllowed(what);
  return html`<p class="decision"
    dir="auto">${icon(isDeclined ? 'close' : 'check')}<span>${text}</span></p>`;
}

/** The questions in the thread with their answers. */
export function structuredInput(item: StructuredInputItem, { strings, locale }: ItemContext): TemplateResult {
  return html`<article class="assistant framed" part="structured-input" aria-label=${strings.assistant}>
    <dl class="questions">
      ${item.inputs.map(({ question, answer }) => {
        const reply =
          answer == null
            ? ''
            : answer.skipped
              ? strings.skipped
              : new Intl.ListFormat(locale, { type: 'unit' }).format(answer.values);
        return html`<dt dir="auto">${question}</dt>${
          reply === '' ? nothing : html`<dd dir="auto">${reply}</dd>`
        }`;
      })}
    </dl>
  </article>`;
}
