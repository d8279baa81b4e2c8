// The texts of the chat in English, which a page can replace.
import type { FILE_TEXTS } from './file_texts.ts';
import type { Sentence } from './sentences.ts';
import type { WIDGET_TEXTS } from './widget_texts.ts';

/** The forms of a counted text by the plural categories of its language; `#` stands for the number. */
export type PluralForms = { readonly other: string } & Partial<Readonly<Record<Intl.LDMLPluralRule, string>>>;

/** Texts with the names of `Texts`, in any language. */
export type TextsLike<Texts> = {
  readonly [Name in keyof Texts]: Texts[Name] extends PluralForms
    ? PluralForms
    : Texts[Name] extends string
      ? string
      : TextsLike<Texts[Name]>;
};

export const TEXTS = {
  conversation: 'Conversation',
  newChat: 'New chat',
  history: 'Chats',
  openHistory: 'Show chats',
  closeHistory: 'Close chats',
  greeting: 'What can I help with today?',
  suggestions: 'Suggestions',
  you: 'You',
  assistant: 'Assistant',
  placeholder: 'Message the AI',
  message: 'Message',
  send: 'Send',
  stop: 'Stop',
  responding: 'The assistant is answering.',
  finished: 'The answer is complete.',
  working: 'Thinking…',
  reconnecting: 'Reconnecting…',
  offline: 'You are offline. The answer will continue when you reconnect.',
  offlineUnsent: 'You are offline. Trying to send…',
  mayRun: 'Allow “{tool}”?',
  stopped: 'Stopped',
  stoppedAnnounced: 'The answer was stopped.',
  loading: 'Loading',
  jumpToLatest: 'Jump to the latest message',
  copy: 'Copy',
  copied: 'Copied',
  copyFailed: 'Could not copy',
  copyAnswer: 'Copy answer',
  copyMessage: 'Copy message',
  goodAnswer: 'Good answer',
  badAnswer: 'Bad answer',
  retry: 'Retry',
  retryAnswer: 'Answer again',
  tryAgain: 'Try again',
  errorTitle: 'Something went wrong',
  notSent: 'Not sent.',
  dismiss: 'Dismiss',
  locked: 'This conversation is locked.',
  closed: 'This conversation is closed.',
  startNewChat: 'Start a new chat',
  notLoaded: 'This conversation could not be loaded.',
  removeAttachment: 'Remove {name}',
  showAll: 'Show all',
  footnotes: 'Footnotes',
  footnoteBack: 'Back to reference {number}',
  taskDone: 'Done',
  taskOpen: 'To do',
  quote: 'Quoting',
  removeQuote: 'Remove the quote',
  allow: 'Allow',
  decline: 'Decline',
  youAllowed: 'You allowed: {what}',
  youDeclined: 'You declined: {what}',
  untitled: 'New conversation',
  attach: 'Attach files',
  uploading: 'Uploading',
  tooManyFiles: {
    one: 'You can send only # file at a time.',
    other: 'You can send only # files at a time.',
  },
  fileRefused: '“{name}” is not a supported file type.',
  fileTooLarge: '“{name}” is larger than {limit}.',
  dictate: 'Dictate',
  stopDictating: 'Stop dictating',
  writingDown: 'Transcribing…',
  noMicrophone: 'The microphone is not available. Allow access for this page and try again.',
  notUnderstood: 'Your speech could not be transcribed. Try again.',
  chooseTool: 'Choose a tool',
  removeTool: 'Stop using {label}',
  model: 'Model',
  tools: 'Tools',
  mention: 'Mention something',
  mentions: 'Mentions',
  commands: 'Commands',
  searchingFor: 'Searching…',
  searchFailed: 'The search failed. Keep typing to try again.',
  suggestionsFound: { one: '# suggestion', other: '# suggestions' },
  thinking: 'Thinking',
  thought: 'Thought',
  thoughtFor: 'Thought for {duration}',
  workedFor: 'Worked for {duration}',
  searching: 'Searching the web',
  searched: 'Searched the web',
  readingFiles: 'Reading files',
  readFiles: 'Read files',
  creatingImage: 'Creating an image',
  createdImage: 'Created an image',
  generatedImage: 'Generated image',
  workingOn: 'Working on it',
  steps: { one: '# step', other: '# steps' },
  skipped: 'Skipped',
  questions: 'Questions',
  place: '{at} of {count}',
  back: 'Back',
  next: 'Next',
  skip: 'Skip',
  skipAll: 'Skip all',
  otherAnswer: 'Something else',
  threadActions: 'More actions for this chat',
  rename: 'Rename',
  renameTo: 'New title',
  delete: 'Delete',
  deleted: 'Chat deleted',
  undo: 'Undo',
  more: 'Show more',
  noThreads: 'No chats yet',
  noThreadsHint: 'Your conversations will appear here.',
  threadsFailed: 'The chats could not be loaded.',
  renameFailed: 'The new title could not be saved.',
  deleteFailed: 'The chat could not be deleted.',
  lastSevenDays: 'Last 7 days',
  shortcuts: 'Keyboard shortcuts',
  keyNewLine: 'New line',
  keyEscape: 'Close, or stop the answer',
  keyArrows: 'Move in lists and menus',
  sources: { one: '# source', other: '# sources' },
  openLink: 'Open this link?',
  linkNames: 'Its text names {named}, but it leads to:',
  linkDisguised: 'Its address may look like another one. It leads to:',
  linkCarries: 'Its address is long and may contain text from this conversation. It leads to:',
  linkAddress: 'Full address',
  open: 'Open',
  cancel: 'Cancel',
  reply: 'Reply',
  undoChanges: 'Undo changes',
  redoChanges: 'Redo changes',
  changesUndone: 'Changes undone',
  changesRedone: 'Changes redone',
  pageLocked: 'The page is locked until the answer ends.',
  pageFree: 'You can use the page again.',
  notice: { info: 'Information', warning: 'Warning', danger: 'Problem' },
} as const;

/** All texts of the chat, as in a file of a language. */
export type AllTexts = TextsLike<typeof TEXTS> & {
  readonly sentences: Readonly<Record<Sentence, string>>;
  readonly widgets: TextsLike<typeof WIDGET_TEXTS>;
  readonly files: TextsLike<typeof FILE_TEXTS>;
};

/** Some texts of the chat. A placeholder such as `{name}` is replaced by its value. */
export type OwnTexts = {
  readonly [Name in keyof AllTexts]?: AllTexts[Name] extends string | PluralForms
    ? AllTexts[Name]
    : Partial<AllTexts[Name]>;
};
