// The strings of the chat, in the language of one chat.
import type { Sentence } from '../../api/texts/sentences.ts';
import { type OwnTexts, TEXTS } from '../../api/texts/texts.ts';
import { type Compiled, compile } from './compile.ts';

/** The texts of widgets and files are compiled by their bundles. */
export type Strings = Compiled<typeof TEXTS> & Pick<OwnTexts, 'sentences' | 'widgets' | 'files'>;

export const english: Strings = compile(TEXTS, {}, 'en');

/** `message` in the language of `strings`; unchanged if it is not one of the element's own. */
export function said(message: string, { sentences = {} }: Strings): string {
  return Object.hasOwn(sentences, message) ? (sentences[message as Sentence] ?? message) : message;
}
