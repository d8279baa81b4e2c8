// Messages, what the assistant does, and the line under a turn.
import { css } from 'lit';

export const thread = css`
  .turn + .turn { margin-block-start: calc(var(--unit) * 7); }
  .turn > * + * { margin-block-start: calc(var(--unit) * 4); }
  /* The padding leaves room for outlines, which content-visibility would clip. */
  .turn { display: flow-root; padding-inline: 8px; margin-inline: -8px; }
  /* Finished turns out of sight are neither laid out nor painted; a live one always is. */
  .turn:not(.live):not(:last-child) { content-visibility: auto; contain-intrinsic-size: auto 24em; }
  .turn > article { min-inline-size: 0; }

  .user { display: flex; flex-direction: column; align-items: flex-end; gap: 6px; padding-inline-start: 15%; }
  .bubble { max-inline-size: 100%; padding: calc(var(--unit) * 2.25) calc(var(--unit) * 4); color: var(--on-bubble); background: var(--bubble); border: 1px solid transparent; border-radius: var(--radius-l); white-space: pre-wrap; transition: opacity 160ms ease-out; }
  .user.sending .bubble { opacity: 0.65; }
  .user.failed .bubble { border-color: var(--danger-line); }
  .not-sent { display: flex; align-items: center; gap: 6px; font-size: 0.84em; color: var(--danger); }
  .not-sent .text-button { font-size: inherit; }
  .not-sent .icon { inline-size: 1.2em; block-size: 1.2em; }
  .quoted { display: flex; gap: 6px; max-inline-size: 100%; font-size: 0.875em; line-height: 1.45; color: var(--n10); }
  .quoted span { display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow: hidden; }
  .quoted .icon { margin-block-start: 0.1em; }
  .attachments { display: flex; flex-wrap: wrap; justify-content: flex-end; gap: 6px; }
  .attached-image { max-inline-size: 180px; max-block-size: 180px; border-radius: var(--radius-m); border: 1px solid var(--n6); }
  .attached-file { display: inline-flex; align-items: center; gap: 8px; padding: 8px 12px; font-size: 0.875em; border: 1px solid var(--n6); border-radius: var(--radius-m); }
  .attached-file .icon { color: var(--n10); }
  .framed { padding: calc(var(--unit) * 3.5) calc(var(--unit) * 4); border: 1px solid var(--n6); border-radius: var(--radius-m); }
  .framed .markdown > :last-child { margin-block-end: 0; }
  .questions dt { font-weight: 600; }
  .questions dd { color: var(--n11); margin-block: 2px 12px; }
  .questions > :last-child { margin-block-end: 0; }

  .question { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: calc(var(--unit) * 2.5) 10px; max-inline-size: 36em; padding: calc(var(--unit) * 3.5) calc(var(--unit) * 3.5) calc(var(--unit) * 3); border: 1px solid var(--n6); border-radius: var(--radius-m); background: var(--n2); font-size: 0.9375em; line-height: 1.5; animation: appear 160ms ease-out backwards; }
  .question + .question { margin-block-start: calc(var(--unit) * 2); }
  .question > .icon { margin-block-start: 0.12em; color: var(--link); }
  .question-text { font-weight: 600; text-wrap: pretty; white-space: pre-line; }
  .question > .arguments, .question > .question-foot { grid-column: 2; }
  .arguments { display: grid; grid-template-columns: fit-content(11em) minmax(0, 1fr); gap: var(--unit) 16px; max-block-size: 16em; overflow: auto; font-size: 0.94em; }
  .arguments dt { color: var(--n10); }
  .arguments dd { color: var(--n11); white-space: pre-wrap; font-variant-numeric: tabular-nums; }
  .question-foot { display: flex; align-items: center; gap: 8px; }
  .question-foot code { min-inline-size: 0; font: 0.82em var(--mono); color: var(--n10); }

  .turn > * + .turn-foot { margin-block-start: calc(var(--unit) * 2); }
  .turn-foot { display: flex; align-items: center; gap: 10px; min-block-size: 32px; margin-inline-start: -7px; color: var(--n10); font-size: 0.9375em; }
  .pulse { inline-size: 11px; block-size: 11px; margin-inline-start: 7px; border-radius: 50%; background: var(--n12); animation: pulse 1.3s ease-in-out infinite; }
  .progress { display: inline-flex; align-items: center; gap: 9px; min-inline-size: 0; padding-inline-start: 7px; animation: appear 160ms ease-out backwards; }
  .progress .icon { animation: breathe 1.8s ease-in-out infinite; }
  .progress .pulse { margin-inline-start: 0; }
  .progress-text { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .stopped { display: inline-flex; align-items: center; gap: 5px; padding-inline-start: 7px; font-size: 0.94em; }
  .stopped .icon { inline-size: 1.05em; block-size: 1.05em; }
  .actions { display: flex; gap: 1px; }
  @media (hover: hover) and (pointer: fine) {
    .actions { opacity: 0; transition: opacity 140ms ease-out; }
    .turn:hover .actions, .turn:focus-within .actions, .turn:last-child .actions, .actions:has([aria-pressed='true']) { opacity: 1; }
  }
  @media (pointer: coarse) { .turn-foot { min-block-size: 44px; flex-wrap: wrap; row-gap: 0; } .actions { margin-inline-start: -6px; gap: 0; } .stopped + .actions { margin: 0; } }

  .fold + .fold { margin-block-start: var(--unit); }
  .fold { font-size: 0.9375em; }
  .fold > summary, .fold-line { display: inline-flex; align-items: center; gap: 8px; max-inline-size: 100%; min-block-size: 30px; color: var(--n10); border-radius: var(--radius-s); }
  .fold > summary { cursor: pointer; list-style: none; }
  .fold > summary::-webkit-details-marker { display: none; }
  .fold > summary .icon { inline-size: 1.15em; block-size: 1.15em; }
  .fold > summary .icon:last-child { inline-size: 1em; block-size: 1em; transition: transform 160ms ease-out; }
  .fold[open] > summary .icon:last-child { transform: rotate(180deg); }
  .fold-title { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .fold-title.running { animation: breathe 1.8s ease-in-out infinite; }
  @media (hover: hover) { .fold > summary:hover { color: var(--n12); } }
  @media (pointer: coarse) { .fold > summary { min-block-size: 44px; } }
  .fold-body, .steps { margin-block-start: 6px; margin-inline-start: 0.55em; padding-inline-start: 1.1em; border-inline-start: 1px solid var(--n6); color: var(--n11); }
  .steps { display: grid; gap: calc(var(--unit) * 3); padding-block: 2px; }
  .step-title { display: flex; align-items: center; gap: 8px; color: var(--n11); }
  .step-title .icon { inline-size: 1.1em; block-size: 1.1em; color: var(--n10); }
  .step > :not(.step-title) { padding-inline-start: calc(1.1em + 8px); }
  .step.running .step-title { animation: breathe 1.8s ease-in-out infinite; }
  .task-text { font-size: 0.96em; color: var(--n11); margin-block-start: 2px; }
  .task-text .markdown > :last-child { margin-block-end: 0; }
  .queries, .task-sources { display: flex; flex-wrap: wrap; gap: 6px; margin-block-start: 6px; }
  .query, .task-sources .source { display: inline-flex; align-items: center; gap: 6px; max-inline-size: 100%; padding: 3px 9px; font-size: 0.9em; color: var(--n11); border: 1px solid var(--n6); border-radius: var(--radius-full); text-decoration: none; }
  .query .icon, .task-sources .icon { inline-size: 1em; block-size: 1em; color: var(--n10); }
  .task-sources .source-detail { display: none; }
  /* Reaches beyond the chip as far as the gap allows. */
  @media (pointer: coarse) { .queries, .task-sources { gap: 10px 6px; margin-block-start: 8px; } .query, .task-sources .source { position: relative; min-block-size: 34px; } .task-sources a.source::after { content: ''; position: absolute; inset: -6px -3px; } }

  .sources { margin-block-start: calc(var(--unit) * 1); }
  .source-list { margin-block-start: 4px; border: 1px solid var(--n6); border-radius: var(--radius-m); overflow: hidden; }
  .source-list li { display: flex; align-items: center; gap: 10px; padding-inline: 12px; }
  .source-list li + li { border-block-start: 1px solid var(--n6); }
  .source-number { flex: none; min-inline-size: 1.1em; color: var(--n10); font-size: 0.85em; font-variant-numeric: tabular-nums; text-align: center; }
  .source { min-inline-size: 0; }
  .source-list .source { flex: 1; display: flex; align-items: center; gap: 9px; min-block-size: 40px; color: var(--n12); text-decoration: none; }
  .source-list .source .icon { color: var(--n10); inline-size: 1.1em; block-size: 1.1em; }
  .source-title { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .source-detail { flex: none; max-inline-size: 45%; margin-inline-start: auto; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-size: 0.9em; color: var(--n10); }
  @media (hover: hover) { a.source:hover .source-title { text-decoration: underline; text-underline-offset: 0.2em; } }
  @media (pointer: coarse) { .source-list .source { min-block-size: 44px; } }

  .generated { max-inline-size: 400px; }
  .generated img, .image-wait { display: block; inline-size: 100%; border-radius: var(--radius-m); border: 1px solid var(--n6); }
  .image-wait { aspect-ratio: 1; display: grid; place-content: center; justify-items: center; gap: 8px; color: var(--n10); background: var(--n2); font-size: 0.9em; }
  .generated progress { inline-size: 100%; block-size: 4px; margin-block-start: 8px; accent-color: var(--accent); }

  .thread-skeleton { padding-block-start: calc(var(--unit) * 4); }
  .user-bone { justify-self: end; inline-size: 42%; block-size: 2.6em; border-radius: var(--radius-l); margin-block-end: 10px; }
  .user-bone.short { inline-size: 28%; margin-block-start: 24px; }
  @container shell (inline-size < 400px) { .question-foot code { display: none; } }
  @container shell (inline-size < 560px) { .source-list .source-detail { display: none; } .user { padding-inline-start: 12%; } }
`;
