// The strings of text chat, in English. `strings_more.ts` has those of the parts that load later; `locales/` has the other languages.
import type { more } from './strings_more.ts';

export type Strings = Omit<typeof core, 'sentences'> &
  typeof more & { readonly sentences: Readonly<Partial<Record<Sentence, string>>> };

/** The words of another language, none left out. */
export type Translation = Strings & { readonly sentences: Readonly<Record<Sentence, string>> };

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

/** `message` in the language of `strings`; as it is when somebody else wrote it. */
export function said(message: string, { sentences }: Strings): string {
  return Object.hasOwn(sentences, message) ? (sentences[message as Sentence] ?? message) : message;
}

const core = {
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
  sentences: {},
  notice: { info: 'Information', warning: 'Warning', danger: 'Problem' },
};

/** Whole once `strings_more.ts` is loaded; until then nothing is shown that says more. */
export const english = core as unknown as Strings;
