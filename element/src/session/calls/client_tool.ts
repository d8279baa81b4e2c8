// Runs the page's handler for one client tool. Returns a result for the model whatever the handler does.
import type { ChatOptions } from '../../api/options.ts';
import { ClientToolError } from '../../protocol/errors.ts';
import type { ClientToolCallItem } from '../../protocol/wire.ts';

export type ClientToolHandler = ChatOptions['onClientTool'];

/** `result` is always JSON. With `error`, it is `{"error": "..."}` with the same message. */
export type ClientToolAnswer = { readonly result: unknown; readonly error: ClientToolError | null };

export async function runClientTool(
  call: ClientToolCallItem,
  handler: ClientToolHandler,
): Promise<ClientToolAnswer> {
  try {
    if (handler === undefined)
      throw new ClientToolError(call.name, 'has no handler: set the option "onClientTool".');
    const result: unknown = await handler({ name: call.name, params: call.arguments ?? {} });
    if (result === undefined)
      throw new ClientToolError(call.name, 'gave no result; it may be unknown to this page.');
    if (JSON.stringify(result) === undefined)
      throw new ClientToolError(call.name, 'gave a result that is not JSON.');
    return { result, error: null };
  } catch (thrown) {
    const error = toToolError(call.name, thrown);
    return { result: { error: error.message }, error };
  }
}

function toToolError(name: string, thrown: unknown): ClientToolError {
  if (thrown instanceof ClientToolError) return thrown;
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  return new ClientToolError(name, `failed: ${reason}`, thrown);
}
