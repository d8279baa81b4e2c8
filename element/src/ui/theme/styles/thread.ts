// Messages, progress, and the row under a message group.
import { css } from '../../../dom/css.ts';

export const thread = css`
  .turn > * + * { margin-block-start: calc(var(--unit) * 4); }
  /* The padding leaves room for outlines, which content-visibility would clip. */
  .turn, .turn-group { display: flow-root; padding-inline: 8px; margin-inline: -8px; }
  /* Room below the message that was just sent, so that it can scroll to the top. */
  .turn.lead { min-block-size: calc(var(--room, 0px) - 24px); }
  /* Finished groups out of sight are neither laid out nor painted; a live one always is. */
  .turn-group:not(:last-child) { content-visibility: auto; }
  .turn-group:last-child > .turn:not(.live):not(:last-child) {
    content-visibility: auto; contain-intrinsic-size: auto 24em;
  }
  .turn > article { min-inline-size: 0; }

  .user {
    display: flex; flex-direction: column; align-items: flex-end; gap: 6px;
    padding-inline-start: calc(15% - 36px);
  }
  .bubble {
    max-inline-size: 100%; padding: calc(var(--unit) * 2.25) calc(var(--unit) * 4); color: var(--on-bubble);
    background: var(--bubble); border: 1px solid transparent; border-radius: var(--radius-l);
    white-space: pre-wrap; transition: opacity 160ms ease-out;
  }
  .bubble-line { display: flex; align-items: flex-start; gap: 4px; max-inline-size: 100%; }
  .bubble-line > .bubble { min-inline-size: 0; }
  .bubble-line > .actions { margin-block-start: 5px; }
  .user.sending .bubble { opacity: 0.65; }
  .user.failed .bubble { border-color: var(--danger-line); }
  .not-sent { display: flex; align-items: center; gap: 6px; font-size: 0.84em; color: var(--danger); }
  .not-sent .text-button { font-size: inherit; }
  .not-sent .icon { inline-size: 1.2em; block-size: 1.2em; }
  .quoted {
    display: flex; gap: 6px; max-inline-size: 100%; font-size: 0.875em; line-height: 1.45; color: var(--n10);
  }
  .quoted span {
    display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow: hidden;
  }
  .quoted .icon { margin-block-start: 0.1em; }
  .framed {
    padding: calc(var(--unit) * 3.5) calc(var(--unit) * 4); border: 1px solid var(--n6);
    border-radius: var(--radius-m);
  }
  .framed .markdown > :last-child { margin-block-end: 0; }

  /* Next to the first words of the answer, without a row of its own. */
  .turn:has(> .avatar) { --avatar-indent: 44px; }
  .turn > :not(.user) { margin-inline-start: var(--avatar-indent, 0px); }
  .turn > .turn-foot { margin-inline-start: calc(var(--avatar-indent, 0px) - 7px); }
  .turn > .avatar { float: inline-start; inline-size: 32px; margin-inline-start: 0; block-size: 0; }
  .turn > .avatar > * { display: block; max-inline-size: 100%; border-radius: var(--radius-full); }
  .turn > .avatar + * { margin-block-start: calc(var(--unit) * 4); }
  .message-footer { margin-block-start: calc(var(--unit) * 2); font-size: 0.875em; color: var(--n10); }

  /* The row of buttons is the space between two groups. Text in it gets additional space. */
  .turn > * + .turn-foot { margin-block-start: 2px; }
  .turn-foot {
    display: flex; align-items: center; gap: 10px; min-block-size: 32px; margin-inline-start: -7px;
    color: var(--n10); font-size: 0.9375em;
  }
  .turn-foot:has(> .stopped) { margin-block-end: calc(var(--unit) * 4); }
  .working-label { animation: fade-in 200ms ease-out 1s backwards; }
  @keyframes fade-in { from { opacity: 0; } }
  .pulse {
    inline-size: 11px; block-size: 11px; margin-inline-start: 7px; border-radius: 50%; background: var(--n12);
    animation: pulse 1.3s ease-in-out infinite;
  }
  .progress {
    display: inline-flex; align-items: center; gap: 9px; min-inline-size: 0; padding-inline-start: 7px;
    animation: appear 160ms ease-out backwards;
  }
  .progress .icon { animation: breathe 1.8s ease-in-out infinite; }
  .progress .pulse { margin-inline-start: 0; }
  .progress-text { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .stopped {
    display: inline-flex; align-items: center; gap: 5px; padding-inline: 7px 6px; font-size: 0.94em;
  }
  .stopped .icon { inline-size: 1.05em; block-size: 1.05em; }
  .actions { display: flex; gap: 1px; }
  @media (hover: hover) and (pointer: fine) {
    .actions { opacity: 0; transition: opacity 140ms ease-out; }
    .turn:hover .actions, .turn:focus-within .actions,
    .turn-group:last-child > .turn:last-child .turn-foot .actions, .actions:has([aria-pressed='true']) {
      opacity: 1;
    }
  }
  @media (pointer: coarse) {
    .turn-foot:not(:empty) {
      min-block-size: 44px; margin-block-end: calc(var(--unit) * 2); flex-wrap: wrap; row-gap: 0;
    }
    .actions { margin-inline-start: -6px; gap: 0; }
  }

  .thread-skeleton { padding-block-start: calc(var(--unit) * 4); }
  .user-bone {
    justify-self: end; inline-size: 42%; block-size: 2.6em; border-radius: var(--radius-l);
    margin-block-end: 10px;
  }
  .user-bone.short { inline-size: 28%; margin-block-start: 24px; }
  @container shell (inline-size < 560px) { .user { padding-inline-start: 0; } }
`;
