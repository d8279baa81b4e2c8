// The outer layout: header, scrolling middle, foot; and the start screen.
import { css } from '../../../dom/css.ts';

export const frame = css`
  .shell { position: relative; block-size: 100%; overflow: hidden; container: shell / inline-size; }
  .layout { display: flex; block-size: calc(100% - var(--covered, 0px)); }
  .chat {
    --gutter: calc(var(--unit) * 4); flex: 1; min-inline-size: 0; display: flex; flex-direction: column;
    position: relative;
  }
  header {
    display: flex; align-items: center; gap: 4px; flex: none;
    min-block-size: 52px; padding: 8px 10px;
    border-block-end: 1px solid transparent; transition: border-color 160ms ease-out;
  }
  .scrolled header { border-block-end-color: var(--n6); }
  .title {
    flex: 1; min-inline-size: 0; font-size: 0.9375em; font-weight: 600; letter-spacing: -0.006em;
    line-height: 1.3; padding-inline: 6px;
  }
  .scroller {
    flex: 1; min-block-size: 0; overflow: hidden auto; overscroll-behavior: contain; scrollbar-width: thin;
    scrollbar-color: var(--n7) transparent; outline-offset: -3px;
  }
  /* Blocks, not flex items, all the way down to the text: a flex container lays out its whole content for
     every token. */
  .content {
    min-block-size: 100%; inline-size: 100%; max-inline-size: calc(43em + 2 * var(--gutter));
    margin-inline: auto; padding: calc(var(--unit) * 3) var(--gutter) calc(var(--unit) * 3);
  }
  footer {
    flex: none; display: flex; flex-direction: column; position: relative; max-block-size: 80%;
    padding: 0 var(--gutter) max(calc(var(--unit) * 3), env(safe-area-inset-bottom));
  }
  .column {
    display: flex; flex-direction: column; gap: calc(var(--unit) * 2); min-block-size: 0; inline-size: 100%;
    max-inline-size: 43em; margin-inline: auto;
  }
  .column > * { flex: none; min-inline-size: 0; }
  .entry { display: flex; flex-direction: column; gap: inherit; }
  .entry > * { flex: none; min-inline-size: 0; }

  /* An element of 180 px: the text has priority. */
  .short {
    header { min-block-size: 36px; padding-block: 0; }
    footer { max-block-size: calc(100% - 36px); padding-block-end: 8px; }
  }
  .short :is(textarea, .mirror) { max-block-size: 3.2em; overflow-y: auto; }
  .short :is(.reply, .disclaimer) { display: none; }

  /* Text fades out where it passes under the composer. */
  footer::before {
    content: ''; position: absolute; inset-block-end: 100%; inset-inline: 0 10px; block-size: 20px;
    pointer-events: none; background: linear-gradient(to top, var(--n1), transparent);
  }
  .jump-anchor {
    position: absolute; inset-block-end: 100%; inset-inline: 0; display: flex; justify-content: center;
    pointer-events: none; padding-block-end: 12px;
  }
  .jump {
    pointer-events: auto; display: grid; place-items: center; inline-size: 36px; block-size: 36px;
    border-radius: var(--radius-full); color: var(--n11); background: var(--raised);
    border: 1px solid var(--n6); box-shadow: 0 2px 10px rgb(0 0 0 / 0.1);
    animation: appear 140ms ease-out backwards;
  }
  @media (hover: hover) { .jump:hover { background: var(--n3); color: var(--n12); } }
  @media (pointer: coarse) { .jump { inline-size: 44px; block-size: 44px; } }

  /* The list of threads: over the chat in narrow elements, next to it in wide ones. */
  .history {
    position: absolute; inset-block: 0; inset-inline-start: 0; z-index: 5; display: flex;
    flex-direction: column; inline-size: min(320px, 88cqi); background: var(--n1);
    border-inline-end: 1px solid var(--n6); box-shadow: 0 0 32px rgb(0 0 0 / 0.16);
    animation: appear 140ms ease-out backwards;
  }
  /* Catches clicks next to the panel. The thread stays readable. */
  .scrim { position: absolute; inset: 0; z-index: 4; }
  .history-head {
    display: flex; align-items: center; gap: 2px; flex: none; min-block-size: 52px; padding: 8px 8px 8px 18px;
    padding-inline: 18px 8px;
  }
  .history-head h2 { flex: 1; font-size: 0.9375em; font-weight: 600; }

  .content.starts { display: grid; }
  .start {
    min-inline-size: 0; display: flex; flex-direction: column; justify-content: center;
    gap: calc(var(--unit) * 7); padding-block: calc(var(--unit) * 4) calc(var(--unit) * 6);
  }
  .greeting {
    font-size: clamp(1.5em, 1.1em + 2cqi, 1.95em); font-weight: 600; letter-spacing: -0.021em;
    line-height: 1.2; text-align: center; text-wrap: balance;
  }
  .prompts { display: grid; gap: calc(var(--unit) * 2); }
  .prompt {
    display: flex; align-items: center; gap: 12px; inline-size: 100%; block-size: 100%; min-block-size: 52px;
    padding: calc(var(--unit) * 3) calc(var(--unit) * 4); text-align: start; font-size: 0.9375em;
    line-height: 1.4; color: var(--n12); border: 1px solid var(--n6); border-radius: var(--radius-m);
    transition: background-color 120ms ease-out, border-color 120ms ease-out;
  }
  .prompt .icon { color: var(--n10); }
  @media (hover: hover) {
    .prompt:hover { background: var(--n2); border-color: var(--n7); }
    .prompt:hover .icon { color: var(--n12); }
  }
  .prompt:active { background: var(--n4); }


  @container shell (inline-size >= 900px) {
    .history { position: relative; flex: none; inline-size: 280px; background: var(--n2); }
    .scrim { display: none; }
    .with-history .history-button { display: none; }
  }
  @container shell (inline-size >= 560px) {
    header { padding-inline: 14px; }
    .prompts { grid-template-columns: 1fr 1fr; }
    .chat { --gutter: calc(var(--unit) * 6); }
    footer { padding-block-end: calc(var(--unit) * 4); }
  }
`;
