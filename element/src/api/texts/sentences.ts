// The element's own error messages, as in `ChatError`, which every translation has.

export const SENTENCES = [
  'The server cannot be reached. Check the connection and try again.',
  'The connection was lost. Check the network and try again.',
  'The connection was lost before the answer was complete.',
  'The server did not answer.',
  'The answer could not be read.',
  'The answer was interrupted.',
  'The answer could not be finished.',
  'Something went wrong while answering.',
  'Something went wrong in the chat.',
  'You need to sign in to use this chat.',
  'You are not allowed to do this.',
  'This conversation was not found.',
  'There is no chat at this address.',
  'Another response is still running in this conversation.',
  'The message is too large.',
  'Too many requests. Wait a moment and try again.',
  'Something went wrong on the server.',
  'The server refused the request.',
  'The assistant called tools too many times in one turn.',
  'A response is still running. Wait until it ends, or stop it first.',
  'Another response is running in this conversation. Try again when it ends.',
  'The conversation is not loaded.',
  'This conversation is locked.',
  'This conversation is closed.',
] as const;

export type Sentence = (typeof SENTENCES)[number];
