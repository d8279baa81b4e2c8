// What a frame learns of its place (`hostContext` of the specification).
import type { McpUiHostContext } from '@modelcontextprotocol/ext-apps/app-bridge';
import type { FrameSource } from '../../../api/options.ts';

const DARK = '(prefers-color-scheme: dark)';

export function themeOf(box: HTMLElement): 'light' | 'dark' {
  const scheme = getComputedStyle(box).colorScheme;
  const isEither = scheme.includes('dark') && scheme.includes('light');
  return (isEither ? matchMedia(DARK).matches : scheme.includes('dark')) ? 'dark' : 'light';
}

/** Calls `changed` when the person or the page may have changed the scheme; returns what ends that. */
export function watchScheme(box: HTMLElement, changed: () => void): () => void {
  const query = matchMedia(DARK);
  query.addEventListener('change', changed);
  // The element wears its theme as an inline style.
  const observer = new MutationObserver(changed);
  const root = box.getRootNode();
  if (root instanceof ShadowRoot) observer.observe(root.host, { attributeFilter: ['style'] });
  return () => {
    query.removeEventListener('change', changed);
    observer.disconnect();
  };
}

export function hostContextOf(
  box: HTMLElement,
  locale: string,
  maxHeight: number,
  { tool }: FrameSource,
): McpUiHostContext {
  return {
    theme: themeOf(box),
    locale,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    displayMode: 'inline',
    availableDisplayModes: ['inline'],
    containerDimensions: { width: box.clientWidth, maxHeight },
    platform: 'web',
    userAgent: 'turnstream',
    deviceCapabilities: {
      touch: matchMedia('(any-pointer: coarse)').matches,
      hover: matchMedia('(any-hover: hover)').matches,
    },
    ...(tool !== undefined && { toolInfo: { tool: { name: tool, inputSchema: { type: 'object' } } } }),
  };
}
