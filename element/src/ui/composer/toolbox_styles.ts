// The buttons beside the field.
import { css } from '../css.ts';

export const toolbox = css`
  /* Lies behind the field with the same text, invisible but for the ground of its tags. */
  .mirror mark { color: transparent; background: color-mix(in srgb, var(--link) 14%, transparent); border-radius: 4px; box-shadow: 0 0 0 2px color-mix(in srgb, var(--link) 14%, transparent); }
  .dictate.recording { color: var(--danger); }
  .dictate.recording .icon { animation: breathe 1.6s ease-in-out infinite; }
  .dictate.writing { animation: breathe 1.6s ease-in-out infinite; }
  .spring ~ .menu-anchor { flex: 0 1 auto; min-inline-size: 0; }
  .quiet-button { max-inline-size: 100%; }
  .chip { min-inline-size: 0; }
  .chip span { overflow: hidden; text-overflow: ellipsis; }
  .quiet-button span { overflow: hidden; text-overflow: ellipsis; }
  .spring ~ .menu-anchor .menu { inset-inline: auto -2px; }
  @container shell (inline-size < 340px) { .chip.selected span { display: none; } }
  /* All six of them fit 320 px, each as wide as a finger. */
  @container shell (inline-size < 340px) { .composer-bar { gap: 0; } .composer-bar .send { margin: 0; } }
  @media (pointer: coarse) { .spring ~ .menu-anchor, .quiet-button { min-inline-size: 44px; } }
  @media (pointer: coarse) { .chip { min-inline-size: 44px; justify-content: center; } }
  @container shell (inline-size < 480px) { .chip.pinned span { display: none; } .chip.pinned { padding: 8px; border-color: transparent; } }
`;
