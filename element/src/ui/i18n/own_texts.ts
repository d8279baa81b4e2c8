// Checks the texts of a page, the option `strings`.
import { SENTENCES } from '../../api/texts/sentences.ts';
import { type AllTexts, type OwnTexts, type PluralForms, TEXTS } from '../../api/texts/texts.ts';
import { OptionsError } from '../../protocol/errors.ts';
import { PLACEHOLDERS } from './compile.ts';

/** The texts of widgets and files belong to other bundles, so only their names and placeholders are here. */
const WIDGETS: AllTexts['widgets'] = {
  showMore: { other: '#' },
  clear: '',
  search: '',
  noMatches: '',
  chooseDate: '',
  previousMonth: '',
  nextMonth: '',
  previousYear: '',
  nextYear: '',
  cut: '',
  missing: '',
  patternMismatch: '',
  table: '',
  over: '',
  chart: '{labels}',
  noData: '',
};
const FILES: AllTexts['files'] = {
  dropFiles: '',
  camera: '',
  chooseFiles: '',
  enlarge: '{name}',
  close: '',
  failedFile: '',
};

type Texts = Readonly<Record<string, unknown>>;

const ALL: Texts = {
  ...TEXTS,
  sentences: Object.fromEntries(SENTENCES.map((sentence) => [sentence, sentence])),
  widgets: WIDGETS,
  files: FILES,
};

/** The texts of `own` that can be used; each other one is `refused`. */
export function validTexts(own: OwnTexts, refused: (error: Error) => void): OwnTexts {
  return checked(ALL, own as Texts, 'strings', refused) as OwnTexts;
}

function checked(model: Texts, own: Texts, path: string, refused: (error: Error) => void): Texts {
  const valid: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(own)) {
    if (text === undefined) continue;
    const option = `${path}.${name}`;
    const known = Object.hasOwn(model, name) ? model[name] : undefined;
    const problem = problemOf(known, text);
    if (problem !== null) refused(new OptionsError(option, problem));
    else if (isSection(known)) valid[name] = checked(known, text as Texts, option, refused);
    else valid[name] = text;
  }
  return valid;
}

function problemOf(known: unknown, text: unknown): string | null {
  if (known === undefined) return 'is no text of the chat. docs/locales.md lists all texts.';
  if (isSection(known)) return isSection(text) ? null : 'must be an object of texts.';
  if (typeof known === 'string')
    return typeof text === 'string' ? placeholderProblem(known, text) : 'must be a string.';
  return isForms(text) && Object.values(text).every((form) => typeof form === 'string')
    ? null
    : 'must be an object of plural forms with "other", such as { one: "# file", other: "# files" }.';
}

function placeholderProblem(known: string, text: string): string | null {
  const names = known.match(PLACEHOLDERS) ?? [];
  const stranger = text.match(PLACEHOLDERS)?.find((name) => !names.includes(name as never));
  if (stranger === undefined) return null;
  return `has the placeholder ${stranger}. It can have ${names.length === 0 ? 'none' : names.join(' and ')}.`;
}

/** A group of texts, such as `widgets`. */
export function isSection(value: unknown): value is Texts {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isForms(value);
}

export function isForms(value: unknown): value is PluralForms {
  return typeof value === 'object' && value !== null && 'other' in value;
}
