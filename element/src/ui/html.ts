// Templates whose words show the characters that nobody would see: titles, names and answers come from people and models.
import { html as template, type TemplateResult } from 'lit-html';
import { withMarkers } from '../hidden.ts';

/** `html` of lit-html, with markers for hidden characters in every string but the `.value` of a field, which goes back to the server. */
export function html(strings: TemplateStringsArray, ...values: readonly unknown[]): TemplateResult {
  const isShown = (value: unknown, at: number): value is string => typeof value === 'string' && strings[at]?.endsWith('.value=') !== true;
  return template(strings, ...values.map((value, at) => (isShown(value, at) ? withMarkers(value) : value)));
}
