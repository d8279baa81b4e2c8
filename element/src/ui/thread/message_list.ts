// The list of message groups. Updated by hand rather than by one template: a change touches only the changed
// groups, so that a token costs the same in a thread of ten messages and of ten thousand.
import { render } from 'lit-html';
import type { ThreadView } from '../../session/view/view.ts';
import {
  type Feedback,
  type GroupChanges,
  type GroupContext,
  type GroupState,
  groupTemplate,
} from './message_group.ts';
import { groupsOf, type MessageGroup, type MessageGroups } from './message_groups.ts';
import { RenderBlocks } from './render_blocks.ts';

type Row = {
  /** The rendered group; null before the first rendering. */
  group: MessageGroup | null;
  state: GroupState;
  context: GroupContext;
  /**
   * The version of the extras at which the group was rendered without one that it needs; null if it is
   * complete.
   */
  lacksSince: number | null;
  readonly node: HTMLElement;
};

type Shown = { readonly view: ThreadView; readonly context: GroupContext; readonly extras: number };

const QUIET: GroupState = {
  phase: 'idle',
  progress: null,
  connection: 'live',
  confirmations: [],
  error: null,
  stopped: false,
  given: null,
  copied: null,
  changes: null,
};

function sameState(a: GroupState, b: GroupState): boolean {
  return (Object.keys(QUIET) as (keyof GroupState)[]).every((name) => a[name] === b[name]);
}

/** The result of copying the text of the group `key`. */
type Copied = { readonly key: string; readonly isCopied: boolean };

export class MessageList {
  readonly node: HTMLElement = document.createElement('div');
  readonly #blocks = new RenderBlocks(this.node);
  readonly #given = new Map<string, Feedback>();
  #changes: ReadonlyMap<string, GroupChanges> = new Map();
  #isUndoing = false;
  #copied: Copied | null = null;
  #rows: Row[] = [];
  /** The states of earlier groups with incomplete answers, by key. */
  #past: ReadonlyMap<string, GroupState> = new Map();
  #unfinished: ThreadView['unfinished'] = [];
  #groups: MessageGroups = { list: [], unchangedCount: 0 };
  /** Groups whose own state has changed, by key. */
  readonly #touched = new Set<string>();
  #shown: Shown | null = null;
  #lacking = 0;

  constructor() {
    this.node.className = 'turns';
  }

  /** The last group. */
  get last(): HTMLElement | null {
    return this.#rows.at(-1)?.node ?? null;
  }

  feedbackOf(key: string): Feedback | undefined {
    return this.#given.get(key);
  }

  /** The feedback given in this page; undefined removes it. */
  giveFeedback(key: string, feedback: Feedback | undefined): void {
    if (feedback === undefined) this.#given.delete(key);
    else this.#given.set(key, feedback);
    this.#touched.add(key);
  }

  /** The result of copying the text of a group, while it is shown. */
  get copied(): Copied | null {
    return this.#copied;
  }

