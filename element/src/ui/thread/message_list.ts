// The list of turns. Kept by hand rather than by one template: a change touches the turns that changed and no other, so that
// a token costs the same in a thread of ten messages and of ten thousand.
import { render } from 'lit-html';
import type { ThreadView } from '../../session/view/view.ts';
import {
  type Feedback,
  type TurnChanges,
  type TurnContext,
  type TurnState,
  turnTemplate,
} from './message_group.ts';
import { TurnGroups } from './render_blocks.ts';
import { type Turn, type Turns, turnsOf } from './message_groups.ts';

type Row = {
  /** What is shown; null before the first time. */
  turn: Turn | null;
  state: TurnState;
  context: TurnContext;
  /** The version of the parts at which it was shown without one that it needs; null when it is complete. */
  lacksSince: number | null;
  readonly node: HTMLElement;
};

type Shown = { readonly view: ThreadView; readonly context: TurnContext; readonly parts: number };

const QUIET: TurnState = {
  phase: 'idle',
  progress: null,
  connection: 'live',
  questions: [],
  error: null,
  stopped: false,
  given: null,
  copied: null,
  changes: null,
};

function sameState(a: TurnState, b: TurnState): boolean {
  return (
    a.phase === b.phase &&
    a.progress === b.progress &&
    a.connection === b.connection &&
    a.questions === b.questions &&
    a.error === b.error &&
    a.stopped === b.stopped &&
    a.given === b.given &&
    a.copied === b.copied &&
    a.changes === b.changes
  );
}

/** By the key of its turn. */
type Copied = { readonly key: string; readonly isCopied: boolean };

export class ThreadList {
  readonly node: HTMLElement = document.createElement('div');
  readonly #groups = new TurnGroups(this.node);
  readonly #given = new Map<string, Feedback>();
  #changes: ReadonlyMap<string, TurnChanges> = new Map();
  #isUndoing = false;
  #copied: Copied | null = null;
  #rows: Row[] = [];
  /** The states of earlier turns whose answers are not whole, by key. */
  #past: ReadonlyMap<string, TurnState> = new Map();
  #unfinished: ThreadView['unfinished'] = [];
  #turns: Turns = { list: [], kept: 0 };
  /** Turns whose own state changed, by key. */
  readonly #touched = new Set<string>();
  #shown: Shown | null = null;
  #lacking = 0;

  constructor() {
    this.node.className = 'turns';
  }

  /** The last turn. */
  get last(): HTMLElement | null {
    return this.#rows.at(-1)?.node ?? null;
  }

  feedbackOf(key: string): Feedback | undefined {
    return this.#given.get(key);
  }

  /** The feedback given in this page; undefined takes it back. */
  giveFeedback(key: string, feedback: Feedback | undefined): void {
    if (feedback === undefined) this.#given.delete(key);
    else this.#given.set(key, feedback);
    this.#touched.add(key);
  }

  /** The result of copying the text of a turn, while it is shown. */
  get copied(): Copied | null {
    return this.#copied;
  }

