// Loads the cards when a chat has something to point at, so that they are there when somebody does.
import type { ChatContext } from '../context.ts';
import { ExtrasLoader } from '../extras_loader.ts';

export type Cards = typeof import('../../cards.ts');

/** The bundles of all chats. */
const ofChats = new WeakMap<ChatContext, ExtrasLoader<Cards>>();

export function cardsOf(chat: ChatContext): ExtrasLoader<Cards> {
  const loader =
    ofChats.get(chat) ??
    new ExtrasLoader<Cards>(
      (styles) => chat.adopt(styles),
      (error) => chat.failed('part.failed', error, { part: 'cards' }),
      () => import('../../cards.ts'),
    );
  ofChats.set(chat, loader);
  return loader;
}