  markCopied(copied: Copied | null): void {
    for (const one of [copied, this.#copied]) if (one !== null) this.#touched.add(one.key);
    this.#copied = copied;
  }

  /**
   * Changes by group key; unchanged ones are the same objects. While this page undoes changes, no group is
   * shown as working.
   */
  showChanges(changes: ReadonlyMap<string, GroupChanges>, isUndoing: boolean): void {
    const last = this.#groups.list.at(-1);
    if (isUndoing !== this.#isUndoing && last !== undefined) this.#touched.add(last.key);
    this.#isUndoing = isUndoing;
    for (const key of [...this.#changes.keys(), ...changes.keys()]) this.#touched.add(key);
    this.#changes = changes;
  }

  update(view: ThreadView, context: GroupContext): void {
    const extras = context.extras.version;
    const before = this.#shown;
    const isSame =
      before?.view === view &&
      before.context === context &&
      (before.extras === extras || this.#lacking === 0);
    if (isSame && this.#touched.size === 0) return;
    this.#shown = { view, context, extras };
    this.#noteUnfinished(view.unfinished);
    this.#groups = groupsOf(view.items, this.#groups.list);
    this.#showFrom(this.#firstToShow(before, context, extras), view, context);
    this.#touched.clear();
  }

  /** Earlier groups have no Retry, since it would remove everything after them. */
  #noteUnfinished(unfinished: ThreadView['unfinished']): void {
    if (unfinished === this.#unfinished) return;
    for (const { item_id } of [...unfinished, ...this.#unfinished]) this.#touched.add(item_id);
    this.#unfinished = unfinished;
    this.#past = new Map(
      unfinished.map(({ item_id, isStopped, error }) => [
        item_id,
        { ...QUIET, stopped: isStopped, error: error && { ...error, allowRetry: false } },
      ]),
    );
  }

  /** The index of the first group that may have changed. The last group may have changed its role. */
  #firstToShow(before: Shown | null, context: GroupContext, extras: number): number {
    const isWhole =
      before?.context === context &&
      this.#touched.size === 0 &&
      (before.extras === extras || this.#lacking === 0);
    return isWhole
      ? Math.max(0, Math.min(this.#groups.unchangedCount, this.#rows.length, this.#groups.list.length - 1))
      : 0;
  }

  #showFrom(first: number, view: ThreadView, context: GroupContext): void {
    const groups = this.#groups.list.slice(first);
    const known = new Map(this.#rows.slice(first).map((row) => [row.group?.key, row]));
    const wanted = new Set(groups.map(({ key }) => key));
    const orphans = this.#rows.slice(first).filter((row) => !wanted.has(row.group?.key ?? ''));
    const last = groups.length - 1;
    // A message that the server confirmed under another id keeps its element.
    const isRenamed = orphans.at(-1) === this.#rows.at(-1);
    const rows = groups.map((group, at) => {
      const row =
        known.get(group.key) ??
        (at === last && isRenamed ? orphans.pop() : undefined) ??
        this.#newRow(context);
      return this.#show(row, group, this.#stateOf(group, at === last, view), context);
    });
    this.#lacking -= orphans.filter(({ lacksSince }) => lacksSince !== null).length;
    this.#rows.length = first;
    for (const row of rows) this.#rows.push(row);
    this.#blocks.show(
      rows.map(({ node }) => node),
      this.#rows[first - 1]?.node ?? null,
    );
  }

  #stateOf(group: MessageGroup, isLast: boolean, view: ThreadView): GroupState {
    const given = this.#given.get(group.key) ?? null;
    const copied = this.#copied?.key === group.key ? this.#copied.isCopied : null;
    const changes = this.#changes.get(group.key) ?? null;
    const past = this.#past.get(group.key) ?? QUIET;
    if (!isLast)
      return given === null && copied === null && changes === null
        ? past
        : { ...past, given, copied, changes };
    const phase = view.phase === 'responding' && !this.#isUndoing ? 'responding' : 'idle';
    const own = phase === 'idle' ? this.#unfinished.find(({ item_id }) => item_id === group.key) : undefined;
    const error = view.error ?? own?.error ?? null;
    return {
      phase,
      progress: view.progress,
      connection: view.connection,
      confirmations: view.confirmations,
      error,
      stopped: view.stopped || own?.isStopped === true,
      given,
      copied,
      changes,
    };
  }

  #newRow(context: GroupContext): Row {
    const node = document.createElement('section');
    node.className = 'turn';
    node.setAttribute('part', 'turn');
    return { group: null, state: QUIET, context, lacksSince: null, node };
  }

  #show(row: Row, group: MessageGroup, state: GroupState, context: GroupContext): Row {
    const isComplete = row.lacksSince === null || row.lacksSince === context.extras.version;
    if (row.group !== group || row.context !== context || !isComplete || !sameState(row.state, state))
      this.#draw(row, group, state, context);
    row.node.classList.toggle('live', state.phase === 'responding');
    row.group = group;
    row.state = state;
    row.context = context;
    return row;
  }

  #draw(row: Row, group: MessageGroup, state: GroupState, context: GroupContext): void {
    const { extras } = context;
    const missed = extras.missed;
    render(groupTemplate(group, state, context), row.node);
    if (row.lacksSince !== null) this.#lacking--;
    row.lacksSince = extras.missed === missed ? null : extras.version;
    if (row.lacksSince !== null) this.#lacking++;
  }
}
