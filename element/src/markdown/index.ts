/**
 * Markdown that is still being written, as DOM nodes.
 *
 * ```ts
 * const stream = new MarkdownStream({ headingLevel: 2 });
 * container.append(stream.node);
 * for await (const text of answer) stream.update(text, true);
 * stream.update(whole, false);
 * ```
 *
 * CommonMark with GitHub's tables, task lists, strikethrough, autolinks and footnotes, and with formulas
 * (`$…$`, `$$…$$`, `\(…\)`, `\[…\]`). Raw HTML is shown as text. Highlighting and mathematics are fetched
 * when they are first needed.
 */

export { FrameThrottle } from './frame_throttle.ts';
export { type Deeplink, parseDeeplink, safeHref } from './links.ts';
export type { Marks } from './render/marks.ts';
export type { PicturePlaces } from './render/pictures.ts';
export type { RenderOptions } from './render/render.ts';
export { MarkdownStream } from './stream.ts';
