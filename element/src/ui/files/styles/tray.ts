// The files of a message that is not sent yet.
import { css } from '../../../dom/css.ts';

export const tray = css`
  .tray {
    max-block-size: min(236px, 36vh); overflow: hidden auto; overscroll-behavior: contain;
    scrollbar-width: thin; gap: 10px; padding-block: 8px 6px; padding-inline: 6px 10px;
  }
  .tile {
    position: relative; display: flex; align-items: center; min-inline-size: 0; max-inline-size: 100%;
    min-block-size: 56px; border: 1px solid var(--n6); border-radius: min(var(--radius-m), 12px);
    background: var(--n2); animation: appear 140ms ease-out backwards;
  }
  .tile-picture {
    position: relative; display: grid; place-items: center; flex: none; inline-size: 54px; block-size: 54px;
    color: var(--n10);
  }
  .tile-picture > .icon, .tile-picture turnstream-picture .icon { inline-size: 22px; block-size: 22px; }
  .tile-picture turnstream-picture {
    display: grid; place-items: center; inline-size: 100%; block-size: 100%;
  }
  .tile-picture img {
    display: block; inline-size: 54px; block-size: 54px; object-fit: cover;
    border-radius: calc(min(var(--radius-m), 12px) - 1px);
  }
  .tile:not(.image) .tile-picture { inline-size: 44px; }
  .tile-text {
    display: grid; min-inline-size: 0; max-inline-size: 150px; font-size: 0.875em; line-height: 1.3;
    padding-inline-end: 16px;
  }
  .tile-text > * { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .tile.image:not(.failed) .tile-picture:has(turnstream-picture:not([broken])) + .tile-text { display: none; }
  .tile.failed { border-color: var(--danger-line); padding-inline-end: 10px; gap: 4px; }
  .tile.failed .tile-text { flex: 1; max-inline-size: 260px; padding: 6px 0; padding-inline-start: 6px; }
  .tile.failed small { color: var(--danger); white-space: normal; font-size: 0.93em; }
  .tile.failed img { opacity: 0.5; }
  .tile-remove.tile-remove {
    position: absolute; inset-block-start: -8px; inset-inline-end: -8px; inline-size: 24px; block-size: 24px;
    border-radius: 50%; color: var(--n1); background: none;
  }
  .tile-remove > span {
    display: grid; place-items: center; inline-size: 20px; block-size: 20px; color: var(--n1);
    background: var(--n11); border: 1.5px solid var(--n1); border-radius: 50%; box-sizing: content-box;
  }
  .tile-remove .icon.icon { inline-size: 14px; block-size: 14px; }
  @media (hover: hover) { .tile-remove:hover > span { background: var(--n12); } }
  @media (pointer: coarse) {
    .tile-remove.tile-remove {
      inline-size: 44px; block-size: 44px; inset-block-start: -18px; inset-inline-end: -18px;
    }
    .tray { gap: 14px; padding-block: 14px 8px; padding-inline: 6px 16px; }
  }
  .tile .spinner {
    position: absolute; inset: 0; margin: auto; inline-size: 22px; block-size: 22px; border-radius: 50%;
    border: 2.5px solid var(--n7); border-block-start-color: var(--n12);
    animation: turn 900ms linear infinite;
  }
  .tile[aria-busy='true'] .tile-picture > .icon { opacity: 0.25; }
  .tile[aria-busy='true'] .tile-picture:has(img)::after {
    content: ''; position: absolute; inset: 0; background: rgb(0 0 0 / 0.42);
    border-radius: calc(min(var(--radius-m), 12px) - 1px);
  }
  .tile-picture:has(img) .spinner {
    z-index: 1; border-color: rgb(255 255 255 / 0.35); border-block-start-color: #fff;
  }
  @container shell (inline-size < 340px) {
    .tile.failed { gap: 0; padding-inline-end: 4px; }
    .tile.failed .tile-text { padding-inline-start: 12px; }
    .tile.failed .tile-picture, .tile.failed img { inline-size: 40px; }
    .tile.failed .tile-picture { align-self: stretch; block-size: auto; }
    .tile.failed img { block-size: 40px; margin: 6px; }
  }
  @keyframes turn { to { transform: rotate(1turn); } }
  @media (prefers-reduced-motion: reduce) { .tile .spinner { border-style: dotted; } }
  @media (forced-colors: active) {
    .tile-remove.tile-remove { border: 1px solid ButtonBorder; background: ButtonFace; }
    .tile-remove > span { color: ButtonText; background: none; border: 0; }
    .tile .spinner { border-color: GrayText; border-block-start-color: Highlight; forced-color-adjust: none; }
  }
`;
