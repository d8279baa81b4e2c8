// Claims and runs client tool calls. Loaded with the first call.
import type { StreamAnswer } from '../../protocol/client.ts';
import { Connection } from '../../protocol/connection.ts';
import { type ChatError, RequestError } from '../../protocol/errors.ts';
import type { StreamRequest, ToolOutput } from '../../protocol/operations.ts';
import { uuid } from '../../protocol/uuid.ts';
import type { ClientToolCallItem } from '../../protocol/wire.ts';
import type { SessionContext } from '../context.ts';
import { isPassing, retry } from '../response/retry.ts';
import { isBusy } from '../response/turn_stream.ts';
import { loadThread } from '../threads/thread_pages.ts';
import type { CallsAccess } from './calls_access.ts';
import { runClientTool } from './client_tool.ts';
import type { Decision } from './confirmations.ts';

/** How long a claim is retried. An answer is retried for longer: the call's deadline may be far off. */
const CLAIM_MS = 30_000;
const ANSWER_MS = 900_000;

const never = new AbortController().signal;

export class CallRunner {
  readonly #context: SessionContext;
  readonly #calls: CallsAccess;

  constructor(context: SessionContext, calls: CallsAccess) {
    this.#context = context;
    this.#calls = calls;
  }

  /** Asks the server whether the calls that run here are still pending. */
  async look(): Promise<void> {
    for (const call of this.#calls.running.values()) {
      const { thread_id, call_id, id: item_id } = call;
      if (this.#calls.confirmations.has(item_id)) {
        await this.#lookAtConfirmation(call);
        continue;
      }
      const params = { thread_id, call_id, item_id, claim_id: this.#calls.claimed.claim(item_id).claimId };
      const answer = await this.#context.client.call('turns.claim_call', params, never).catch(() => null);
      if (answer?.status === 'expired' || answer?.status === 'superseded') this.#calls.end(item_id);
    }
  }

  /** Reads the thread instead of claiming the call: the person may decide in another tab. */
  async #lookAtConfirmation({ thread_id, id }: ClientToolCallItem): Promise<void> {
    const thread = await loadThread(this.#context.client, thread_id, never).catch(() => null);
    const item = thread?.items.find((one) => one.id === id);
    if (item?.type === 'client_tool_call' && item.status === 'completed') this.#calls.end(id);
  }

  /** Asks for confirmation if needed, then claims, runs and answers the call. */
  async run(call: ClientToolCallItem): Promise<void> {
    const { claimed } = this.#calls;
    let isDecided = false;
    try {
      const decision = await this.#decision(call);
      if (decision === 'withdrawn') {
        isDecided = this.#calls.state !== 'left'; // A person who returns to the thread is asked again.
        return;
      }
      await this.#context.platform.alone(call.id, async () => {
        const output = await this.#outputOf(call, decision === 'declined');
        isDecided = true;
        const isWanted = !this.#isDropped && this.#calls.running.has(call.id);
        if (output !== null && isWanted) await this.#answer(call, output);
        claimed.end(call.id);
      });
    } finally {
      if (!isDecided) claimed.forget(call.id);
    }
  }

  /** No confirmation for a call without a handler, or one that had already started: both fail in any case. */
  async #decision(call: ClientToolCallItem): Promise<Decision> {
    const { claimed, confirmations, events } = this.#calls;
    if (!isAsked(call) || !this.#hasHandler || claimed.isRunning(call.id)) return 'allowed';
    events.started();
    return confirmations.ask(call);
  }

  /** Null if another page has the call, or it is over. */
  async #outputOf(call: ClientToolCallItem, isDeclined: boolean): Promise<ToolOutput | null> {
    const { claimed } = this.#calls;
    const { claimId, state } = claimed.claim(call.id);
    if (!(await this.#claim(call, claimId)) || this.#isDropped) return null;
    if (isDeclined) return { error: { code: 'declined', message: 'The user declined.' } };
    if (this.#calls.state === 'open') this.#calls.events.started();
    await this.#context.delivered();
    if (this.#isDropped) return null;
    claimed.begin(call.id);
    // A handler that was interrupted by a reload may have done its work already.
    if (state === 'running')
      return { error: { code: 'page_gone', message: 'The page was loaded again while the tool ran.' } };
    const { result, error } = await runClientTool(call, this.#context.clientToolHandler());
    if (error === null) return { result };
    if (this.#calls.state === 'open') this.#calls.events.failed(error);
    // Without a handler, nobody was asked. A code of its own, or the thread would show the call as allowed.
    const code = isAsked(call) && !this.#hasHandler ? 'no_handler' : 'client_tool_error';
    return { error: { code, message: error.message } };
  }

  get #hasHandler(): boolean {
    return this.#context.clientToolHandler() !== undefined;
  }

  get #isDropped(): boolean {
    return this.#calls.state === 'dropped';
  }

  async #claim(call: ClientToolCallItem, claim_id: string): Promise<boolean> {
    const { client, platform } = this.#context;
    const { thread_id, call_id, id: item_id } = call;
    const ask = (signal: AbortSignal) =>
      client.call('turns.claim_call', { thread_id, call_id, item_id, claim_id }, signal);
    try {
      return (await retry(ask, CLAIM_MS, platform, never)).granted;
    } catch (error) {
      // The server no longer knows the call.
      if (error instanceof RequestError && !isPassing(error)) return false;
      if (this.#calls.state === 'open') this.#calls.events.unclaimed(call);
      throw error;
    }
  }

  async #answer(call: ClientToolCallItem, output: ToolOutput): Promise<void> {
    try {
      await this.#post(call, output);
    } catch (error) {
      if (isOver(error)) return;
      if (!isRefused(error) || 'error' in output) throw error;
      // The model must not wait for a result that the server refuses for good, such as one that is too large.
      await this.#answer(call, { error: { code: 'result_refused', message: error.message } });
      this.#calls.events.failed(error);
      return;
    }
    this.#context.state.apply({
      type: 'local.tool_answered',
      itemId: call.id,
      output: 'result' in output ? output.result : output,
    });
  }

  async #post(call: ClientToolCallItem, output: ToolOutput): Promise<void> {
    const { thread_id, call_id, id: item_id } = call;
    const request: StreamRequest = {
      type: 'threads.add_client_tool_output',
      params: { thread_id, call_id, item_id, ...output },
    };
    const key = uuid();
    // The turn of the call may still be ending when the answer arrives.
    const isWorthIt = (error: unknown): boolean => isPassing(error) || isBusy(error);
    const { connection, answer } = await retry(
      () => this.#open(request, key),
      ANSWER_MS,
      this.#context.platform,
      never,
      isWorthIt,
    );
    const isAwaited = this.#calls.state === 'open' && this.#calls.running.has(item_id);
    if (answer.batches !== null && isAwaited) this.#calls.goOn({ request, key, connection, answer });
    else connection.close();
    // The answer has started a turn of a thread that was left, and may be open again.
    const isOrphaned = answer.batches !== null && this.#calls.state === 'left';
    if (isOrphaned && thread_id === this.#context.threadId) this.#context.check();
  }

  async #open(
    request: StreamRequest,
    key: string,
  ): Promise<{ connection: Connection; answer: StreamAnswer }> {
    const connection = new Connection(never);
    connection.watch();
    try {
      return {
        connection,
        answer: await this.#context.client.open(request, {
          signal: connection.signal,
          key,
          onBytes: connection.hear,
        }),
      };
    } catch (error) {
      connection.close();
      throw error;
    }
  }
}

/** Whether the person is asked. `true` and an empty question are asked in the element's own words. */
function isAsked({ confirm }: ClientToolCallItem): boolean {
  return confirm != null && confirm !== false;
}

/** The call was answered elsewhere, has expired, or was superseded. */
function isOver(error: unknown): boolean {
  return error instanceof RequestError && ['already_answered', 'expired', 'superseded'].includes(error.code);
}

function isRefused(error: unknown): error is ChatError {
  return error instanceof RequestError && [400, 413, 422].includes(error.status);
}
