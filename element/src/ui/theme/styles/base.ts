// Resets, controls and shared styles.
import { css } from '../../../dom/css.ts';

export const base = css`
  :host {
    display: block;
    position: absolute;
    inset: 0;
    color: var(--n12);
    background: var(--n1);
    font: 400 var(--size) / 1.55 var(--font);
    -webkit-text-size-adjust: 100%;
    text-rendering: optimizeLegibility;
    -webkit-font-smoothing: antialiased;
    overflow-wrap: anywhere;
  }
  :host([hidden]), [hidden] { display: none !important; }
  *, *::before, *::after { box-sizing: border-box; }
  h2, h3, p, ul, ol, dl, dd, figure, blockquote { margin: 0; padding: 0; }
  ul, ol { list-style: none; }
  button, input, textarea { font: inherit; color: inherit; margin: 0; letter-spacing: inherit; }
  button {
    background: none; border: 0; padding: 0; cursor: pointer; -webkit-tap-highlight-color: transparent;
    touch-action: manipulation;
  }
  button:disabled { cursor: default; }
  a {
    color: var(--link); text-decoration-line: underline; text-decoration-thickness: 1px;
    text-underline-offset: 0.18em; text-decoration-color: color-mix(in srgb, currentColor 35%, transparent);
  }
  a:hover { text-decoration-color: currentColor; }
  :focus-visible { outline: 2px solid var(--link); outline-offset: 1px; }
  ::selection { background: color-mix(in srgb, var(--link) 24%, transparent); }
  .icon { inline-size: 1.25em; block-size: 1.25em; flex: none; display: block; pointer-events: none; }
  :dir(rtl) .icon.mirrored { transform: scaleX(-1); }
  /* A single line, truncated at the end of its own direction. */
  .line {
    display: block; inline-size: fit-content; max-inline-size: 100%; overflow: hidden;
    text-overflow: ellipsis; white-space: nowrap;
  }
  .spring { flex: 1; }
  .visually-hidden {
    position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%);
    white-space: nowrap;
  }

  .icon-button {
    display: inline-grid; place-items: center; flex: none;
    inline-size: 36px; block-size: 36px;
    color: var(--n11); border-radius: min(var(--radius-full), 10px);
    transition: background-color 120ms ease-out, color 120ms ease-out;
  }
  .icon-button.small { inline-size: 32px; block-size: 32px; color: var(--n10); }
  .icon-button.small .icon { inline-size: 1.125em; block-size: 1.125em; }
  .button, .text-button {
    display: inline-flex; align-items: center; gap: 6px; white-space: nowrap; font-size: 0.875em;
    font-weight: 500; line-height: 1.3;
  }
  .button {
    padding: 7px 14px; border: 1px solid var(--n7); border-radius: var(--radius-full); background: var(--n1);
  }
  .button.primary { color: var(--on-accent); background: var(--accent); border-color: transparent; }
  .button .icon { inline-size: 1.15em; block-size: 1.15em; }
  .text-button {
    padding: 4px 8px; border-radius: var(--radius-s); color: inherit; text-decoration: underline;
    text-underline-offset: 0.2em; text-decoration-thickness: 1px;
  }
  .icon-button[aria-pressed='true'] { color: var(--n12); }
  .icon-button[aria-pressed='true'] path:first-child {
    fill: color-mix(in srgb, currentColor 22%, transparent);
  }
  @media (hover: hover) {
    .icon-button:hover:enabled, .text-button:hover:enabled { background: var(--n4); color: var(--n12); }
    .button:hover:enabled { background: var(--n3); }
    .button.primary:hover:enabled { background: var(--accent-hover); }
  }
  .icon-button:active:enabled, .button:active:enabled { background: var(--n5); }
  .icon-button:is(:disabled, [aria-disabled]) { color: var(--n8); }

  .tag {
    color: var(--link); font-weight: 500; background: color-mix(in srgb, var(--link) 10%, transparent);
    padding: 0.05em 0.4em; border-radius: var(--radius-s);
  }

  .entity { font-size: inherit; text-align: start; cursor: pointer; }
  @media (hover: hover) {
    .tag.entity:hover { background: color-mix(in srgb, var(--link) 18%, transparent); }
  }

  .card {
    display: flex; align-items: flex-start; gap: 10px; padding: calc(var(--unit) * 3) calc(var(--unit) * 3.5);
    border: 1px solid var(--n6); border-radius: var(--radius-m); font-size: 0.9375em; line-height: 1.5;
  }
  .card > .icon { margin-block-start: 0.12em; }
  .card-text { flex: 1; min-inline-size: 0; }
  .card-text > strong { display: block; font-weight: 600; }
  .card .markdown > :last-child { margin-block-end: 0; }
  .card.danger { background: var(--danger-soft); border-color: var(--danger-line); }
  .card.danger > .icon { color: var(--danger); }
  .card .button { background: var(--n1); align-self: center; margin-block: -6px; }
  @container shell (inline-size < 480px) {
    .card:has(> .button) { flex-wrap: wrap; }
    .card:has(> .button) .card-text { flex-basis: calc(100% - 40px); }
    .card > .button { margin-block: 0; margin-inline-start: calc(1.25em / 0.875 + 10px); }
  }

  .inline-error {
    display: flex; align-items: center; gap: 8px; color: var(--danger); font-size: 0.875em; padding: 4px 8px;
  }

  .skeleton { display: grid; gap: 14px; }
  .bone {
    display: block; block-size: 0.8em; border-radius: var(--radius-s); background: var(--n4); opacity: 0;
    animation: appear 300ms ease-out 180ms forwards;
  }
  .w55 { inline-size: 55%; }
  .w60 { inline-size: 60%; }
  .w65 { inline-size: 65%; }
  .w70 { inline-size: 70%; }
  .w80 { inline-size: 80%; }
  .w84 { inline-size: 84%; } .w90 { inline-size: 90%; } .w92 { inline-size: 92%; } .w96 { inline-size: 96%; }
  @keyframes appear { from { opacity: 0; } to { opacity: 1; } }
  @keyframes pulse {
    0%, 100% { opacity: 1; transform: scale(1); }
    50% { opacity: 0.35; transform: scale(0.82); }
  }
  @keyframes breathe { 50% { opacity: 0.4; } }

  @media (pointer: coarse) {
    .icon-button, .icon-button.small { inline-size: 44px; block-size: 44px; }
    .button, .text-button { min-block-size: 44px; }
  }
  @media (prefers-reduced-motion: reduce) {
    *, *::before, *::after {
      animation: none !important; transition: none !important; scroll-behavior: auto !important;
    }
    .bone { opacity: 1; }
  }
`;
