// Every word the chat says, in English. The other languages are in `locales/`.
import { plural } from './locales/plural.ts';

export type Strings = Omit<typeof english, 'sentences'> & { readonly sentences: Readonly<Partial<Record<Sentence, string>>> };

/** The words of another language, none left out. */
export type Translation = Strings & { readonly sentences: Readonly<Record<Sentence, string>> };

/** What the element itself says of trouble, in the words of `ChatError`s; a translation has all of them. */
export type Sentence =
  | 'The server cannot be reached. Check the connection and try again.'
  | 'The connection was lost. Check the network and try again.'
  | 'The connection was lost before the answer was complete.'
  | 'The server gave no answer.'
  | 'The answer could not be read.'
  | 'The answer was interrupted.'
  | 'The answer could not be finished.'
  | 'Something went wrong while answering.'
  | 'Something went wrong in the chat.'
  | 'You need to sign in to use this chat.'
  | 'You are not allowed to do this.'
  | 'The server did not find this conversation.'
  | 'Another response is still running in this conversation.'
  | 'The message is too large.'
  | 'Too many requests. Wait a moment and try again.'
  | 'The server had a problem.'
  | 'The server refused the request.'
  | 'The assistant called tools too many times in one turn.'
  | 'A response is still running. Wait until it ends, or stop it first.'
  | 'Another response is running in this conversation. Try again when it is over.'
  | 'The conversation is not loaded.'
  | 'This conversation is locked.'
  | 'This conversation is closed.';

/** `message` in the language of `strings`; as it is when somebody else wrote it. */
export function said(message: string, { sentences }: Strings): string {
  return Object.hasOwn(sentences, message) ? (sentences[message as Sentence] ?? message) : message;
}

export const english = {
  chat: 'Chat',
  conversation: 'Conversation',
  newChat: 'New chat',
  untitled: 'New conversation',
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
  working: 'Working',
  reconnecting: 'Reconnecting…',
  offline: 'You are offline. The answer will catch up.',
  offlineUnsent: 'You are offline. Trying to send…',
  mayRun: (tool: string): string => `Allow “${tool}”?`,
  allow: 'Allow',
  decline: 'Decline',
  toolName: 'Tool',
  stopped: 'Stopped',
  stoppedAnnounced: 'The answer was stopped.',
  loading: 'Loading',
  jumpToLatest: 'Jump to the latest message',
  copy: 'Copy',
  copied: 'Copied',
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
  sources: plural('en', { one: '# source', other: '# sources' }),
  reply: 'Reply',
  quote: 'Quoting',
  removeQuote: 'Remove the quote',
  removeAttachment: (name: string): string => `Remove ${name}`,
  attach: 'Attach files',
  uploading: 'Uploading',
  tooManyFiles: plural('en', { one: 'Only # file can be sent at once.', other: 'Only # files can be sent at once.' }),
  fileRefused: (name: string): string => `“${name}” is of a kind that cannot be sent here.`,
  fileTooLarge: (name: string, limit: string): string => `“${name}” is larger than ${limit}.`,
  dictate: 'Dictate',
  stopDictating: 'Stop dictating',
  writingDown: 'Writing down what you said…',
  noMicrophone: 'The microphone cannot be used. Allow it for this page and try again.',
  notUnderstood: 'What you said could not be written down. Try again.',
  chooseTool: 'Choose a tool',
  removeTool: (label: string): string => `Stop using ${label}`,
  model: 'Model',
  tools: 'Tools',
  mention: 'Mention something',
  mentions: 'Things to mention',
  commands: 'Commands',
  searchingFor: 'Searching…',
  searchFailed: 'The search did not work. Type on to try again.',
  suggestionsFound: plural('en', { one: '# suggestion', other: '# suggestions' }),
  thinking: 'Thinking',
  thought: 'Thought',
  thoughtFor: (duration: string): string => `Thought for ${duration}`,
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
  taskDone: 'Done',
  taskOpen: 'To do',
  threadActions: 'More for this chat',
  rename: 'Rename',
  renameTo: 'New title',
  delete: 'Delete',
  deleted: 'Chat deleted',
  undo: 'Undo',
  more: 'Show more',
  noThreads: 'No chats yet',
  noThreadsHint: 'What you talk about will be kept here.',
  threadsFailed: 'The chats could not be loaded.',
  renameFailed: 'The new title could not be saved.',
  deleteFailed: 'The chat could not be deleted.',
  lastSevenDays: 'Last 7 days',
  shortcuts: 'Keyboard shortcuts',
  keyNewLine: 'New line',
  keyEscape: 'Close, or stop the answer',
  keyArrows: 'Move in lists and menus',
  sentences: {},
  notice: { info: 'Information', warning: 'Warning', danger: 'Problem' },
};
