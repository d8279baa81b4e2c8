// What the guards have seen, and can see now, in words: a title, and what is wrong with its remedy.
import type { GuardCode, GuardData, Guards } from './guards.ts';

export const TITLES: Readonly<Record<GuardCode, string>> = {
  effect_failed: 'An effect failed',
  effect_slow: 'A slow effect',
  effect_blocked: 'An effect blocks the page',
  not_locked: 'The page is not locked',
  no_error_handler: 'Nobody hears of errors',
  not_persisted: 'Conversations are lost on reload',
  unknown_tool: 'An unknown client tool',
  tool_slow: 'A slow client tool',
  origin_refused: 'Another origin is refused',
  no_height: 'The chat has no height',
};

export function messageOf(code: GuardCode, { effect = '', tool = '', ms = 0, isMissing = false }: GuardData): string {
  switch (code) {
    case 'effect_failed':
      return `The page's code for the effect "${effect}" threw an error, which the console shows; the chat goes on. Catch what can go wrong there, or what the effect was to show stays missing.`;
    case 'effect_slow':
      return `The page took ${ms} ms for the effect "${effect}" and could not paint meanwhile. Do less in its handler, or set effects: { ${JSON.stringify(effect)}: { schedule: 'frame' } } so that only the newest of a frame comes.`;
    case 'effect_blocked':
      return `The page was not done with the effect "${effect}" after ${ms} ms. Move long work into a worker or into small tasks, and return from the handler before it is over.`;
    case 'not_locked':
      return 'The assistant changes the page while the person may change it too, and one can spoil what the other does. Name the regions in the option "locks" (an empty list says that nothing needs it), or lock them yourself from chatkit.response.start to chatkit.response.end.';
    case 'no_error_handler':
      return 'Nobody listens to chatkit.error, so that what goes wrong for the person is never reported to you. Give the handler "onError", or listen to the event.';
    case 'not_persisted':
      return 'A conversation that begins here is not found again after a reload. Set persist: true, or the person\'s id; or keep the id from chatkit.thread.change and give it as "initialThread".';
    case 'unknown_tool':
      return `The assistant called the client tool "${tool}", which respond() or an agent's tool asked for, and nobody answered: ${isMissing ? 'this page has no option "onClientTool"' : 'the option "onClientTool" returned nothing for this name'}. Give setOptions({ onClientTool: ({ name, params }) => … }) and return a result for "${tool}", or take the tool from the agent.`;
    case 'tool_slow':
      return `The client tool "${tool}" has not answered after ${ms} ms, and the response waits for it. Answer early and let long work go on afterwards.`;
    case 'origin_refused': {
      const sandbox = location.origin === 'null' ? ' A frame with "sandbox" has the origin null, unless it also says allow-same-origin.' : '';
      return `The server cannot be reached, or it takes no requests from the origin of this page, ${location.origin}: the browser's console says which. Let it in: create_app(…, allowed_origins=["${location.origin}"]).${sandbox}`;
    }
    case 'no_height':
      return 'Nothing in the page says how high the chat is, so it takes 600 px, or 90 % of the window. Give the element a height in your stylesheet, or put it into a parent that has one: "height: 100%" needs a height on each element around it.';
  }
}

export type Finding = {
  readonly code: GuardCode;
  /** What is wrong and what helps. */
  readonly message: string;
  /** The name of the effect or of the client tool. */
  readonly subject?: string;
  /** How often; 0 for what the page lacks and nothing has missed yet. */
  readonly count: number;
};

const FORESEEN: readonly GuardCode[] = ['not_locked', 'no_error_handler', 'not_persisted'];

/** Shows the findings in `host` while it has the attribute `dev`. */
export async function reflectDev(host: Element, guards: Guards): Promise<void> {
  const { reflect } = await import('./ui/dev_overlay.ts');
  reflect(host, guards);
}

export function findings(guards: Guards): Finding[] {
  const seen = [...guards.seen.values()].map(({ code, data, count }): Finding => {
    const subject = data.effect ?? data.tool;
    return { code, message: messageOf(code, data), ...(subject !== undefined && { subject }), count };
  });
  const isNew = (code: GuardCode): boolean => seen.every((finding) => finding.code !== code) && guards.lacks(code, false);
  // A page that lets nothing be changed has nothing to lock.
  const isChanged = guards.options().onClientTool !== undefined || !guards.isDeaf('effect', true);
  return [...seen, ...FORESEEN.filter((code) => isNew(code) && (isChanged || code !== 'not_locked')).map((code): Finding => ({ code, message: messageOf(code, {}), count: 0 }))];
}
