// The guards' findings as text: a title, and a message with the problem and its fix.
import type { GuardCode, GuardData, Guards } from './guards.ts';

export const TITLES: Readonly<Record<GuardCode, string>> = {
  effect_failed: 'An effect failed',
  effect_slow: 'An effect is slow',
  effect_blocked: 'An effect blocks the page',
  not_locked: 'The page is not locked',
  no_error_handler: 'Errors are not handled',
  not_persisted: 'Conversations are lost on reload',
  unknown_tool: 'A client tool is unknown',
  tool_slow: 'A client tool is slow',
  origin_refused: 'The server rejects this origin',
  no_height: 'The chat has no height',
};

export function messageOf(
  code: GuardCode,
  { effect = '', tool = '', ms = 0, isMissing = false }: GuardData,
): string {
  switch (code) {
    case 'effect_failed':
      return (
        `The page's handler for the effect "${effect}" threw an error; see the console. The chat ` +
        `continues, but the page may not show the effect. Catch errors in the handler.`
      );
    case 'effect_slow':
      return (
        `The page took ${ms} ms for the effect "${effect}" and could not paint meanwhile. Do less ` +
        `work in its handler, or set effects: { ${JSON.stringify(effect)}: { schedule: 'frame' } } to get ` +
        `only the newest effect per frame.`
      );
    case 'effect_blocked':
      return (
        `The page had not finished the effect "${effect}" after ${ms} ms. Move long work into a ` +
        `worker or into small tasks, and return from the handler before the work ends.`
      );
    case 'not_locked':
      return (
        'The assistant and the person can change the page at the same time, and their changes can ' +
        'conflict. Set the option "locks" to the regions to lock (an empty list if none need it), or lock ' +
        'them yourself from chatkit.response.start to chatkit.response.end.'
      );
    case 'no_error_handler':
      return (
        'The page has no listener for chatkit.error, so you never learn about errors that people ' +
        'see. Set the handler "onError", or listen to the event.'
      );
    case 'not_persisted':
      return (
        "A reload closes the conversation. Set persist to true or to the person's id; or store the " +
        'id from chatkit.thread.change and pass it as "initialThread".'
      );
    case 'unknown_tool':
      return (
        `respond() or an agent's tool called the client tool "${tool}" and got no result: ${
          isMissing
            ? 'this page has no option "onClientTool"'
            : 'the option "onClientTool" returned nothing for this name'
        }. Call setOptions({ onClientTool: ({ ` +
        `name, params }) => … }) and return a result for "${tool}", or remove the tool from the agent.`
      );
    case 'tool_slow':
      return (
        `The client tool "${tool}" has not answered after ${ms} ms, and the response is waiting for ` +
        `it. Answer early, and continue long work afterwards.`
      );
    case 'origin_refused': {
      const sandbox =
        location.origin === 'null'
          ? ' A frame with "sandbox" has the origin null unless you add allow-same-origin.'
          : '';
      return (
        `The server cannot be reached, or it rejects requests from this page's origin, ` +
        `${location.origin}; the browser's console shows the cause. To allow the origin: create_app(…, ` +
        `allowed_origins=["${location.origin}"]).${sandbox}`
      );
    }
    case 'no_height':
      return (
        'The page sets no height for the chat, so the chat uses 600 px, or 90 % of the window. Set a ' +
        'height on the element in your stylesheet, or put it into a parent that has one: "height: 100%" ' +
        'needs a height on every ancestor.'
      );
  }
}

export type Finding = {
  readonly code: GuardCode;
  /** The problem and its fix. */
  readonly message: string;
  /** The name of the effect or of the client tool. */
  readonly subject?: string;
  /** How often it occurred; 0 for something that the page lacks but has not needed yet. */
  readonly count: number;
};

const FORESEEN: readonly GuardCode[] = ['not_locked', 'no_error_handler', 'not_persisted'];

/** Shows the findings in `host` while it has the attribute `dev`. */
export async function reflectDev(host: Element, guards: Guards): Promise<void> {
  const { reflect } = await import('./dev_overlay.ts');
  reflect(host, guards);
}

export function findings(guards: Guards): Finding[] {
  const seen = [...guards.seen.values()].map(({ code, data, count }): Finding => {
    const subject = data.effect ?? data.tool;
    return { code, message: messageOf(code, data), ...(subject !== undefined && { subject }), count };
  });
  const isNew = (code: GuardCode): boolean =>
    seen.every((finding) => finding.code !== code) && guards.lacks(code, false);
  // A page that offers no changes needs no lock.
  const isChanged = guards.options().onClientTool !== undefined || !guards.isDeaf('effect', true);
  return [
    ...seen,
    ...FORESEEN.filter((code) => isNew(code) && (isChanged || code !== 'not_locked')).map(
      (code): Finding => ({ code, message: messageOf(code, {}), count: 0 }),
    ),
  ];
}
