// The list of turns. Kept by hand rather than by one template: a change touches the turns that changed and no other.
import { render } from 'lit';
import type { ThreadView } from '../state/view.ts';
import { type Feedback, type TurnContext, type TurnState, turnTemplate } from './turn.ts';
import { type Turn, turnsOf } from './turns.ts';

/** Not shown yet while `turn` is null. */
type Row = { turn: Turn | null; state: TurnState; context: TurnContext; readonly node: HTMLElement };

const QUIET: TurnState = { phase: 'idle', progress: null, link: 'live', questions: [], error: null, stopped: false, given: null, copied: false };

function sameState(a: TurnState, b: TurnState): boolean {
  return (
    a.phase === b.phase && a.progress === b.progress && a.link === b.link && a.questions === b.questions && a.error === b.error &&
    a.stopped === b.stopped && a.given === b.given && a.copied === b.copied
  );
}

export class ThreadList {
  readonly node: HTMLElement = document.createElement('div');
  /** Feedback given in this page, and the turn whose text was just copied, by turn key. */
  readonly given = new Map<string, Feedback>();
  copied: string | null = null;
  private rows: Row[] = [];
  private turns: readonly Turn[] = [];

  constructor() {
    this.node.className = 'turns';
  }

  update(view: ThreadView, context: TurnContext): void {
    const turns = turnsOf(view.items, this.turns);
    const last = turns.length - 1;
    const known = new Map(this.rows.map((row) => [row.turn?.key, row]));
    const wanted = new Set(turns.map((turn) => turn.key));
    const orphans = this.rows.filter((row) => !wanted.has(row.turn?.key ?? ''));
    this.turns = turns;
    this.rows = turns.map((turn, at) => {
      // A message that the server confirmed under another id keeps its element.
      const row = known.get(turn.key) ?? (at === last ? orphans.pop() : undefined) ?? this.newRow(context);
      return this.show(row, turn, this.stateOf(turn, at === last, view), context);
    });
    this.place();
  }

  private stateOf(turn: Turn, isLast: boolean, view: ThreadView): TurnState {
    const given = this.given.get(turn.key) ?? null;
    const copied = this.copied === turn.key;
    if (!isLast) return given === null && !copied ? QUIET : { ...QUIET, given, copied };
    const phase = view.phase === 'responding' ? 'responding' : 'idle';
    return { phase, progress: view.progress, link: view.link, questions: view.questions, error: view.error, stopped: view.stopped, given, copied };
  }

  private newRow(context: TurnContext): Row {
    const node = document.createElement('section');
    node.className = 'turn';
    node.setAttribute('part', 'turn');
    return { turn: null, state: QUIET, context, node };
  }

  private show(row: Row, turn: Turn, state: TurnState, context: TurnContext): Row {
    if (row.turn !== turn || row.context !== context || !sameState(row.state, state)) {
      render(turnTemplate(turn, state, context), row.node);
    }
    row.node.classList.toggle('live', state.phase === 'responding');
    row.turn = turn;
    row.state = state;
    row.context = context;
    return row;
  }

  private place(): void {
    let next: ChildNode | null = this.node.firstChild;
    for (const { node } of this.rows) {
      if (node === next) next = next.nextSibling;
      else this.node.insertBefore(node, next);
    }
    while (next !== null) {
      const gone: ChildNode = next;
      next = next.nextSibling;
      gone.remove();
    }
  }
}
