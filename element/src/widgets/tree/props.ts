// Reads the fields of a widget's components, which come from a server and may be of any type.

import { withMarkers } from '../../markdown/hidden.ts';
import type { WidgetNode } from '../../protocol/wire.ts';
import { isWidgetNode } from '../../session/view/widget_update.ts';

export type Props = WidgetNode;

/** Longer texts are slow to lay out. */
const MAX_TEXT_CHARS = 20_000;

/** The text of a field, with markers for hidden characters; empty if it is neither a text nor a number. */
export function textOf(value: unknown): string {
  const text = rawText(value);
  return withMarkers(text.length > MAX_TEXT_CHARS ? `${text.slice(0, MAX_TEXT_CHARS)}…` : text);
}

/** The text as it is, for what a person edits and for values that are sent. */
export function rawText(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : '';
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `value` if it is one of `known`, otherwise `fallback`. */
export function oneOf<Known extends string, Fallback>(
  value: unknown,
  known: readonly Known[],
  fallback: Fallback,
): Known | Fallback {
  return known.includes(value as Known) ? (value as Known) : fallback;
}

/** A whole number from 1 to `max`; null for anything else. */
export function countOf(value: unknown, max: number): number | null {
  return typeof value === 'number' && value >= 1 ? Math.min(Math.floor(value), max) : null;
}

/** The components among `children`, which is a list in most components and one component in a few. */
export function childrenOf({ children }: Props): readonly Props[] {
  const list: readonly unknown[] = Array.isArray(children) ? children : [children];
  return list.filter(isComponent);
}

function isComponent(value: unknown): value is Props {
  return isWidgetNode(value) && typeof value.type === 'string';
}

/** The records of a list, such as the options of a `Select`. */
export function recordsOf(value: unknown): readonly Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** Whether two components have equal fields, apart from their children. */
export function sameFields(a: Props, b: Props): boolean {
  return sameRecord(a, b, 'children');
}

function sameRecord(a: Record<string, unknown>, b: Record<string, unknown>, ignored?: string): boolean {
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => name === ignored || (name in b && isSame(a[name], b[name])));
}

function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((one, at) => isSame(one, b[at]));
  return isRecord(a) && isRecord(b) && sameRecord(a, b);
}
