// A picture in the size of the window.
import { css } from '../../../dom/css.ts';

export const pictureDialog = css`
  .picture-dialog {
    position: fixed; inset: 0; margin: 0; padding: 0; inline-size: 100vw; max-inline-size: none;
    block-size: 100dvh; max-block-size: none; color: #fff; background: none; border: 0; overflow: hidden;
    animation: appear 140ms ease-out backwards; cursor: zoom-out;
  }
  .picture-dialog[open] { display: flex; flex-direction: column; }
  .picture-dialog::backdrop { background: rgb(0 0 0 / 0.9); }
  .picture-head {
    display: flex; align-items: center; gap: 12px; flex: none; padding: 8px 12px 8px 20px;
    padding-inline: 20px 12px; font-size: 0.9375em;
  }
  .picture-head bdi {
    flex: 1; min-inline-size: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap;
  }
  .picture-head .icon-button { color: #fff; }
  @media (hover: hover) {
    .picture-head .icon-button:hover:enabled { color: #fff; background: rgb(255 255 255 / 0.16); }
  }
  .picture-head .icon-button:focus-visible { outline-color: #fff; }
  .picture-dialog turnstream-picture {
    flex: 1; min-block-size: 0; display: grid; place-items: center; padding: 0 16px 16px;
  }
  .picture-dialog img {
    max-inline-size: 100%; max-block-size: 100%; min-block-size: 0; object-fit: contain; cursor: default;
    border-radius: var(--radius-s); background: var(--n1);
  }
  .picture-dialog .attached-file { border-color: currentColor; }
  .picture-dialog .attached-file .icon { color: inherit; }
  @media (forced-colors: active) { .picture-dialog { background: Canvas; color: CanvasText; } }
`;
