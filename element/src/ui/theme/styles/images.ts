// Generated images, and the files of a message.
import { css } from '../../../dom/css.ts';

export const images = css`
  .attached-file {
    display: inline-flex; align-items: center; gap: 8px; padding: 8px 12px; font-size: 0.875em;
    border: 1px solid var(--n6); border-radius: var(--radius-m);
  }
  .attached-file .icon { color: var(--n10); }
  .chips .attached-file { padding-block: 2px; padding-inline-end: 4px; }
  .attachments { display: flex; flex-wrap: wrap; justify-content: flex-end; gap: 6px; }
  .attached-image {
    max-inline-size: 180px; max-block-size: 180px; border-radius: var(--radius-m);
    border: 1px solid var(--n6);
  }
  .generated { max-inline-size: 400px; }
  .generated img, .image-wait {
    display: block; inline-size: 100%; border-radius: var(--radius-m); border: 1px solid var(--n6);
  }
  .image-wait {
    aspect-ratio: 1; display: grid; place-content: center; justify-items: center; gap: 8px; color: var(--n10);
    background: var(--n2); font-size: 0.9em;
  }
  .generated progress {
    inline-size: 100%; block-size: 4px; margin-block-start: 8px; accent-color: var(--accent);
  }
`;
