// The options that a page passes to `setOptions`. Names and meanings are ChatKit's; what is absent has the default.
import type { UserMessageContent } from './protocol/wire.ts';

export type ColorScheme = 'light' | 'dark';

export type ThemeOption = {
  colorScheme?: ColorScheme;
  radius?: 'pill' | 'round' | 'soft' | 'sharp';
  density?: 'compact' | 'normal' | 'spacious';
  typography?: { baseSize?: 14 | 15 | 16 | 17 | 18; fontFamily?: string; fontFamilyMono?: string };
  color?: {
    grayscale?: { hue: number; tint: number; shade?: number };
    accent?: { primary: string; level: 0 | 1 | 2 | 3 };
    surface?: { background: string; foreground: string };
  };
};

export type StartScreenPrompt = { label: string; prompt: string | UserMessageContent[]; icon?: string };

export type ToolOption = {
  id: string;
  label: string;
  icon: string;
  shortLabel?: string;
  placeholderOverride?: string;
  pinned?: boolean;
  persistent?: boolean;
};

export type ModelOption = { id: string; label: string; description?: string; disabled?: boolean; default?: boolean };

export type ChatOptions = {
  api: { url: string; fetch?: typeof fetch; domainKey?: string };
  locale?: string;
  theme?: ColorScheme | ThemeOption;
  frameTitle?: string;
  initialThread?: string | null;
  onClientTool?: (call: {
    name: string;
    params: Record<string, unknown>;
  }) => Promise<Record<string, unknown>> | Record<string, unknown>;
  header?: {
    enabled?: boolean;
    title?: { enabled?: boolean; text?: string };
    leftAction?: { icon: string; onClick: () => void };
    rightAction?: { icon: string; onClick: () => void };
  };
  history?: { enabled?: boolean; showDelete?: boolean; showRename?: boolean };
  startScreen?: { greeting?: string; prompts?: StartScreenPrompt[] };
  threadItemActions?: { feedback?: boolean; retry?: boolean };
  composer?: { placeholder?: string; tools?: ToolOption[]; models?: ModelOption[] };
  disclaimer?: { text: string; highContrast?: boolean };
  thread?: { autoScroll?: boolean };
};
