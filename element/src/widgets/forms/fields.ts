// The values of a form's fields, and how they join the payload of an action.

import { isRecord } from '../tree/props.ts';
import type { Field, Part } from '../tree/widget_context.ts';

/** The form around a component; null if it is in none. */
export function formOf(component: Part): Part | null {
  for (let one = component.parent; one !== null; one = one.parent) if (one.isForm) return one;
  return null;
}

/** The fields in `form`, without those of a form inside it. */
export function fieldsIn(form: Part): Field[] {
  return [...form.fields, ...form.components.flatMap((part) => (part.isForm ? [] : fieldsIn(part)))].filter(
    ({ name }) => name !== '',
  );
}

/** The fields whose values an action of `from` carries: those of its form, or else its own. */
export function fieldsFor(from: Part): Field[] {
  const form = from.isForm ? from : formOf(from);
  return form === null ? [...from.fields] : fieldsIn(form);
}

type Json = Record<string, unknown>;

/** A plain property, also for a name that a prototype has. */
function put(target: Json, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
}

export type Joined = {
  readonly payload: unknown;
  /** Fields that the payload had a value for, which wins. */
  readonly collisions: readonly string[];
};

/**
 * `payload` with the values of `fields`: `todo.title` becomes `{ todo: { title } }`. A payload that is no
 * object stays as it is.
 */
export function joinFields(payload: unknown, fields: readonly Field[]): Joined {
  if (fields.length === 0) return { payload, collisions: [] };
  if (payload !== undefined && payload !== null && !isRecord(payload))
    return { payload, collisions: fields.map(({ name }) => name) };
  const given = isRecord(payload) ? payload : {};
  const joined = copyOf(given);
  const collisions = fields.filter(({ name, value }) => !join(joined, given, name.split('.'), value));
  return { payload: joined, collisions: collisions.map(({ name }) => name) };
}

function copyOf(record: Json): Json {
  const copy: Json = {};
  for (const [name, value] of Object.entries(record))
    put(copy, name, isRecord(value) ? copyOf(value) : value);
  return copy;
}

/** Returns whether the payload had no value for the field. */
function join(target: Json, given: unknown, path: readonly string[], value: unknown): boolean {
  const [name = '', ...rest] = path;
  const has = isRecord(given) && Object.hasOwn(given, name);
  if (rest.length === 0) {
    if (!has) put(target, name, value);
    return !has;
  }
  const before = Object.hasOwn(target, name) ? target[name] : undefined;
  if (has && !isRecord(before)) return false;
  // A field `todo` beside a field `todo.title`: the record wins, since it has more fields.
  const inner: Json = isRecord(before) ? before : {};
  put(target, name, inner);
  return join(inner, has ? given[name] : undefined, rest, value);
}
