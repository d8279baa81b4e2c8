// Where a picture that the server names is loaded from.
import { isWithin, safeItemImageSource } from '../../markdown/render/pictures.ts';
import { isBelow } from '../../protocol/client.ts';
import { visitorKey } from '../../session/visitor.ts';
import type { ChatContext } from '../context.ts';
import { PictureStore, type StoredPicture } from './picture_store.ts';

/** An address that the browser loads, or a picture that the page itself loads. */
export type PictureSource = string | StoredPicture;

/** The pictures of each session: another person has another one. */
const stores = new WeakMap<object, PictureStore>();

export function storeOf(chat: ChatContext): PictureStore {
  const owner = chat.session ?? chat;
  const store = stores.get(owner) ?? new PictureStore();
  stores.set(owner, store);
  return store;
}

/**
 * The sources of the picture at `address`, which are tried in order; none if it may not be loaded. What only
 * the page's own `fetch` or the key of a visitor can show, no `<img>` can load from the chat's server.
 */
export function sourcesOf(address: string | null | undefined, chat: ChatContext): readonly PictureSource[] {
  if (address == null) return [];
  const { api } = chat.options;
  const own = ownAddress(address, api.url);
  if (own === null) {
    const source = safeItemImageSource(address, chat.imageDomains);
    return source === null ? [] : [source];
  }
  if (api.fetch === undefined && visitorKey(api.url) === null) return [own];
  const { session } = chat;
  return session === null ? [] : [{ key: own, load: (signal) => session.download(own, signal) }, own];
}

/** `address` if it is below the URL of the chat; null if not. */
function ownAddress(address: string, base: string): string | null {
  try {
    const { href, pathname, username, password } = new URL(address, document.baseURI);
    const isOwn = isBelow(href, base) && isWithin(pathname, new URL(base, document.baseURI).pathname);
    return isOwn && username + password === '' ? href : null;
  } catch {
    return null; // No URL.
  }
}
