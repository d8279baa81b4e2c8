// Workflows and tasks, as a disclosure.
import { nothing, type TemplateResult } from 'lit-html';
import type { RenderOptions } from '../../markdown/render/render.ts';
import type { Source, Task, Workflow } from '../../protocol/wire.ts';
import { html } from '../base/html.ts';
import { type Icon, icon } from '../base/icons.ts';
import { markdown } from '../base/markdown_part.ts';
import type { Strings } from '../i18n/strings.ts';
import { styles as sourceStyles, sourceTemplate } from '../sources/sources.ts';
import { workflow } from './styles/workflow.ts';

export const styles = [...sourceStyles, workflow];

export type TaskContext = {
  readonly strings: Strings;
  readonly locale: string;
  readonly markdown: Partial<RenderOptions>;
};

/** "12 seconds", "2 minutes": in the words of the locale. */
export function durationText(seconds: number, locale: string): string {
  const isLong = seconds >= 90;
  const value = Math.max(1, Math.round(isLong ? seconds / 60 : seconds));
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: isLong ? 'minute' : 'second',
    unitDisplay: 'long',
  }).format(value);
}

function titleOf(task: Task, isRunning: boolean, strings: Strings): string {
  if (task.title != null && task.title !== '') return task.title;
  switch (task.type) {
    case 'web_search':
      return task.title_query ?? (isRunning ? strings.searching : strings.searched);
    case 'thought':
      return isRunning ? strings.thinking : strings.thought;
    case 'file':
      return isRunning ? strings.readingFiles : strings.readFiles;
    case 'image':
      return isRunning ? strings.creatingImage : strings.createdImage;
    default:
      return strings.workingOn;
  }
}

function iconOf(task: Task): string {
  switch (task.type) {
    case 'custom':
      return task.icon ?? 'dot';
    case 'web_search':
      return 'globe';
    case 'thought':
      return 'lightbulb';
    case 'file':
      return 'document';
    case 'image':
      return 'square-image';
    default:
      return 'dot';
  }
}

function isRunning(task: Task): boolean {
  return task.status_indicator === 'loading';
}

/** The icon of a task. Inside a workflow, the heading already has the light bulb. */
function stepSymbol(task: Task): Icon {
  return task.type === 'thought' ? icon('dot') : taskSymbol(task);
}

function taskSymbol(task: Task): Icon {
  return icon(
    task.status_indicator === 'complete' && task.type === 'custom' && task.icon == null
      ? 'check-circle'
      : iconOf(task),
  );
}

function bodyOf(task: Task, context: TaskContext): TemplateResult | null {
  if (task.type === 'thought' || task.type === 'custom') {
    const content = task.content ?? '';
    return content === ''
      ? null
      : html`<div class="task-text">${markdown(content, isRunning(task), context.markdown)}</div>`;
  }
  if (task.type === 'web_search') return searchBody(task, context);
  const sources = task.type === 'file' ? (task.sources ?? []) : [];
  return sources.length === 0 ? null : sourceList(sources, context);
}

function sourceList(sources: readonly Source[], context: TaskContext): TemplateResult {
  return html`<div class="task-sources">${sources.map((source) => sourceTemplate(source, context))}</div>`;
}

function queryTemplate(query: string): TemplateResult {
  return html`<span class="query">${icon('search')}${query}</span>`;
}

function searchBody(
  task: Extract<Task, { type: 'web_search' }>,
  context: TaskContext,
): TemplateResult | null {
  const queries = task.queries ?? [];
  const sources = task.sources ?? [];
  if (queries.length + sources.length === 0) return null;
  return html`${
    queries.length === 0 ? nothing : html`<div class="queries">${queries.map(queryTemplate)}</div>`
  }
    ${sources.length === 0 ? nothing : sourceList(sources, context)}`;
}

function taskRow(task: Task, context: TaskContext): TemplateResult {
  const title = titleOf(task, isRunning(task), context.strings);
  return html`<li class="step ${isRunning(task) ? 'running' : ''}">
    <div class="step-title">${stepSymbol(task)}<span>${title}</span></div>
    ${bodyOf(task, context) ?? nothing}
  </li>`;
}

function disclosureHeading(symbol: Icon, title: string, running: boolean, opens: boolean): TemplateResult {
  return html`${symbol}<span class="disclosure-title ${running ? 'running' : ''}">${title}</span>${
    opens ? icon('chevron-down') : nothing
  }`;
}

/** A single task, as a disclosure if it has content. */
export function taskTemplate(task: Task, context: TaskContext): TemplateResult {
  const body = bodyOf(task, context);
  const heading = disclosureHeading(
    taskSymbol(task),
    titleOf(task, isRunning(task), context.strings),
    isRunning(task),
    body !== null,
  );
  if (body === null)
    return html`<div class="disclosure" part="step"><div class="disclosure-heading">${heading}</div></div>`;
  return html`<details class="disclosure"
    part="step"><summary>${heading}</summary><div class="disclosure-body">${body}</div></details>`;
}

/** What a workflow did: in the app's words, or how long it took, or what it is at. */
export function summaryText(
  workflow: Workflow,
  running: boolean,
  context: Pick<TaskContext, 'strings' | 'locale'>,
): string {
  const { strings, locale } = context;
  const summary = workflow.summary ?? null;
  const current = workflow.tasks.at(-1);
  if (summary !== null && 'title' in summary) return summary.title;
  if (summary !== null) {
    const words = workflow.type === 'reasoning' ? strings.thoughtFor : strings.workedFor;
    return words(durationText(summary.duration, locale));
  }
  if (running) return current === undefined ? strings.thinking : titleOf(current, true, strings);
  return workflow.type === 'reasoning' ? strings.thought : strings.steps(workflow.tasks.length);
}

function summaryIcon(workflow: Workflow): string {
  const summary = workflow.summary ?? null;
  if (summary !== null && 'title' in summary && summary.icon != null) return summary.icon;
  return workflow.type === 'reasoning' ? 'lightbulb' : 'sparkle';
}

export function workflowTemplate(workflow: Workflow, running: boolean, context: TaskContext): TemplateResult {
  const opens = workflow.tasks.length > 0;
  const heading = disclosureHeading(
    icon(summaryIcon(workflow)),
    summaryText(workflow, running, context),
    running,
    opens,
  );
  if (!opens)
    return html`<div class="disclosure" part="step"><div class="disclosure-heading">${heading}</div></div>`;
  return html`<details class="disclosure" part="step" ?open=${workflow.expanded === true}>
    <summary>${heading}</summary>
    <ol class="disclosure-body steps">${workflow.tasks.map((task) => taskRow(task, context))}</ol>
  </details>`;
}
