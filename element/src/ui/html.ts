// Templates whose words show the characters that nobody would see: titles, names and answers come from people and models.
import { html as template, type TemplateResult } from 'lit-html';
import { withMarkers } from '../hidden.ts';
import { MAX_TEXT_CHARS } from './long_text.ts';

/** One of these is no title and no name. */
function shown(text: string): string {
  return withMarkers(text.length > MAX_TEXT_CHARS ? `${text.slice(0, MAX_TEXT_CHARS)}…` : text);
}

/** `html` of lit-html, with an end to every string and markers for hidden characters in every string but the `.value` of a field, which goes back to the server. */
export function html(strings: TemplateStringsArray, ...values: readonly unknown[]): TemplateResult {
  const isText = (value: unknown, at: number): value is string => typeof value === 'string' && strings[at]?.endsWith('.value=') !== true;
  return template(strings, ...values.map((value, at) => (isText(value, at) ? shown(value) : value)));
}
