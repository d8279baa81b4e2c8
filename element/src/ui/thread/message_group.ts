// A message group: its items, and below them one row for progress or actions.
import { nothing, type TemplateResult } from 'lit-html';
import { guard } from 'lit-html/directives/guard.js';
import { copyOf } from '../../api/slots.ts';
import type { ErrorView, ItemView, ThreadView } from '../../session/view/view.ts';
import { html } from '../base/html.ts';
import { icon } from '../base/icons.ts';
import { type Strings, said } from '../i18n/strings.ts';
import type { ConfirmationContext } from './confirmations.ts';
import { type ItemContext, itemTemplate } from './items.ts';
import {
  connectionText,
  hasAnswer,
  isProducing,
  isVisible,
  type MessageGroup,
  userItemOf,
} from './message_groups.ts';

export type Feedback = 'positive' | 'negative';

export type GroupContext = ItemContext &
  ConfirmationContext & {
    readonly offersFeedback: boolean;
    readonly copy: (group: MessageGroup) => void;
    readonly feedback: (group: MessageGroup, kind: Feedback) => void;
    /** Null while the thread accepts no messages. */
    readonly retry: ((userItemId: string) => void) | null;
    readonly offersRetry: boolean;
  };

/** What a group shows besides its items; a change renders the group again. */
export type GroupState = {
  readonly phase: 'idle' | 'responding';
  readonly progress: ThreadView['progress'];
  readonly connection: ThreadView['connection'];
  readonly confirmations: ThreadView['confirmations'];
  readonly error: ErrorView | null;
  readonly stopped: boolean;
  readonly given: Feedback | null;
  /** Whether copying its text has succeeded; null if no result is shown. */
  readonly copied: boolean | null;
  readonly changes: GroupChanges | null;
};

/** The row under a group whose changes can be undone, or were. */
export type GroupChanges = {
  readonly kind: 'undo' | 'redo' | 'undone';
  readonly isBusy: boolean;
  readonly row: unknown;
};

export function groupTemplate(group: MessageGroup, state: GroupState, context: GroupContext): TemplateResult {
  const shown = group.items.filter(isVisible);
  const remedy = state.error === null ? null : retryOf(group, state.error, context);
  // One button is enough: the error explains more than the row under an unsent message.
  const items = remedy === null ? context : { ...context, resend: null };
  const firstAnswer = shown.find(({ item }) => item.type !== 'user_message');
  const row = (view: ItemView): unknown =>
    view === firstAnswer
      ? html`${avatarTemplate(context)}${itemTemplate(view, items)}`
      : itemTemplate(view, items);
  return html`${shown.map(row)}
    ${
      state.confirmations.length === 0
        ? nothing
        : context.extras.get()?.confirmationsTemplate(state.confirmations, context)
    }
    ${state.error === null ? nothing : errorTemplate(state.error, remedy, context.strings)}
    ${state.changes?.row}
    <div class="turn-foot">${footTemplate(group, state, context)}</div>`;
}

function avatarTemplate({ slotted: { avatar } }: GroupContext): TemplateResult | typeof nothing {
  return avatar === null
    ? nothing
    : html`<div class="avatar" part="avatar"
        aria-hidden="true">${guard([avatar], () => copyOf(avatar))}</div>`;
}

function footTemplate(
  group: MessageGroup,
  state: GroupState,
  context: GroupContext,
): TemplateResult | typeof nothing {
  if (state.phase === 'responding') return workTemplate(group, state, context.strings);
  const note = state.stopped
    ? html`<span class="stopped">${icon('stop')}${context.strings.stopped}</span>`
    : nothing;
  const actions = hasAnswer(group) || state.stopped ? actionsTemplate(group, state, context) : nothing;
  return html`${note}${actions}`;
}

/**
 * The progress line replaces the dot in the same row with the same height. No animation while the connection
 * is lost.
 */
function workTemplate(
  group: MessageGroup,
  { progress, connection, confirmations }: GroupState,
  strings: Strings,
): TemplateResult | typeof nothing {
  if (connection !== 'live')
    return html`<span class="stopped">
      ${icon('globe')}${connectionText(group.items, connection, strings)}</span>`;
  if (progress !== null) {
    return html`<span class="progress" part="progress">${
      progress.icon === null ? html`<span class="pulse"></span>` : icon(progress.icon)
    }<span class="progress-text">${progress.text}</span></span>`;
  }
  return isProducing(group) || confirmations.length > 0
    ? nothing
    : html`<span class="pulse"></span><span class="working-label">${strings.working}</span>`;
}

function retryOf(
  group: MessageGroup,
  { allowRetry }: ErrorView,
  { strings, retry }: GroupContext,
): Action | null {
  const userId = userItemOf(group)?.id;
  return allowRetry && userId !== undefined && retry !== null
    ? { label: strings.retry, icon: 'reload', run: () => retry(userId) }
    : null;
}

export type Action = {
  readonly label: string;
  readonly icon: string;
  readonly run: () => void;
  readonly pressed?: boolean;
};

function actionsTemplate(group: MessageGroup, state: GroupState, context: GroupContext): TemplateResult {
  return html`<div class="actions"
    part="actions">${actionsOf(group, state, context).map(actionButton)}</div>`;
}

function actionsOf(group: MessageGroup, state: GroupState, context: GroupContext): Action[] {
  const { strings, retry } = context;
  const userId = userItemOf(group)?.id;
  const actions: Action[] = [];
  if (hasAnswer(group)) {
    const label =
      state.copied === null ? strings.copyAnswer : state.copied ? strings.copied : strings.copyFailed;
    actions.push({
      label,
      icon: state.copied === null ? 'copy' : state.copied ? 'check' : 'danger',
      run: () => context.copy(group),
    });
    if (context.offersFeedback) actions.push(...feedbackActions(group, state, context));
  }
  const isOfferedAbove = state.error !== null && retryOf(group, state.error, context) !== null;
  if (context.offersRetry && retry !== null && userId !== undefined && !isOfferedAbove) {
    actions.push({ label: strings.retryAnswer, icon: 'reload', run: () => retry(userId) });
  }
  return actions;
}

function feedbackActions(
  group: MessageGroup,
  { given }: GroupState,
  { strings, feedback }: GroupContext,
): Action[] {
  return [
    {
      label: strings.goodAnswer,
      icon: 'thumb-up',
      pressed: given === 'positive',
      run: () => feedback(group, 'positive'),
    },
    {
      label: strings.badAnswer,
      icon: 'thumb-down',
      pressed: given === 'negative',
      run: () => feedback(group, 'negative'),
    },
  ];
}

function actionButton({ label, icon: name, run, pressed }: Action): TemplateResult {
  return html`<button type="button" class="icon-button small" aria-label=${label}
    aria-pressed=${pressed === undefined ? nothing : String(pressed)} @click=${run}>${icon(name)}</button>`;
}

/** An error in place of the answer, with its remedy. */
export function errorTemplate(error: ErrorView, remedy: Action | null, strings: Strings): TemplateResult {
  return html`<div class="card danger" part="error" role="group" aria-label=${strings.errorTitle}>
    ${icon('danger')}
    <div class="card-text"><p dir="auto">${said(error.message, strings)}</p></div>
    ${
      remedy === null
        ? nothing
        : html`<button type="button" class="button"
            @click=${remedy.run}>${icon(remedy.icon)}${remedy.label}</button>`
    }
  </div>`;
}
