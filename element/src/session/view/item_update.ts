// What `thread.item.updated` does to one item. An update that does not fit the item's type changes nothing.
import type {
  Annotation,
  AssistantContent,
  Task,
  ThreadItem,
  ThreadItemUpdate,
} from '../../protocol/wire.ts';
import type { ItemView } from './view.ts';
import { appendText, updateComponent } from './widget_update.ts';

export function updateItem(view: ItemView, update: ThreadItemUpdate): ItemView {
  if (update.type === 'generated_image.updated') return updateImage(view, update);
  const item = changeItem(view.item, update);
  return item === view.item ? view : { ...view, item };
}

type Update<Type extends ThreadItemUpdate['type']> = Extract<ThreadItemUpdate, { type: Type }>;

function changeItem(item: ThreadItem, update: ThreadItemUpdate): ThreadItem {
  switch (item.type) {
    case 'assistant_message': {
      const content = changeContent(item.content, update);
      return content === item.content ? item : { ...item, content };
    }
    case 'widget': {
      const widget = changeWidget(item.widget, update);
      return widget === item.widget ? item : { ...item, widget };
    }
    case 'workflow': {
      const tasks = changeTasks(item.workflow.tasks, update);
      return tasks === item.workflow.tasks ? item : { ...item, workflow: { ...item.workflow, tasks } };
    }
    default:
      return item;
  }
}

function changeContent(content: AssistantContent[], update: ThreadItemUpdate): AssistantContent[] {
  switch (update.type) {
    case 'assistant_message.content_part.added':
      return changePart(content, update.content_index, () => update.content);
    case 'assistant_message.content_part.text_delta':
      // One string append; the engine keeps it as a rope, so the cost does not grow with the text.
      return changePart(content, update.content_index, (part) => ({
        ...part,
        text: part.text + update.delta,
      }));
    case 'assistant_message.content_part.annotation_added':
      return changePart(content, update.content_index, (part) => addAnnotation(part, update));
    case 'assistant_message.content_part.done':
      return changePart(content, update.content_index, (part) => finishPart(part, update.content));
    default:
      return content;
  }
}

/** Updates may name a part that was never added: the missing parts before it are empty. */
function changePart(
  content: AssistantContent[],
  index: number,
  change: (part: AssistantContent) => AssistantContent,
): AssistantContent[] {
  if (!isIndex(index)) return content;
  const changed = content.slice();
  while (changed.length <= index) changed.push({ type: 'output_text', text: '', annotations: [] });
  changed[index] = change(changed[index]!);
  return changed;
}

function addAnnotation(
  part: AssistantContent,
  { annotation_index, annotation }: Update<'assistant_message.content_part.annotation_added'>,
): AssistantContent {
  const known: Annotation[] = part.annotations ?? [];
  const at = isIndex(annotation_index) ? annotation_index : known.length;
  return { ...part, annotations: known.toSpliced(at, 0, annotation) };
}

function finishPart(known: AssistantContent, content: AssistantContent): AssistantContent {
  if (content.annotations?.length || !known.annotations?.length) return content;
  return { ...content, annotations: known.annotations };
}

function changeWidget(widget: WidgetOf, update: ThreadItemUpdate): WidgetOf {
  switch (update.type) {
    case 'widget.root.updated':
      return update.widget;
    case 'widget.component.updated':
      return updateComponent(widget, update.component_id, () => update.component);
    case 'widget.streaming_text.value_delta':
      return updateComponent(widget, update.component_id, (node) =>
        appendText(node, update.delta, update.done),
      );
    default:
      return widget;
  }
}

type WidgetOf = Extract<ThreadItem, { type: 'widget' }>['widget'];

function changeTasks(tasks: Task[], update: ThreadItemUpdate): Task[] {
  if (update.type === 'workflow.task.added') return tasks.toSpliced(update.task_index, 0, update.task);
  if (update.type === 'workflow.task.updated') return tasks.toSpliced(update.task_index, 1, update.task);
  return tasks;
}

function updateImage(view: ItemView, { image, progress }: Update<'generated_image.updated'>): ItemView {
  if (view.item.type !== 'generated_image') return view;
  const { progress: before, ...rest } = view;
  const now = progress ?? before;
  return { ...rest, item: { ...view.item, image }, ...(now !== undefined && { progress: now }) };
}

/** Limits the index, so that a wrong one cannot exhaust the page's memory. */
function isIndex(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < 1000;
}
