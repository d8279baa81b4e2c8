// Applies updates of widgets as the element does: a line of JSON in, a line of JSON out.
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const { appendText, updateComponent } = await import(pathToFileURL(process.argv[2]).href);

const apply = {
  'widget.root.updated': (_, update) => update.widget,
  'widget.component.updated': (widget, update) =>
    updateComponent(widget, update.component_id, () => update.component),
  'widget.streaming_text.value_delta': (widget, update) =>
    updateComponent(widget, update.component_id, (node) => appendText(node, update.delta, update.done)),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { widget, updates } = JSON.parse(line);
  const changed = updates.reduce((before, update) => apply[update.type](before, update), widget);
  process.stdout.write(`${JSON.stringify(changed)}\n`);
}
