// The page's fonts for the chat.
import type { FontObject } from '../../api/options.ts';

const fonts = new Map<string, FontFace>();

/** Registers the fonts; each is loaded when text first needs it. `failed` is called for invalid ones. */
export function addFonts(sources: readonly FontObject[], failed: (error: unknown) => void): void {
  for (const source of sources) {
    try {
      add(source);
    } catch (error) {
      failed(error);
    }
  }
}

function add({ family, src, weight, style, display, unicodeRange }: FontObject): void {
  const url = new URL(src, document.baseURI).href;
  const descriptors: FontFaceDescriptors = {
    ...(weight !== undefined && { weight: String(weight) }),
    ...(style !== undefined && { style }),
    ...(unicodeRange !== undefined && { unicodeRange }),
    display: display ?? 'swap',
  };
  const key = JSON.stringify([family, url, descriptors]);
  if (fonts.has(key)) return;
  const font = new FontFace(family, `url(${JSON.stringify(url)})`, descriptors);
  fonts.set(key, font);
  document.fonts.add(font);
}
