// Shows with what a widget was answered: the values of its fields, and the component whose action it was.
import type { WidgetAnswer } from '../../protocol/wire.ts';
import { FieldComponent } from '../controls/field.ts';
import { OwnComponent } from '../tree/own_component.ts';
import { isRecord } from '../tree/props.ts';
import type { Part } from '../tree/widget_context.ts';
import { declaredIn } from './actions.ts';
import { formOf } from './fields.ts';

export function showAnswer(root: Part, { type, payload }: WidgetAnswer): void {
  for (const part of componentsIn(root)) {
    if ((part instanceof FieldComponent && formOf(part) !== null) || part instanceof OwnComponent) {
      const value = valueAt(payload, part.fieldName.split('.'));
      if (value !== undefined) part.show(value);
    }
    if (isChosen(part, type ?? '', payload)) part.markChosen();
  }
}

function* componentsIn(part: Part): Iterable<Part> {
  yield part;
  for (const inner of part.components) yield* componentsIn(inner);
}

/** The payload that a component declares is a part of the one that was sent. */
function isChosen({ props }: Part, type: string, payload: unknown): boolean {
  const declared = declaredIn(props['onClickAction']);
  return declared !== null && declared.type === type && isWithin(declared.payload ?? {}, payload ?? {});
}

function isWithin(some: unknown, all: unknown): boolean {
  if (!isRecord(some) || !isRecord(all)) return JSON.stringify(some) === JSON.stringify(all);
  return Object.entries(some).every(
    ([name, value]) => Object.hasOwn(all, name) && isWithin(value, all[name]),
  );
}

function valueAt(payload: unknown, [name = '', ...rest]: readonly string[]): unknown {
  const value = isRecord(payload) && Object.hasOwn(payload, name) ? payload[name] : undefined;
  return rest.length === 0 ? value : valueAt(value, rest);
}
