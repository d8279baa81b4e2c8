// Groups of items: a user message and its answer. Unchanged groups are the same objects, so that
// only the groups that changed are rendered again.
import type { AssistantMessageItem, StructuredInputItem, UserMessageItem } from '../../protocol/wire.ts';
import type { ConnectionStatus, ItemView, ThreadView } from '../../session/view/view.ts';
import type { Strings } from '../i18n/strings.ts';
import { wasDecided } from './confirmation_text.ts';

export type MessageGroup = {
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

/**
 * How many groups at the start of `previous` are unchanged in `items`; the last one may still grow and never
 * counts.
 */
function unchangedGroups(items: readonly ItemView[], previous: readonly MessageGroup[]): number {
  let at = 0;
  for (let group = 0; group < previous.length - 1; group++) {
    for (const view of previous[group]?.items ?? []) if (items[at++] !== view) return group;
    // After the removal of a user message, its answer belongs to the previous group.
    if (items[at]?.item.type !== 'user_message') return group;
  }
  return Math.max(0, previous.length - 1);
}

/** The first `unchangedCount` groups are the same objects as before. */
export type MessageGroups = { readonly list: readonly MessageGroup[]; readonly unchangedCount: number };

/** The groups of `items`. Reuses groups of `previous` whose items are the same objects. */
export function groupsOf(items: readonly ItemView[], previous: readonly MessageGroup[] = []): MessageGroups {
  const unchangedCount = unchangedGroups(items, previous);
  let at = 0;
  for (let group = 0; group < unchangedCount; group++) at += previous[group]?.items.length ?? 0;
  const known = new Map(previous.slice(unchangedCount).map((group) => [group.items[0], group]));
  const fresh = split(items.slice(at)).map((group) => {
    const same = known.get(group[0] as ItemView);
    return same !== undefined && sameItems(same.items, group)
      ? same
      : { key: group[0]?.item.id ?? '', items: group };
  });
  return { list: [...previous.slice(0, unchangedCount), ...fresh], unchangedCount };
}

export function userItemOf(group: MessageGroup): UserMessageItem | null {
  const first = group.items[0]?.item;
  return first?.type === 'user_message' ? first : null;
}

function textOf(item: AssistantMessageItem): string {
  return item.content.map(({ text }) => text).join('\n\n');
}

/** The markdown that "copy" copies: the answer's texts and the copyable text of its widgets. */
export function answerText(group: MessageGroup): string {
  const texts = group.items.map(({ item }) => {
    if (item.type === 'assistant_message') return textOf(item);
    return item.type === 'widget' ? (item.copy_text ?? '') : '';
  });
  return texts.filter((text) => text !== '').join('\n\n');
}

/** The text that "copy" copies of a user message. */
export function messageText({ content }: UserMessageItem): string {
  return content.map(({ text }) => text).join('');
}

export function isVisible({ item }: ItemView): boolean {
  // An open question is shown instead of the composer.
  if (item.type === 'client_tool_call') return wasDecided(item);
  if (item.type === 'end_of_turn' || (item.type === 'structured_input' && item.status === 'pending'))
    return false;
  return item.type !== 'assistant_message' || item.content.some(({ text }) => text !== '');
}

/** Whether the group shows anything of the assistant. */
export function hasAnswer(group: MessageGroup): boolean {
  return group.items.some(
    (view) => view.item.type !== 'user_message' && view.item.type !== 'client_tool_call' && isVisible(view),
  );
}

/** Whether streaming text or a workflow already shows progress. */
export function isProducing(group: MessageGroup): boolean {
  const last = group.items.filter(isVisible).at(-1);
  return last?.status === 'streaming' && last.item.type !== 'user_message';
}

/** The status of a lost connection. While the message is unsent, it names the sending, not the answer. */
export function connectionText(
  items: readonly ItemView[],
  connection: Exclude<ConnectionStatus, 'live'>,
  strings: Strings,
): string {
  const isUnsent = items.some(({ status }) => status === 'sending');
  return connection === 'offline' && isUnsent ? strings.offlineUnsent : strings[connection];
}

/** The unanswered questions at the end of the thread. */
export function pendingInput({ items, phase }: ThreadView): StructuredInputItem | null {
  const last = phase === 'idle' ? items.findLast(({ item }) => item.type !== 'end_of_turn')?.item : undefined;
  return last?.type === 'structured_input' && last.status === 'pending' && last.inputs.length > 0
    ? last
    : null;
}
