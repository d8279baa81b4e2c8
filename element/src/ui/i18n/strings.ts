// The strings in English; `locales/` has the other languages.
import type { FileWords } from './file_words.ts';
import { plural } from './plural.ts';
import type { WidgetWords } from './widget_words.ts';

export type Strings = Omit<typeof words, 'sentences'> & {
  readonly sentences: Readonly<Partial<Record<Sentence, string>>>;
  /** Those of widgets in another language than English. */
  readonly widgets?: WidgetWords;
  /** Those of files, in the same way. */
  readonly files?: FileWords;
};

/** A complete translation. */
export type Translation = Strings & {
  readonly sentences: Readonly<Record<Sentence, string>>;
  readonly widgets: WidgetWords;
  readonly files: FileWords;
};

/** The element's own error messages, as in `ChatError`; every translation has all of them. */
export type Sentence =
  | 'The server cannot be reached. Check the connection and try again.'
  | 'The connection was lost. Check the network and try again.'
  | 'The connection was lost before the answer was complete.'
  | 'The server did not answer.'
  | 'The answer could not be read.'
  | 'The answer was interrupted.'
  | 'The answer could not be finished.'
  | 'Something went wrong while answering.'
  | 'Something went wrong in the chat.'
  | 'You need to sign in to use this chat.'
  | 'You are not allowed to do this.'
  | 'This conversation was not found.'
  | 'There is no chat at this address.'
  | 'Another response is still running in this conversation.'
  | 'The message is too large.'
  | 'Too many requests. Wait a moment and try again.'
  | 'Something went wrong on the server.'
  | 'The server refused the request.'
  | 'The assistant called tools too many times in one turn.'
  | 'A response is still running. Wait until it ends, or stop it first.'
  | 'Another response is running in this conversation. Try again when it ends.'
  | 'The conversation is not loaded.'
  | 'This conversation is locked.'
  | 'This conversation is closed.';

/** `message` in the language of `strings`; unchanged if it is not one of the element's own. */
export function said(message: string, { sentences }: Strings): string {
  return Object.hasOwn(sentences, message) ? (sentences[message as Sentence] ?? message) : message;
}

const words = {
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
  mayRun: (tool: string): string => `Allow “${tool}”?`,
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
  removeAttachment: (name: string): string => `Remove ${name}`,
  showAll: 'Show all',
  footnotes: 'Footnotes',
  footnoteBack: (number: number): string => `Back to reference ${number}`,
  taskDone: 'Done',
  taskOpen: 'To do',
  quote: 'Quoting',
  removeQuote: 'Remove the quote',
  allow: 'Allow',
  decline: 'Decline',
  youAllowed: (what: string): string => `You allowed: ${what}`,
  youDeclined: (what: string): string => `You declined: ${what}`,
  untitled: 'New conversation',
  attach: 'Attach files',
  uploading: 'Uploading',
  tooManyFiles: plural('en', {
    one: 'You can send only # file at a time.',
    other: 'You can send only # files at a time.',
  }),
  fileRefused: (name: string): string => `“${name}” is not a supported file type.`,
  fileTooLarge: (name: string, limit: string): string => `“${name}” is larger than ${limit}.`,
  dictate: 'Dictate',
  stopDictating: 'Stop dictating',
  writingDown: 'Transcribing…',
  noMicrophone: 'The microphone is not available. Allow access for this page and try again.',
  notUnderstood: 'Your speech could not be transcribed. Try again.',
  chooseTool: 'Choose a tool',
  removeTool: (label: string): string => `Stop using ${label}`,
  model: 'Model',
  tools: 'Tools',
  mention: 'Mention something',
  mentions: 'Mentions',
  commands: 'Commands',
  searchingFor: 'Searching…',
  searchFailed: 'The search failed. Keep typing to try again.',
  suggestionsFound: plural('en', { one: '# suggestion', other: '# suggestions' }),
  thinking: 'Thinking',
  thought: 'Thought',
  thoughtFor: (duration: string): string => `Thought for ${duration}`,
  workedFor: (duration: string): string => `Worked for ${duration}`,
  searching: 'Searching the web',
  searched: 'Searched the web',
  readingFiles: 'Reading files',
  readFiles: 'Read files',
  creatingImage: 'Creating an image',
  createdImage: 'Created an image',
  generatedImage: 'Generated image',
  workingOn: 'Working on it',
  steps: plural('en', { one: '# step', other: '# steps' }),
  skipped: 'Skipped',
  questions: 'Questions',
  place: (at: number, count: number): string => `${at} of ${count}`,
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
  sources: plural('en', { one: '# source', other: '# sources' }),
  openLink: 'Open this link?',
  linkNames: (named: string): string => `Its text names ${named}, but it leads to:`,
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
  sentences: {},
  notice: { info: 'Information', warning: 'Warning', danger: 'Problem' },
};

export const english: Strings = words;
