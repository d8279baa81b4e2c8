// Generated images, and the files of a message.
import { css } from '../../../dom/css.ts';

export const pictures = css`
  .with-files { display: contents; }
  turnstream-picture { display: block; }
  .attached-file {
    display: inline-flex; align-items: center; gap: 8px; min-inline-size: 0; max-inline-size: 100%;
    padding: 8px 12px; font-size: 0.875em; border: 1px solid var(--n6); border-radius: var(--radius-m);
  }
  .attached-file .icon { color: var(--n10); }
  .attached-file .file-name { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .attachments {
    display: flex; flex-wrap: wrap; justify-content: flex-end; align-items: end; gap: 6px;
    max-inline-size: 100%;
  }
  .attachments > .attached-file { order: 1; max-inline-size: min(100%, 320px); }
  .picture-button { display: block; max-inline-size: 100%; border-radius: var(--radius-m); cursor: zoom-in; }
  .picture-button img { display: block; background: var(--n2); border-radius: inherit; }
  /* Heights are fixed: a picture that arrives moves nothing. */
  .attached-image { max-inline-size: 100%; block-size: 120px; }
  .attached-image img {
    inline-size: 120px; block-size: 120px; object-fit: cover; border: 1px solid var(--n6);
  }
  .one > .attached-image { block-size: 200px; }
  .one > .attached-image img {
    inline-size: auto; block-size: 200px; min-inline-size: 96px; max-inline-size: 100%;
  }
  .attached-image img.small { object-fit: scale-down; }
  .attached-image[broken] { block-size: auto; }
  .attached-image[loading] {
    inline-size: 120px; background: var(--n3); border-radius: var(--radius-m);
  }
  .generated { max-inline-size: 400px; }
  .generated img, .image-wait {
    display: block; inline-size: 100%; border-radius: var(--radius-m); border: 1px solid var(--n6);
  }
  .generated .picture-button { inline-size: 100%; }
  .image-wait, .generated turnstream-picture[loading] { aspect-ratio: 1; background: var(--n2); }
  .image-wait {
    display: grid; place-content: center; justify-items: center; gap: 8px; color: var(--n10);
    font-size: 0.9em;
  }
  .generated turnstream-picture[loading] { border-radius: var(--radius-m); }
  .generated progress {
    inline-size: 100%; block-size: 4px; margin-block-start: 8px; accent-color: var(--accent);
  }
`;
