// The option `locks`: its regions, and the elements of the page that they select now.
import type { LocksOption, Region } from '../../api/options.ts';

export type Problem = (words: string) => void;

export type LockPlan = {
  /** Regions by the name that servers use; a region without a name has its selector or its id as name. */
  readonly regions: ReadonlyMap<string, readonly Region[]>;
  readonly isOfThread: boolean;
  readonly reason: string | null;
};

const SHAPE = 'must be a selector, an element, a list of them, or { regions, scope, reason }.';
const NO_PLAN: LockPlan = { regions: new Map(), isOfThread: false, reason: null };

/** Returns the valid regions and reports the others. */
export function readPlan(given: LocksOption | null | undefined, tell: Problem): LockPlan {
  if (given === undefined || given === null) return NO_PLAN;
  const isPlain = isRegion(given) || Array.isArray(given);
  const { regions, scope, reason } = isPlain
    ? { regions: given }
    : (given as Exclude<LocksOption, Region | readonly Region[]>);
  if (scope !== undefined && scope !== 'response' && scope !== 'thread')
    tell('has a "scope" that is neither "response" nor "thread".');
  if (reason !== undefined && typeof reason !== 'string') tell('has a "reason" that is no string.');
  return {
    regions: named(regions, tell),
    isOfThread: scope === 'thread',
    reason: typeof reason === 'string' && reason !== '' ? reason : null,
  };
}

function named(regions: unknown, tell: Problem): Map<string, Region[]> {
  const isPlain = isRegion(regions) || Array.isArray(regions);
  if (!isPlain && (typeof regions !== 'object' || regions === null)) {
    tell(SHAPE);
    return new Map();
  }
  const entries = isPlain
    ? listOf(regions, tell).map((region): [string, Region[]] => [nameOf(region), [region]])
    : Object.entries(regions as object).map(([name, one]): [string, Region[]] => [name, listOf(one, tell)]);
  const known = new Map<string, Region[]>();
  for (const [name, list] of entries) known.set(name, [...(known.get(name) ?? []), ...list]);
  return known;
}

function listOf(given: unknown, tell: Problem): Region[] {
  const all: unknown[] = Array.isArray(given) ? given : [given];
  if (!all.every(isRegion)) tell(SHAPE);
  return all.filter(isRegion);
}

function isRegion(value: unknown): value is Region {
  return typeof value === 'string' || value instanceof Element;
}

function nameOf(region: Region): string {
  return typeof region === 'string' ? region : region.id;
}

/** The elements that `region` selects now, without those that cannot be locked. */
export function elementsOf(region: Region, chat: Element, tell: Problem): HTMLElement[] {
  const path = new Set(around(chat));
  return found(region, chat, tell).filter((element): element is HTMLElement => {
    const says = typeof region === 'string' ? `"${region}"` : `a <${element.localName}>`;
    if (path.has(element))
      tell(`cannot lock ${says}: the chat itself is inside. Name what stands beside the chat.`);
    else if (!(element instanceof HTMLElement))
      tell(`cannot lock ${says}: only HTML elements can be inert. Name the one around it.`);
    else return true;
    return false;
  });
}

function found(region: Region, chat: Element, tell: Problem): Element[] {
  if (typeof region !== 'string') return [region];
  try {
    return rootsAround(chat).flatMap((root) => [...root.querySelectorAll(region)]);
  } catch {
    tell(`has "${region}", which is no selector.`);
    return [];
  }
}

/** The document and the shadow trees around the chat, without the chat's own. */
export function rootsAround(chat: Element): (Document | ShadowRoot)[] {
  const root = chat.getRootNode();
  if (!(root instanceof ShadowRoot)) return [chat.ownerDocument];
  return [...rootsAround(root.host), root];
}

/** The node and its ancestors in the flat tree. */
export function* around(start: Node): Generator<Node, void> {
  for (let node: Node | null = start; node !== null; node = parentOf(node)) yield node;
}

function parentOf(node: Node): Node | null {
  if (node instanceof ShadowRoot) return node.host;
  return (node instanceof Element ? node.assignedSlot : null) ?? node.parentNode;
}
