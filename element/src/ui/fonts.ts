// The fonts that a page brings for the chat.
import type { FontObject } from '../options.ts';

export const styles = [];

const fonts = new Map<string, FontFace>();

/** Makes the fonts known to the page; each is fetched when text first needs it. Raises: for one that no browser can read. */
export function addFonts(sources: readonly FontObject[]): void {
  for (const { family, src, weight, style, display, unicodeRange } of sources) {
    const url = new URL(src, document.baseURI).href;
    const descriptors: FontFaceDescriptors = {
      ...(weight !== undefined && { weight: String(weight) }), ...(style !== undefined && { style }),
      ...(unicodeRange !== undefined && { unicodeRange }), display: display ?? 'swap',
    };
    const key = JSON.stringify([family, url, descriptors]);
    if (fonts.has(key)) continue;
    const font = new FontFace(family, `url(${JSON.stringify(url)})`, descriptors);
    fonts.set(key, font);
    document.fonts.add(font);
  }
}
