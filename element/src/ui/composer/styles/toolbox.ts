// The buttons next to the field.
import { css } from '../../../dom/css.ts';

export const toolbox = css`
  .mirror {
    margin: 4px 8px 2px; line-height: 1.5; white-space: pre-wrap; overflow-wrap: break-word; overflow: hidden;
    color: transparent; pointer-events: none;
  }
  .chips { display: flex; flex-wrap: wrap; gap: 6px; padding: 2px 8px 4px; }
  .quiet-button, .chip {
    display: inline-flex; align-items: center; gap: 6px; padding: 6px 10px; white-space: nowrap;
    font-size: 0.875em; font-weight: 500; line-height: 1.3; color: var(--n11);
    border-radius: var(--radius-full);
  }
  .quiet-button .icon, .chip .icon { inline-size: 1.15em; block-size: 1.15em; }
  .quiet-button .icon { color: var(--n10); }
  .chip { border: 1px solid var(--n6); }
  .chip.selected {
    color: var(--link); border-color: transparent; background: color-mix(in srgb, var(--link) 11%, var(--n1));
  }
  @media (hover: hover) {
    .quiet-button:hover:enabled, .chip:hover:enabled { background: var(--n4); color: var(--n12); }
    .chip.selected:hover:enabled {
      color: var(--link); background: color-mix(in srgb, var(--link) 17%, var(--n1));
    }
  }
  .quiet-button:active:enabled, .chip:active:enabled { background: var(--n5); }
  .quiet-button:disabled, .chip:disabled { color: var(--n8); }
  @media (pointer: coarse) { .quiet-button, .chip { min-block-size: 44px; } }
  /* Lies behind the field with the same text, of which only the background of its tags is visible. */
  .mirror mark {
    color: transparent; background: color-mix(in srgb, var(--link) 14%, transparent); border-radius: 4px;
    box-shadow: 0 0 0 2px color-mix(in srgb, var(--link) 14%, transparent);
  }
  .dictate.recording { color: var(--danger); }
  .dictate.recording .icon { animation: breathe 1.6s ease-in-out infinite; }
  .dictate.writing { animation: breathe 1.6s ease-in-out infinite; }
  .spring ~ .menu-anchor { flex: 0 1 auto; min-inline-size: 0; }
  .quiet-button { max-inline-size: 100%; }
  .chip { flex: none; max-inline-size: 100%; }
  .chip span { overflow: hidden; text-overflow: ellipsis; }
  .quiet-button span { overflow: hidden; text-overflow: ellipsis; }
  .spring ~ .menu-anchor .menu { inset-inline: auto -2px; }
  /* All six of them fit 320 px, each as wide as a finger. */
  @container shell (inline-size < 340px) {
    .composer-bar { gap: 0; }
    .composer-bar .send { margin-inline: auto 0; }
  }
  @media (pointer: coarse) { .spring ~ .menu-anchor, .quiet-button { min-inline-size: 44px; } }
  @media (pointer: coarse) { .chip { min-inline-size: 44px; justify-content: center; } }
`;
