// The words of files and pictures in the language of a chat.
import { ENGLISH_FILE_WORDS, type FileWords } from '../i18n/file_words.ts';
import type { Strings } from '../i18n/strings.ts';

export function wordsOf({ files }: Strings): FileWords {
  return files ?? ENGLISH_FILE_WORDS;
}
