// The event logs that the Python tests read as well: one event per line, as the wire carries it.
import clientToolTurn from '../../../../tests/golden/client_tool_turn.jsonl?raw';
import errorAfterPartial from '../../../../tests/golden/error_after_partial.jsonl?raw';
import stoppedTurn from '../../../../tests/golden/stopped_turn.jsonl?raw';
import textTurn from '../../../../tests/golden/text_turn.jsonl?raw';
import type { ThreadStreamEvent } from '../../../src/protocol/wire.ts';

const logs = {
  client_tool_turn: clientToolTurn,
  error_after_partial: errorAfterPartial,
  stopped_turn: stoppedTurn,
  text_turn: textTurn,
};

export function goldenEvents(name: keyof typeof logs): ThreadStreamEvent[] {
  return logs[name]
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as ThreadStreamEvent);
}
