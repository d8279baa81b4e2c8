// Items grouped into turns: a person's message and what answers it. Unchanged turns are the same objects, so that
// only the turns that changed are rendered again.
import type { AssistantMessageItem, StructuredInputItem, UserMessageItem } from '../../protocol/wire.ts';
import type { ItemView, ConnectionStatus, ThreadView } from '../../session/view/view.ts';
import { wasDecided } from './confirmation_text.ts';
import type { Strings } from '../i18n/strings.ts';

export type Turn = {
  readonly key: string;
  readonly items: readonly ItemView[];
};

function sameItems(a: readonly ItemView[], b: readonly ItemView[]): boolean {
  return a.length === b.length && a.every((item, at) => item === b[at]);
}

function split(items: readonly ItemView[]): ItemView[][] {
  const groups: ItemView[][] = [];
  for (const view of items) {
    const group = groups.at(-1);
    if (group === undefined || view.item.type === 'user_message') groups.push([view]);
    else group.push(view);
  }
  return groups;
}

/** How many turns of `previous` begin `items` unchanged; the last one may still grow and never counts. */
function unchangedTurns(items: readonly ItemView[], previous: readonly Turn[]): number {
  let at = 0;
  for (let turn = 0; turn < previous.length - 1; turn++) {
    for (const view of previous[turn]?.items ?? []) if (items[at++] !== view) return turn;
    // Where a person's message was taken out, what answered it belongs to the turn before.
    if (items[at]?.item.type !== 'user_message') return turn;
  }
  return Math.max(0, previous.length - 1);
}

/** `kept` of them, from the start, are the same objects as before. */
export type Turns = { readonly list: readonly Turn[]; readonly kept: number };

/** The turns of `items`. Those of `previous` are reused where their items are the same objects. */
export function turnsOf(items: readonly ItemView[], previous: readonly Turn[] = []): Turns {
  const kept = unchangedTurns(items, previous);
  let at = 0;
  for (let turn = 0; turn < kept; turn++) at += previous[turn]?.items.length ?? 0;
  const known = new Map(previous.slice(kept).map((turn) => [turn.items[0], turn]));
  const fresh = split(items.slice(at)).map((group) => {
    const same = known.get(group[0] as ItemView);
    return same !== undefined && sameItems(same.items, group)
      ? same
      : { key: group[0]?.item.id ?? '', items: group };
  });
  return { list: [...previous.slice(0, kept), ...fresh], kept };
}

export function userItemOf(turn: Turn): UserMessageItem | null {
  const first = turn.items[0]?.item;
  return first?.type === 'user_message' ? first : null;
}

/** The items that the assistant made, by which feedback is given. */
export function answerIds(turn: Turn): string[] {
  return turn.items
    .filter(({ item }) => item.type !== 'user_message' && item.type !== 'end_of_turn')
    .map(({ item }) => item.id);
}

function textOf(item: AssistantMessageItem): string {
  return item.content.map(({ text }) => text).join('\n\n');
}

/** What "copy" copies: the answer's texts and the copyable text of its widgets, as markdown. */
export function answerText(turn: Turn): string {
  const parts = turn.items.map(({ item }) => {
    if (item.type === 'assistant_message') return textOf(item);
    return item.type === 'widget' ? (item.copy_text ?? '') : '';
  });
  return parts.filter((part) => part !== '').join('\n\n');
}

/** What "copy" copies of a person's message. */
export function messageText({ content }: UserMessageItem): string {
  return content.map(({ text }) => text).join('');
}

export function isVisible({ item }: ItemView): boolean {
  // An open question stands in the composer's place.
  if (item.type === 'client_tool_call') return wasDecided(item);
  if (item.type === 'end_of_turn' || (item.type === 'structured_input' && item.status === 'pending'))
    return false;
  return item.type !== 'assistant_message' || item.content.some(({ text }) => text !== '');
}

/** The assistant shows something in this turn. */
export function hasAnswer(turn: Turn): boolean {
  return turn.items.some(
    (view) => view.item.type !== 'user_message' && view.item.type !== 'client_tool_call' && isVisible(view),
  );
}

/** Text is arriving, or a workflow shows its own progress: no other sign of work is needed. */
export function isProducing(turn: Turn): boolean {
  const last = turn.items.filter(isVisible).at(-1);
  return last?.status === 'streaming' && last.item.type !== 'user_message';
}

/** Nobody answers yet what has not been sent. */
export function connectionText(
  items: readonly ItemView[],
  connection: Exclude<ConnectionStatus, 'live'>,
  strings: Strings,
): string {
  const isUnsent = items.some(({ status }) => status === 'sending');
  return connection === 'offline' && isUnsent ? strings.offlineUnsent : strings[connection];
}

/** The questions that the thread ends with and that wait for their answers. */
export function pendingInput({ items, phase }: ThreadView): StructuredInputItem | null {
  const last = phase === 'idle' ? items.findLast(({ item }) => item.type !== 'end_of_turn')?.item : undefined;
  return last?.type === 'structured_input' && last.status === 'pending' && last.inputs.length > 0
    ? last
    : null;
}
