// The words of files and pictures in the language of a chat.
import { FILE_TEXTS } from '../../api/texts/file_texts.ts';
import { type Compiled, compile } from '../i18n/compile.ts';
import type { Strings } from '../i18n/strings.ts';

export function wordsOf({ files = {} }: Strings): Compiled<typeof FILE_TEXTS> {
  return compile(FILE_TEXTS, files, 'en');
}
