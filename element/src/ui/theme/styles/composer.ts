// The field, its bar and its menus.
import { css } from '../../../dom/css.ts';

export const composer = css`
  .composer {
    position: relative; display: flex; flex-direction: column; background: var(--n1);
    border: 1px solid var(--n7); border-radius: var(--radius-l); padding: calc(var(--unit) * 2); cursor: text;
    transition: border-color 140ms ease-out;
  }
  .composer:has(textarea:focus-visible) { border-color: var(--n9); }
  textarea:focus-visible { outline: 0; }
  .composer.blocked { background: var(--n2); border-color: var(--n6); cursor: default; }
  textarea {
    display: block; inline-size: 100%; resize: none; border: 0; outline: 0; background: none; padding: 0;
    margin: 4px 8px 2px; inline-size: calc(100% - 16px); line-height: 1.5; overflow: hidden;
    scrollbar-width: thin; font-size: max(1em, 16px);
  }
  .mirror { font-size: max(1em, 16px); }
  @media (pointer: fine) { textarea, .mirror { font-size: 1em; } }
  textarea.scrolls { overflow-y: auto; }
  .field { position: relative; display: grid; min-inline-size: 0; }
  .field > * { grid-area: 1 / 1; }
  textarea::placeholder { color: var(--n10); opacity: 1; text-overflow: ellipsis; }
  .composer-bar {
    display: flex; flex-wrap: wrap; align-items: center; gap: 4px; min-block-size: 36px;
    margin-block-start: 4px; min-inline-size: 0;
  }
  /* Without tools and models one row is enough. */
  .composer.plain { display: grid; grid-template-columns: 1fr auto; align-items: end; }
  .composer.plain > .reply, .composer.plain > .chips { grid-column: 1 / -1; }
  .composer.plain > .composer-bar { margin: 0; }
  .composer.plain .field > * { margin-block: 6px; align-self: center; }
  @media (pointer: coarse) { .composer.plain .field > * { margin-block: 10px; } }
  .send {
    display: grid; place-items: center; flex: none; inline-size: 36px; block-size: 36px;
    margin-inline-start: auto; color: var(--on-accent); background: var(--accent);
    border-radius: var(--radius-full); transition: background-color 140ms ease-out, color 140ms ease-out;
  }
  .send:disabled { color: var(--n8); background: var(--n4); }
  @media (hover: hover) { .send:hover:enabled { background: var(--accent-hover); } }
  @media (pointer: coarse) { .send { inline-size: 44px; block-size: 44px; } }
  .spring { min-inline-size: 0; }
`;
