// The texts of confirmations.
import type { ClientToolCallItem } from '../../protocol/wire.ts';
import type { Strings } from '../i18n/strings.ts';

/** "delete_rows" and "deleteRows" are "delete rows". */
export function words(name: string): string {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/[._:/\-\s]+/g, ' ')
    .trim()
    .toLowerCase();
}

export function confirmationText({ name, confirm }: ClientToolCallItem, strings: Strings): string {
  return typeof confirm === 'string' && confirm.trim() !== '' ? confirm : strings.mayRun(words(name));
}

/** The person has decided whether it may run; the decision stays in the thread. */
export function wasDecided(call: ClientToolCallItem): boolean {
  return (
    call.status === 'completed' &&
    call.confirm != null &&
    call.confirm !== false &&
    !['expired', 'superseded', 'no_handler'].includes(codeOf(call))
  );
}

export function codeOf({ output }: ClientToolCallItem): string {
  return String((output as { error?: { code?: unknown } } | null | undefined)?.error?.code);
}
