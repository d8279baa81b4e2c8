// Templates whose words show the characters that nobody would see: titles, names and answers come from people and models.
import { type TemplateResult, html as template } from 'lit-html';
import { withMarkers } from '../../markdown/hidden.ts';

/** What is shown of a text at once: longer ones take long to lay out, and are no titles and no names. */
export const MAX_TEXT_CHARS = 20_000;

function shown(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return withMarkers(value.length > MAX_TEXT_CHARS ? `${value.slice(0, MAX_TEXT_CHARS)}…` : value);
}

/** `html` of lit-html, with an end to every string and markers for its hidden characters. Not for fields, whose text goes back to the server. */
export function html(strings: TemplateStringsArray, ...values: readonly unknown[]): TemplateResult {
  return template(strings, ...values.map(shown));
}
