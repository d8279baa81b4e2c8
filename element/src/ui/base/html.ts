// Templates that mark hidden characters in their strings: titles, names and answers come from people and
// models.
import { type TemplateResult, html as template } from 'lit-html';
import { withMarkers } from '../../markdown/hidden.ts';

/** The maximum length of a string: longer ones are slow to lay out, and are neither titles nor names. */
export const MAX_TEXT_CHARS = 20_000;

function shown(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return withMarkers(value.length > MAX_TEXT_CHARS ? `${value.slice(0, MAX_TEXT_CHARS)}…` : value);
}

/**
 * `html` of lit-html with truncated strings and markers for hidden characters. Not for fields, whose text is
 * sent to the server.
 */
export function html(strings: TemplateStringsArray, ...values: readonly unknown[]): TemplateResult {
  return template(strings, ...values.map(shown));
}
