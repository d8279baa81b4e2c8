// Header, start screen and skeleton.
import { nothing, type TemplateResult } from 'lit-html';
import type { ChatOptions, StartScreenPrompt } from '../../api/options.ts';
import type { ThreadView } from '../../session/view/view.ts';
import { html } from '../base/html.ts';
import { icon } from '../base/icons.ts';
import type { Strings } from '../i18n/strings.ts';

export type HeaderState = { readonly isStart: boolean; readonly isHistoryOpen: boolean };
export type HeaderActions = { readonly toggleHistory: () => void; readonly newChat: () => void };

function headerButton(name: string, label: string, run: () => void, extra = ''): TemplateResult {
  return html`<button type="button" class="icon-button ${extra}" aria-label=${label}
    @click=${run}>${icon(name)}</button>`;
}

function words(name: string): string {
  return name.replace(/^lucide:/, '').replaceAll('-', ' ');
}

export function headerTemplate(
  options: ChatOptions,
  view: ThreadView,
  strings: Strings,
  shown: HeaderState,
  run: HeaderActions,
): TemplateResult | typeof nothing {
  const { enabled = true, title, leftAction, rightAction } = options.header ?? {};
  if (!enabled) return nothing;
  const text = title?.text ?? view.thread?.title ?? '';
  const historyLabel = shown.isHistoryOpen ? strings.closeHistory : strings.openHistory;
  return html`<header part="header">
    ${
      leftAction === undefined
        ? nothing
        : headerButton(leftAction.icon, words(leftAction.icon), leftAction.onClick)
    }
    ${
      options.history?.enabled === false
        ? nothing
        : headerButton('history', historyLabel, run.toggleHistory, 'history-button')
    }
    ${
      title?.enabled === false || text === ''
        ? html`<span class="spring"></span>`
        : html`<h2 class="title" part="title"><bdi class="line">${text}</bdi></h2>`
    }
    ${shown.isStart ? nothing : headerButton('compose', strings.newChat, run.newChat)}
    ${
      rightAction === undefined
        ? nothing
        : headerButton(rightAction.icon, words(rightAction.icon), rightAction.onClick)
    }
  </header>`;
}

export function startTemplate(
  options: ChatOptions,
  strings: Strings,
  pick: (prompt: StartScreenPrompt) => void,
): TemplateResult {
  const prompts = options.startScreen?.prompts ?? [];
  return html`<div class="start" part="start">
    <h2 class="greeting" part="greeting" dir="auto">${options.startScreen?.greeting ?? strings.greeting}</h2>
    ${
      prompts.length === 0
        ? nothing
        : html`<ul class="prompts" aria-label=${strings.suggestions}>
      ${prompts.map(
        (prompt) => html`<li><button type="button" class="prompt" part="prompt" @click=${() => pick(prompt)}>
        ${icon(prompt.icon ?? 'sparkle')}<span dir="auto">${prompt.label}</span></button></li>`,
      )}
    </ul>`
    }
  </div>`;
}

export function loadingTemplate(strings: Strings): TemplateResult {
  const bones = [92, 84, 96, 60].map((width) => html`<span class="bone w${width}"></span>`);
  return html`<div class="skeleton thread-skeleton" role="status" aria-label=${strings.loading}>
    <span class="bone user-bone"></span>${bones}
    <span class="bone user-bone short"></span>${bones.slice(1)}
  </div>`;
}
