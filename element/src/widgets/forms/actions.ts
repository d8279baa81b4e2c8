// Actions as a widget declares them, and how one runs.
import { CommandError } from '../../protocol/errors.ts';
import { isRecord } from '../tree/props.ts';
import type { Loading, Part } from '../tree/widget_context.ts';
import { fieldsFor, joinFields } from './fields.ts';

export type Action = { type: string; payload?: Record<string, unknown> };

/** An action as declared; what is missing has the defaults of the wire. */
export type Declared = {
  readonly type: string;
  readonly payload: unknown;
  readonly isClient: boolean;
  readonly isStreamed: boolean;
  readonly loading: Loading | 'auto';
};

/** Who takes the actions of a widget. */
export type ActionHandlers = {
  /** Null if the page has no handler. */
  readonly client: ((action: Action) => Promise<void>) | null;
  /** Null if there is no server. Resolves when the response has ended. */
  readonly server: ((action: Action) => Promise<void>) | null;
  /** The operation that answers at once. */
  readonly sync: ((action: Action) => Promise<void>) | null;
  readonly failed: (error: Error) => void;
  /** The action has nobody to take it. */
  readonly unhandled: (action: Action, isClient: boolean) => void;
};

const LOADINGS: readonly unknown[] = ['self', 'container', 'none'];

/** The action in a field; null if there is none. */
export function declaredIn(value: unknown): Declared | null {
  if (!isRecord(value) || typeof value['type'] !== 'string') return null;
  const { type, payload, handler, loadingBehavior, streaming } = value;
  return {
    type,
    payload,
    isClient: handler === 'client',
    isStreamed: streaming !== false,
    loading: LOADINGS.includes(loadingBehavior) ? (loadingBehavior as Loading) : 'auto',
  };
}

/** Whether the action has to wait until no response streams. */
export function waitsForIdle(value: unknown): boolean {
  const declared = declaredIn(value);
  return declared !== null && !declared.isClient && declared.isStreamed;
}

export class ActionRunner {
  readonly #root: () => Part | null;
  readonly #handlers: () => ActionHandlers;
  readonly #running = new Set<Part>();

  constructor(root: () => Part | null, handlers: () => ActionHandlers) {
    this.#root = root;
    this.#handlers = handlers;
  }

  /** Runs the action in `value`, unless one of the same component runs. Never rejects. */
  async run(from: Part, value: unknown, otherwise: Loading): Promise<void> {
    const declared = declaredIn(value);
    if (declared === null || this.#running.has(from)) return;
    const action = this.#actionOf(from, declared);
    const handle = this.#handlerOf(declared);
    if (handle === null) return this.#handlers().unhandled(action, declared.isClient);
    const shown = this.#shownBy(from, declared.loading === 'auto' ? otherwise : declared.loading);
    this.#running.add(from);
    shown?.setLoading(true);
    const restore = shown === this.#root() && shown !== null ? makeInert(shown.node) : null;
    try {
      await handle(action);
    } catch (error) {
      this.#handlers().failed(error instanceof Error ? error : new Error(String(error)));
    } finally {
      this.#running.delete(from);
      shown?.setLoading(false);
      restore?.();
    }
  }

  #handlerOf({ isClient, isStreamed }: Declared): ActionHandlers['client'] {
    const { client, server, sync } = this.#handlers();
    if (isClient) return client;
    return isStreamed ? server : sync;
  }

  #shownBy(from: Part, loading: Loading): Part | null {
    if (loading === 'none') return null;
    return loading === 'self' ? from : this.#root();
  }

  #actionOf(from: Part, { type, payload }: Declared): Action {
    const { payload: joined, collisions } = joinFields(payload, fieldsFor(from));
    for (const field of collisions) {
      const message =
        `The payload of the action "${type}" already has a value for the form field "${field}", which ` +
        'wins. Rename the field or the key of the payload.';
      this.#handlers().failed(new CommandError('field_collision', message));
    }
    return joined === undefined || joined === null
      ? { type }
      : { type, payload: joined as Record<string, unknown> };
  }
}

/** Nothing in `node` can be used until the returned function is called, which gives the focus back. */
function makeInert(node: HTMLElement): () => void {
  const root = node.getRootNode() as ShadowRoot | Document;
  const focused = node.contains(root.activeElement) ? (root.activeElement as HTMLElement) : null;
  node.inert = true;
  return () => {
    node.inert = false;
    if (focused?.isConnected && root.activeElement === null) focused.focus({ preventScroll: true });
  };
}