  markCopied(copied: Copied | null): void {
    for (const one of [copied, this.#copied]) if (one !== null) this.#touched.add(one.key);
    this.#copied = copied;
  }

  /** By turn key; unchanged states are the same objects. While this page undoes changes, no turn is shown as working. */
  showChanges(changes: ReadonlyMap<string, TurnChanges>, isUndoing: boolean): void {
    const last = this.#turns.list.at(-1);
    if (isUndoing !== this.#isUndoing && last !== undefined) this.#touched.add(last.key);
    this.#isUndoing = isUndoing;
    for (const key of [...this.#changes.keys(), ...changes.keys()]) this.#touched.add(key);
    this.#changes = changes;
  }

  update(view: ThreadView, context: TurnContext): void {
    const parts = context.parts.version;
    const before = this.#shown;
    const isSame =
      before?.view === view && before.context === context && (before.parts === parts || this.#lacking === 0);
    if (isSame && this.#touched.size === 0) return;
    this.#shown = { view, context, parts };
    this.#noteUnfinished(view.unfinished);
    this.#turns = turnsOf(view.items, this.#turns.list);
    this.#showFrom(this.#firstToShow(before, context, parts), view, context);
    this.#touched.clear();
  }

  /** Earlier turns have no Retry, since it would remove everything after them. */
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

  /** Nothing that lies before it can have changed; what is last now may not have been so before. */
  #firstToShow(before: Shown | null, context: TurnContext, parts: number): number {
    const isWhole =
      before?.context === context &&
      this.#touched.size === 0 &&
      (before.parts === parts || this.#lacking === 0);
    return isWhole
      ? Math.max(0, Math.min(this.#turns.kept, this.#rows.length, this.#turns.list.length - 1))
      : 0;
  }

  #showFrom(first: number, view: ThreadView, context: TurnContext): void {
    const turns = this.#turns.list.slice(first);
    const known = new Map(this.#rows.slice(first).map((row) => [row.turn?.key, row]));
    const wanted = new Set(turns.map(({ key }) => key));
    const orphans = this.#rows.slice(first).filter((row) => !wanted.has(row.turn?.key ?? ''));
    const last = turns.length - 1;
    // A message that the server confirmed under another id keeps its element.
    const isRenamed = orphans.at(-1) === this.#rows.at(-1);
    const rows = turns.map((turn, at) => {
      const row =
        known.get(turn.key) ??
        (at === last && isRenamed ? orphans.pop() : undefined) ??
        this.#newRow(context);
      return this.#show(row, turn, this.#stateOf(turn, at === last, view), context);
    });
    this.#lacking -= orphans.filter(({ lacksSince }) => lacksSince !== null).length;
    this.#rows.length = first;
    for (const row of rows) this.#rows.push(row);
    this.#groups.show(
      rows.map(({ node }) => node),
      this.#rows[first - 1]?.node ?? null,
    );
  }

  #stateOf(turn: Turn, isLast: boolean, view: ThreadView): TurnState {
    const given = this.#given.get(turn.key) ?? null;
    const copied = this.#copied?.key === turn.key ? this.#copied.isCopied : null;
    const changes = this.#changes.get(turn.key) ?? null;
    const past = this.#past.get(turn.key) ?? QUIET;
    if (!isLast)
      return given === null && copied === null && changes === null
        ? past
        : { ...past, given, copied, changes };
    const phase = view.phase === 'responding' && !this.#isUndoing ? 'responding' : 'idle';
    const own = phase === 'idle' ? this.#unfinished.find(({ item_id }) => item_id === turn.key) : undefined;
    const error = view.error ?? own?.error ?? null;
    return {
      phase,
      progress: view.progress,
      connection: view.connection,
      questions: view.questions,
      error,
      stopped: view.stopped || own?.isStopped === true,
      given,
      copied,
      changes,
    };
  }

  #newRow(context: TurnContext): Row {
    const node = document.createElement('section');
    node.className = 'turn';
    node.setAttribute('part', 'turn');
    return { turn: null, state: QUIET, context, lacksSince: null, node };
  }

  #show(row: Row, turn: Turn, state: TurnState, context: TurnContext): Row {
    const isComplete = row.lacksSince === null || row.lacksSince === context.parts.version;
    if (row.turn !== turn || row.context !== context || !isComplete || !sameState(row.state, state))
      this.#draw(row, turn, state, context);
    row.node.classList.toggle('live', state.phase === 'responding');
    row.turn = turn;
    row.state = state;
    row.context = context;
    return row;
  }

  #draw(row: Row, turn: Turn, state: TurnState, context: TurnContext): void {
    const { parts } = context;
    const missed = parts.missed;
    render(turnTemplate(turn, state, context), row.node);
    if (row.lacksSince !== null) this.#lacking--;
    row.lacksSince = parts.missed === missed ? null : parts.version;
    if (row.lacksSince !== null) this.#lacking++;
  }
}
