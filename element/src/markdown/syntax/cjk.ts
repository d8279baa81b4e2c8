// Emphasis beside Chinese, Japanese and Korean: https://github.com/tats-u/markdown-cjk-friendly, the
// amendment to CommonMark's rules 2a and 2b. Their punctuation counts as a letter where a run may open or
// close, and stands for a space on its other side.

/** Full-width scripts and their punctuation, as the inside of a character class. */
const CJK =
  '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}' +
  '\\p{Script=Bopomofo}\\u3000-\\u303f\\u3200-\\u33ff\\ufe30-\\ufe4f\\uff01-\\uffee';
/** Punctuation that ends a bare address, because addresses never contain it. */
export const FULL_WIDTH_PUNCTUATION =
  '\\u3001-\\u3003\\u3008-\\u3020\\u30fb\\ufe30-\\ufe4f\\uff01-\\uff0f\\uff1a-\\uff20' +
  '\\uff3b-\\uff40\\uff5b-\\uff65\\u2018\\u2019\\u201c\\u201d\\u2026';

/** Punctuation of other scripts; `~` is none, as in marked's own rules. */
const OTHER = `(?!~)(?![${CJK}])[\\p{P}\\p{S}]`;
/** A letter or a digit of any script, or a full-width character. */
const LETTER = `(?:[^\\s\\p{P}\\p{S}]|~|[${CJK}])`;
const NON_CJK_LETTER = `(?:(?![${CJK}])[^\\s\\p{P}\\p{S}]|~)`;

/** The characters before a run that can open although punctuation follows it. */
export const PUNCTUATION = new RegExp(`^((?![*_])[\\s\\p{P}\\p{S}${CJK}])`, 'u');
export const STRONG_OPENS = new RegExp(
  `^(?:\\*+(?:((?!\\*)${OTHER})|([^\\s*]))?)|^_+(?:((?!_)(?!~)[\\p{P}\\p{S}])|([^\\s_]))?`,
  'u',
);
export const DELETION_OPENS = new RegExp(`^~~(?!~)(?:(${OTHER})|[^\\s~])`, 'u');

/**
 * Matches runs of `mark` that can close. The group tells their meaning to marked: 1 and 2 close, 3 and 4
 * open, 5 and 6 do both. `skipped` comes first and has no groups.
 */
function closers(mark: string, run: string, skipped: string): RegExp {
  const other = `(?!${mark})${OTHER}`;
  return new RegExp(
    [
      skipped,
      `${other}(${run})(?=\\s|$)`,
      `(?:${NON_CJK_LETTER}|[${CJK}](?=${run}(?:\\s|$)))(${run})(?!${mark})(?=\\s|${OTHER}|$)`,
      `(?:\\s|${other}(?!${run}[${CJK}]))(${run})(?=${LETTER})`,
      `\\s(${run})(?!${mark})(?=${OTHER})`,
      `(?:${other}|[${CJK}](?=${run}${OTHER}))(${run})(?!${mark})(?=${OTHER}|[${CJK}])`,
      `${LETTER}(${run})(?=${LETTER})`,
    ].join('|'),
    'gu',
  );
}

export const STRONG_CLOSES = closers('\\*', '\\*+', '^[^_*]*?__[^_*]*?\\*[^_*]*?(?=__)|[^*]+(?=[^*])');
export const DELETION_CLOSES = closers('~', '~~?', '[^~]+(?=[^~])');
